import { join } from 'node:path';
import { decodeChangeList, type ChangeListPage } from '../drive/wire/change-list';
import { decodeFileList, type FileListPage } from '../drive/wire/file-list';
import type { RawBody } from '../drive/wire/json';
import type { ChangeEntry } from '../model/change';
import { threadClient } from '../threads/client';
import { FilePacker, unpackFiles, type PackedFiles, type PackingMemory } from './packed-files';

/** A decoded page and its body. */
export interface Decoded<P> {
  page: P;
  body: RawBody;
}

/** A page of `files.list` with packed files. */
export interface PackedPage extends FileListPage {
  files: PackedFiles;
}

/** An entry of a page of `changes.list`. The files of all entries are packed together, in their order. */
type PackedEntry = { kind: 'file'; atMs: number | undefined } | Exclude<ChangeEntry, { kind: 'file' }>;

/** A page of `changes.list` with packed files. */
export interface PackedLog extends ChangeListPage {
  entries: readonly PackedEntry[];
  files: PackedFiles;
}

/**
 * Decodes and packs a page of `files.list`. `memory`: buffers of an unpacked page, for reuse.
 * @throws SyncFailure of kind `malformed` if the body is not a page.
 */
export function packPage(body: RawBody, memory?: PackingMemory): PackedPage {
  const packer = new FilePacker(memory);
  const page = decodeFileList(body, (file) => packer.add(file));
  return { ...page, files: packer.packed() };
}

/**
 * Decodes and packs a page of `changes.list`. `memory`: as for `packPage`.
 * @throws SyncFailure of kind `malformed` if the body is not a page.
 */
export function packLog(body: RawBody, memory?: PackingMemory): PackedLog {
  const packer = new FilePacker(memory);
  const entries: PackedEntry[] = [];
  const page = decodeChangeList(body, (entry) => {
    if (entry.kind === 'file') packer.add(entry.file);
    entries.push(entry.kind === 'file' ? { kind: 'file', atMs: entry.atMs } : entry);
  });
  return { ...page, entries, files: packer.packed() };
}

/** Unpacks the entries. */
export function unpackEntries({ entries, files }: PackedLog): ChangeEntry[] {
  const records = unpackFiles(files);
  return entries.flatMap((entry): ChangeEntry[] => {
    if (entry.kind !== 'file') return [entry];
    const { value: file } = records.next();
    return file === undefined ? [] : [{ ...entry, file }];
  });
}

/**
 * Decodes and validates bodies in the order of the calls. A body that is not a valid page fails with a
 * `SyncFailure` of kind `malformed`. The memory of a body moves, and may come back in another buffer.
 */
export interface Decoder {
  /** As `packPage`. */
  fileList(body: RawBody, memory?: PackingMemory): Promise<Decoded<PackedPage>>;
  /** As `packLog`. */
  changeList(body: RawBody, memory?: PackingMemory): Promise<Decoded<PackedLog>>;
  close(): Promise<void>;
}

/** Decodes in this thread. */
export const localDecoder: Decoder = {
  fileList: async (body, memory) => await Promise.resolve({ page: packPage(body, memory), body }),
  changeList: async (body, memory) => await Promise.resolve({ page: packLog(body, memory), body }),
  close: async () => await Promise.resolve(),
};

/**
 * Few objects of a page live at the same time, so a small heap is enough, and its limit keeps garbage from
 * piling up.
 */
const HEAP = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 256 };
const IDLE_MS = 10_000;

/** Decodes in a separate thread, which ends when idle: an account that is current needs none. */
export function createThreadDecoder(
  script = join(__dirname, 'decoder-thread.js'),
  idleMs = IDLE_MS,
): Decoder {
  const thread = threadClient<Decoder>(script, { resourceLimits: HEAP, idleMs });
  return {
    fileList: async (body, memory) => await thread.fileList(movable(body), memory),
    changeList: async (body, memory) => await thread.changeList(movable(body), memory),
    close: async () => await thread.close(),
  };
}

/** Makes a body movable. Only memory without other views may move, so a view is copied. */
function movable({ bytes, gzip }: RawBody): RawBody {
  const isOwned = bytes.byteLength === bytes.buffer.byteLength;
  return { bytes: isOwned ? bytes : Uint8Array.from(bytes), gzip };
}
