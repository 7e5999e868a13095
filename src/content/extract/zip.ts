import { crc32, createInflateRaw } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReader,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { ExtractionError } from '../model/extraction';
import type { ByteSource } from './source';

/** What all entries of one file may really unpack to. What the archive declares does not count. */
const MOST_INFLATED = 64 * 1024 * 1024;
const MOST_ENTRIES = 10_000;
const PIECE = 64 * 1024;

const STORED = 0;
const DEFLATED = 8;

/** Takes the bytes of an entry piece by piece. Returns false if it needs no more. */
export type Receive = (bytes: Buffer) => boolean;

/** Lets yauzl read the central directory of a source. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(...[buffer, offset, length, position, done]: Parameters<RandomAccessReader['read']>): void {
    const bytes = this.#source.read(position, length);
    bytes.copy(buffer, offset);
    done(bytes.length < length ? new Error('unexpected end of file') : null);
  }

  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

/** The entries of a ZIP file. Entries inside entries are never opened. */
export class ZipArchive {
  readonly #source: ByteSource;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  #inflated = 0;

  private constructor(source: ByteSource, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#source = source;
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * Reads the directory of an archive.
   * @throws ExtractionError if there is none, or it has too many entries.
   */
  static async open(source: ByteSource): Promise<ZipArchive> {
    const zip = await openZip(source);
    if (zip.entryCount > MOST_ENTRIES) throw new ExtractionError('memory');
    return new ZipArchive(source, zip, await readEntries(zip));
  }

  /** The names of all entries, in lower case: offices disagree about it. */
  names(): Iterable<string> {
    return this.#entries.keys();
  }

  /** True if there is an entry of this name, in whatever case. */
  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  /**
   * Unpacks an entry. Nothing happens if there is none of this name.
   * @throws ExtractionError if it is damaged or encrypted, or the file's entries unpack to too much.
   */
  async inflate(name: string, receive: Receive): Promise<void> {
    const entry = this.#entries.get(name.toLowerCase());
    if (entry === undefined) return;
    if (entry.isEncrypted()) throw new ExtractionError('encrypted');
    const start = await this.#startOf(entry);
    const check = this.#checked(entry, receive);
    if (entry.compressionMethod === STORED) this.#copy(start, entry.compressedSize, check.receive);
    else if (entry.compressionMethod === DEFLATED)
      await this.#unpack(start, entry.compressedSize, check.receive);
    else throw new ExtractionError('unsupported');
    check.finish();
  }

  /**
   * All bytes of an entry; none if there is no such entry.
   * @throws ExtractionError as `inflate`.
   */
  async bytes(name: string): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.inflate(name, (piece) => {
      // A copy: the decompressor's buffers are larger than what is in them.
      pieces.push(Buffer.from(piece));
      return true;
    });
    return Buffer.concat(pieces);
  }

  async #startOf(entry: Entry): Promise<number> {
    try {
      return (await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
    } catch (error) {
      throw new ExtractionError('malformed', { cause: error });
    }
  }

  /** Counts what really comes out, and compares it with what the directory says. */
  #checked(entry: Entry, receive: Receive): { receive: Receive; finish: () => void } {
    let size = 0;
    let sum = 0;
    let stopped = false;
    return {
      receive: (bytes) => {
        size += bytes.length;
        this.#inflated += bytes.length;
        if (size > entry.uncompressedSize) throw new ExtractionError('malformed');
        if (this.#inflated > MOST_INFLATED) throw new ExtractionError('memory');
        sum = crc32(bytes, sum);
        stopped = !receive(bytes);
        return !stopped;
      },
      finish: () => {
        if (stopped) return;
        if (size !== entry.uncompressedSize || sum !== entry.crc32) throw new ExtractionError('malformed');
      },
    };
  }

  #copy(start: number, length: number, receive: Receive): void {
    for (let at = 0; at < length; at += PIECE) {
      const bytes = this.#source.read(start + at, Math.min(PIECE, length - at));
      if (bytes.length === 0 || !receive(bytes)) return;
    }
  }

  /** Feeds a decompressor piece by piece, and stops with the first error or when nothing more is wanted. */
  async #unpack(start: number, length: number, receive: Receive): Promise<void> {
    const inflater = createInflateRaw();
    let over = false;
    const unpacked = new Promise<void>((resolve, reject) => {
      let at = 0;
      const feed = (): void => {
        if (over) return;
        if (at >= length) {
          inflater.end();
          return;
        }
        const bytes = this.#source.read(start + at, Math.min(PIECE, length - at));
        at += PIECE;
        inflater.write(bytes, feed);
      };
      inflater.on('data', (bytes: Buffer) => {
        if (over) return;
        try {
          over = !receive(bytes);
          if (over) resolve();
        } catch (error) {
          over = true;
          reject(error);
        }
      });
      inflater.on('error', (error) => {
        reject(new ExtractionError('malformed', { cause: error }));
      });
      inflater.on('end', resolve);
      feed();
    });
    await unpacked.finally(() => inflater.destroy());
  }
}

function openZip(source: ByteSource): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // Names are decoded here, because yauzl refuses a whole archive for one name such as "/word/document.xml".
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false };
    fromRandomAccessReader(new SourceReader(source), source.size, options, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(new ExtractionError('malformed', { cause: error }));
    });
  });
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const raw = entry.fileNameRaw;
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, false);
      const key = name.replace(/^\/+/, '').toLowerCase();
      if (!entries.has(key)) entries.set(key, entry);
    }
  } catch (error) {
    throw new ExtractionError(isEncryption(error) ? 'encrypted' : 'malformed', { cause: error });
  }
  return entries;
}

/** Yauzl has no code for it. */
function isEncryption(error: unknown): boolean {
  return error instanceof Error && error.message.includes('encryption');
}

const OPENED = new WeakMap<ByteSource, Promise<ZipArchive>>();

/** The archive in a source. There is one for each source, so that all its readers share the limits. */
export function zipOf(source: ByteSource): Promise<ZipArchive> {
  const opened = OPENED.get(source) ?? ZipArchive.open(source);
  OPENED.set(source, opened);
  return opened;
}
