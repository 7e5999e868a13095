import { release, type RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { PageGroup } from '../store/page-group';
import type { CommitResult } from '../store/partitions';
import type { Transactor } from '../store/transactor';
import { packPage, type Decoder, type PackedPage } from './decoder';
import { isKept, unpackFiles, unpackTimes, type PackingMemory } from './packed-files';

/** Is told where a page's listing or log goes on, before the page is committed; undefined where it may end. */
export type OnAhead = (pageToken: string | undefined) => void;

/** One page on its way into the store. */
export interface PageTask {
  fence: Fence;
  body: RawBody;
  /** Told once. */
  onAhead: OnAhead | undefined;
  settle: (result: { result: CommitResult; files: number }) => void;
  fail: (error: unknown) => void;
}

/** A page that is written in the open group. */
interface WrittenTask {
  task: PageTask;
  /** To write the page once more if the group is undone; it takes a fraction of what the records take. */
  body: RawBody;
  files: number;
  result?: CommitResult;
}

/** Pages that are being decoded, or decoded and not written yet. */
const DECODED_AHEAD = 4;
/** Pages of one transaction: the more there are, the less often is the same part of the index on ids written. */
const MOST_PAGES = 32;

/**
 * Commits pages in the order in which they come. They are held as they came until it is their turn to be decoded, and are written as they are decoded,
 * in a transaction that ends when no page is on its way.
 */
export class PageQueue {
  readonly #transactor: Transactor;
  readonly #decoder: Decoder;
  readonly #waiting: PageTask[] = [];
  #decoding = 0;
  #group: PageGroup | undefined;
  readonly #written: WrittenTask[] = [];
  /** What pages that are written were packed in. */
  readonly #spare: PackingMemory[] = [];

  constructor(transactor: Transactor, decoder: Decoder) {
    this.#transactor = transactor;
    this.#decoder = decoder;
  }

  /** Settles or fails the task in its turn. */
  add(task: PageTask): void {
    this.#waiting.push(task);
    this.#fill();
  }

  /** Commits what is written so far, so that something else can be. */
  flush(): void {
    const group = this.#group;
    if (group === undefined) return;
    try {
      group.commit();
      for (const each of this.#written.splice(0)) this.#settle(each);
      this.#group = undefined;
    } catch (error) {
      this.#undo(error);
    }
  }

  #fill(): void {
    while (this.#decoding < DECODED_AHEAD) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      void this.#take(task);
    }
  }

  async #take(task: PageTask): Promise<void> {
    this.#decoding += 1;
    const page = await this.#decode(task);
    this.#decoding -= 1;
    // First: the next one is decoded meanwhile.
    this.#fill();
    if (page !== undefined) this.#write(task, page);
    if (this.#decoding === 0 || this.#written.length >= MOST_PAGES) this.flush();
  }

  /** What is no page fails by itself. */
  async #decode(task: PageTask): Promise<PackedPage | undefined> {
    try {
      return await this.#decoder.fileList(task.body, this.#spare.pop());
    } catch (error) {
      task.fail(error);
      return undefined;
    }
  }

  #write(task: PageTask, page: PackedPage): void {
    try {
      this.#group ??= this.#transactor.openPages();
    } catch (error) {
      // What could not even be begun is so for nobody who waits.
      for (const each of [task, ...this.#waiting.splice(0)]) each.fail(error);
      return;
    }
    const written: WrittenTask = { task, body: page.body, files: page.files.count };
    this.#written.push(written);
    try {
      written.result = this.#addTo(this.#group, task, page);
    } catch (error) {
      this.#undo(error);
    }
    if (isKept(page.files)) this.#spare.push(page.files);
  }

  #addTo(group: PageGroup, task: PageTask, page: PackedPage): CommitResult {
    const [files, times] = [unpackFiles(page.files), unpackTimes(page.files)];
    const listed = { ...page, fence: task.fence, files, times };
    task.onAhead?.(this.#transactor.ahead(listed));
    task.onAhead = undefined;
    return group.add(listed);
  }

  /** The group is undone as a whole; one by one, only the page that cannot be written fails. */
  #undo(error: unknown): void {
    this.#group?.undo();
    this.#group = undefined;
    const undone = this.#written.splice(0);
    if (undone.length === 1) undone[0]?.task.fail(error);
    else
      for (const { task, body } of undone) {
        this.#write(task, packPage(body));
        this.flush();
      }
  }

  #settle({ task, body, files, result = { kind: 'refused' } }: WrittenTask): void {
    task.settle({ result, files });
    release(body.bytes);
  }
}
