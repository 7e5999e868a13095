import { hash } from '../corpus/hash';
import { randomText } from '../corpus/file-id';
import type { Media } from '../http/media';

/** A file that `files.download` prepares. */
export interface Operation {
  readonly name: string;
  readonly media: Media;
  /** True for blobs, whose parts can be downloaded. */
  readonly isPartial: boolean;
}

interface Running extends Operation {
  /** The number of answers of `operations.get` that are still pending. */
  polls: number;
  /** In ms. */
  readonly at: number;
}

/** Drive says that the result is valid for 12 to 24 hours. */
const LIFETIME_MS = 12 * 3_600_000;
const NAME_SALT = 0x0f;

/** The long-running operations of a Drive. */
export class Operations {
  readonly #running = new Map<string, Running>();
  readonly #polls: number;
  readonly #now: () => number;
  #count = 0;

  constructor(polls: number, now: () => number) {
    this.#polls = polls;
    this.#now = now;
  }

  start(media: Media, isPartial: boolean): Operation {
    const key = ++this.#count;
    const name = `A${randomText(hash(key, 0, NAME_SALT), key, NAME_SALT, 12)}`;
    const operation = { name, media, isPartial, polls: this.#polls, at: this.#now() };
    this.#running.set(name, operation);
    return operation;
  }

  /** Asks for an operation once; undefined for an unknown or expired one. */
  poll(name: string): { operation: Operation; isDone: boolean } | undefined {
    const operation = this.#find(name);
    if (operation === undefined) return undefined;
    if (operation.polls <= 0) return { operation, isDone: true };
    operation.polls--;
    return { operation, isDone: false };
  }

  /** The result of an operation that is done; undefined before, and after it expired. */
  result(name: string): Media | undefined {
    const operation = this.#find(name);
    return operation === undefined || operation.polls > 0 ? undefined : operation.media;
  }

  #find(name: string): Running | undefined {
    const operation = this.#running.get(name);
    return operation === undefined || this.#now() - operation.at > LIFETIME_MS ? undefined : operation;
  }
}
