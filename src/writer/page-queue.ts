import type { PageGroup } from '../store/page-group';
import type { Transactor } from '../store/transactor';
import type { Decoder } from './decoder';

/** A page on its way into the store. */
export interface QueuedPage {
  /** @throws SyncFailure of kind `malformed` where it is no page. */
  decode(decoder: Decoder): Promise<void>;
  /** Writes what is decoded; once more, where it was undone. */
  write(group: PageGroup): void;
  /** What was written is committed. */
  settle(): void;
  fail(error: unknown): void;
}

/** Pages that are being decoded, or decoded and not written yet. */
const DECODED_AHEAD = 4;
/** Pages of one transaction: the more there are, the less often is the same part of an index written. */
const MOST_PAGES = 32;

/**
 * Commits pages in the order in which they come. They are held as they came until it is their turn to be decoded, and are written as they are decoded,
 * in a transaction that ends when no page is on its way.
 */
export class PageQueue {
  readonly #transactor: Transactor;
  readonly #decoder: Decoder;
  readonly #waiting: QueuedPage[] = [];
  #decoding = 0;
  #group: PageGroup | undefined;
  readonly #written: QueuedPage[] = [];

  constructor(transactor: Transactor, decoder: Decoder) {
    this.#transactor = transactor;
    this.#decoder = decoder;
  }

  /** The page is settled or fails in its turn. */
  add(page: QueuedPage): void {
    this.#waiting.push(page);
    this.#fill();
  }

  /** Commits what is written so far, so that something else can be. */
  flush(): void {
    const group = this.#group;
    if (group === undefined) return;
    try {
      group.commit();
      this.#group = undefined;
      for (const page of this.#written.splice(0)) page.settle();
    } catch (error) {
      this.#undo(error);
    }
  }

  #fill(): void {
    while (this.#decoding < DECODED_AHEAD) {
      const page = this.#waiting.shift();
      if (page === undefined) return;
      void this.#take(page);
    }
  }

  async #take(page: QueuedPage): Promise<void> {
    this.#decoding += 1;
    const isPage = await this.#decode(page);
    this.#decoding -= 1;
    // First: the next one is decoded meanwhile.
    this.#fill();
    if (isPage) this.#write(page);
    if (this.#decoding === 0 || this.#written.length >= MOST_PAGES) this.flush();
  }

  /** What is no page fails by itself. */
  async #decode(page: QueuedPage): Promise<boolean> {
    try {
      await page.decode(this.#decoder);
      return true;
    } catch (error) {
      page.fail(error);
      return false;
    }
  }

  #write(page: QueuedPage): void {
    try {
      this.#group ??= this.#transactor.openPages();
    } catch (error) {
      // What could not even be begun is so for nobody who waits.
      for (const each of [page, ...this.#waiting.splice(0)]) each.fail(error);
      return;
    }
    this.#written.push(page);
    try {
      page.write(this.#group);
    } catch (error) {
      this.#undo(error);
    }
  }

  /** The group is undone as a whole; one by one, only the page that cannot be written fails. */
  #undo(error: unknown): void {
    this.#group?.undo();
    this.#group = undefined;
    const undone = this.#written.splice(0);
    if (undone.length === 1) undone[0]?.fail(error);
    else
      for (const page of undone) {
        this.#write(page);
        this.flush();
      }
  }
}
