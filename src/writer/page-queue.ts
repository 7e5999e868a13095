import type { PageGroup } from '../store/page-group';
import type { Transactor } from '../store/transactor';

/** A decoded page. */
export interface QueuedPage {
  /** Writes it; once more, where it was undone. */
  write(group: PageGroup): void;
  /** What was written is committed. */
  settle(): void;
  fail(error: unknown): void;
}

/** Pages of one transaction: the more there are, the less often is the same part of an index written. */
const MOST_PAGES = 32;

/** Writes pages as they come, in a transaction that stays open as long as more are on their way. */
export class PageQueue {
  readonly #open: Transactor['openPages'];
  #group: PageGroup | undefined;
  #moreCome = false;
  readonly #written: QueuedPage[] = [];

  constructor({ openPages }: Pick<Transactor, 'openPages'>) {
    this.#open = openPages;
  }

  /** The page is settled or fails with its transaction. `moreCome`: it may wait for others, or for `flush`. */
  add(page: QueuedPage, moreCome: boolean): void {
    this.#moreCome = moreCome;
    this.#write(page);
    if (this.#written.length >= MOST_PAGES) this.flush();
    // When it was sent nothing followed, but others may have come while those before it were written.
    else if (!moreCome) setImmediate(() => this.#end());
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

  #end(): void {
    if (!this.#moreCome) this.flush();
  }

  #write(page: QueuedPage): void {
    try {
      this.#group ??= this.#open();
    } catch (error) {
      page.fail(error);
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
    const group = this.#group;
    const undone = this.#written.splice(0);
    this.#group = undefined;
    try {
      group?.undo();
    } catch {
      // Lanes that heard nothing would wait for ever.
      for (const page of undone) page.fail(error);
      return;
    }
    if (undone.length === 1) undone[0]?.fail(error);
    else
      for (const page of undone) {
        this.#write(page);
        this.flush();
      }
  }
}
