import { hash } from '../corpus/hash';
import { ApiError, invalidValue } from '../http/api-error';

/** The subject of an entry. */
export type ChangeSubject =
  | { kind: 'file'; slot: number }
  /** A shared drive itself; only the user's change log has such entries. */
  | { kind: 'drive'; driveId: string };

/** An entry of a change log. `changes.list` reads the state of the subject when it returns the entry. */
export interface ChangeEntry {
  readonly subject: ChangeSubject;
  readonly sequence: number;
  /** In ms. */
  readonly at: number;
  /** True if only clients that include items from all drives get the entry. */
  readonly drivesOnly: boolean;
}

/** After this many calls of `killTokens`, the oldest tokens are valid again. */
const EPOCHS = 64;
/** Page sizes are 1 to 1,000; 0 marks a token that works with any page size. */
const SIZES = 1001;
const ANY_SIZE = 0;
const CHECK_DIGITS = 6;
/** A new log does not start at zero. */
const FIRST_SEQUENCE = 1000;
const LEAST_TO_COMPACT = 10_000;

/**
 * The change log of one corpus, oldest first:
 * https://developers.google.com/workspace/drive/api/guides/about-changes
 * A later entry replaces an earlier one of the same subject.
 */
export class ChangeLog {
  readonly #salt: number;
  readonly #latest = new Map<number | string, ChangeEntry>();
  #entries: ChangeEntry[] = [];
  #end = FIRST_SEQUENCE;
  #epoch = 0;
  #refusals = 0;

  constructor(name: string) {
    this.#salt = Buffer.from(name).reduce((sum, byte) => hash(sum, byte, 0x21), 1);
  }

  /** The position after the newest entry. */
  get end(): number {
    return this.#end;
  }

  append(subject: ChangeSubject, at: number, drivesOnly = false): void {
    const key = keyOf(subject);
    // Clients that saw the file in My Drive must also see that it left.
    const onlyDrives = drivesOnly && this.#latest.get(key)?.drivesOnly !== false;
    const entry = { subject, sequence: ++this.#end, at, drivesOnly: onlyDrives };
    this.#latest.set(key, entry);
    this.#entries.push(entry);
    if (this.#entries.length > 2 * this.#latest.size + LEAST_TO_COMPACT)
      this.#entries = this.#entries.filter((old) => this.isLatest(old));
  }

  /** False if a later entry of the same subject exists. */
  isLatest(entry: ChangeEntry): boolean {
    return this.#latest.get(keyOf(entry.subject)) === entry;
  }

  *after(position: number): IterableIterator<ChangeEntry> {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.sequence ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    for (let place = low; place < this.#entries.length; place++) {
      const entry = this.#entries[place];
      if (entry !== undefined) yield entry;
    }
  }

  /**
   * The page token of a position, the same on each call. With `pageSize`, the token works only with this page
   * size.
   */
  token(position: number, pageSize = ANY_SIZE): string {
    const body = (position * EPOCHS + this.#epoch) * SIZES + pageSize;
    return String(body) + this.#check(body);
  }

  /**
   * Decodes the position of a page token.
   * @throws ApiError for a killed or malformed token, and for one of another log or page size.
   */
  open(token: string, pageSize: number): number {
    const body = Number(/^\d{7,21}$/.test(token) ? token.slice(0, -CHECK_DIGITS) : 'none');
    const boundSize = body % SIZES;
    const place = Math.floor(body / SIZES);
    const position = Math.floor(place / EPOCHS);
    const isOurs = Number.isSafeInteger(body) && token.endsWith(this.#check(body)) && position <= this.#end;
    if (!isOurs) throw invalidValue('pageToken');
    if (place % EPOCHS !== this.#epoch) throw this.#killed();
    if (boundSize !== ANY_SIZE && boundSize !== pageSize) throw invalidValue('pageToken');
    return position;
  }

  /** Invalidates all page tokens that the log has issued. */
  killTokens(): void {
    this.#epoch = (this.#epoch + 1) % EPOCHS;
  }

  #check(body: number): string {
    const text = String(hash(this.#salt, body % 0x8000_0000, 0x22) % 10 ** CHECK_DIGITS);
    return text.padStart(CHECK_DIGITS, '0');
  }

  /** It is unknown which of the two errors Drive returns for such a token, so they alternate. */
  #killed(): ApiError {
    if (this.#refusals++ % 2 === 0) return invalidValue('pageToken');
    return new ApiError(410, { reason: 'gone', message: 'Gone', location: 'pageToken' });
  }
}

function keyOf(subject: ChangeSubject): number | string {
  return subject.kind === 'file' ? subject.slot : subject.driveId;
}
