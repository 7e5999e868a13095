import { hash } from '../corpus/hash';
import { ApiError, invalidValue } from '../http/api-error';

/** What an entry is about. */
export type ChangeSubject =
  | { kind: 'file'; slot: number }
  /** A shared drive itself; only the user's log has such. */
  | { kind: 'drive'; driveId: string };

/** One entry; what it says of its subject is looked up when it is shown. */
export interface ChangeEntry {
  readonly subject: ChangeSubject;
  readonly sequence: number;
  /** In ms. */
  readonly at: number;
  /** Shown only to clients that want files of shared drives in the user's log. */
  readonly drivesOnly: boolean;
}

/** So many times at most can the tokens of a log be killed before one of them lives again. */
const EPOCHS = 64;
/** Page sizes go from 1 to 1,000; 0 stands in tokens that can be used with any. */
const SIZES = 1001;
const ANY_SIZE = 0;
const CHECK_DIGITS = 6;
/** A new log does not begin at zero. */
const FIRST_SEQUENCE = 1000;
const LEAST_TO_COMPACT = 10_000;

/**
 * What changed in one corpus, oldest first: https://developers.google.com/workspace/drive/api/guides/about-changes
 * A later entry takes the place of an earlier one of the same subject.
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
    // Once a file was everybody's business, its leaving is too.
    const onlyDrives = drivesOnly && this.#latest.get(key)?.drivesOnly !== false;
    const entry = { subject, sequence: ++this.#end, at, drivesOnly: onlyDrives };
    this.#latest.set(key, entry);
    this.#entries.push(entry);
    if (this.#entries.length > 2 * this.#latest.size + LEAST_TO_COMPACT)
      this.#entries = this.#entries.filter((old) => this.isLatest(old));
  }

  /** False if a later entry says everything that this one does. */
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

  /** The token of a position, always the same. `pageSize`: the only page size that it can be used with. */
  token(position: number, pageSize = ANY_SIZE): string {
    const body = (position * EPOCHS + this.#epoch) * SIZES + pageSize;
    return String(body) + this.#check(body);
  }

  /**
   * Reads a position back.
   * @throws ApiError for a token that was killed, belongs to another log or page size, or is no token at all.
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

  /** Lets all tokens die that were given out so far. */
  killTokens(): void {
    this.#epoch = (this.#epoch + 1) % EPOCHS;
  }

  #check(body: number): string {
    const text = String(hash(this.#salt, body % 0x8000_0000, 0x22) % 10 ** CHECK_DIGITS);
    return text.padStart(CHECK_DIGITS, '0');
  }

  /** How Drive refuses such a token is not known, so clients get both forms in turn. */
  #killed(): ApiError {
    if (this.#refusals++ % 2 === 0) return invalidValue('pageToken');
    return new ApiError(410, { reason: 'gone', message: 'Gone', location: 'pageToken' });
  }
}

function keyOf(subject: ChangeSubject): number | string {
  return subject.kind === 'file' ? subject.slot : subject.driveId;
}
