import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { CommitResult, ListedPage } from '../store/partitions';
import type { Transactor } from '../store/transactor';
import type { Decoder, PackedPage } from './decoder';
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

interface DecodedTask {
  task: PageTask;
  page: PackedPage;
}

/** Pages that are decoded, or being decoded, before it is their turn to be written; they may all share a transaction. */
const DECODED_AHEAD = 4;

/** Commits pages in the order in which they come. They are held as they came until there is room for a decoded one. */
export class PageQueue {
  readonly #transactor: Transactor;
  readonly #decoder: Decoder;
  readonly #waiting: PageTask[] = [];
  #decoding = 0;
  readonly #decoded: DecodedTask[] = [];
  /** What pages that are committed were packed in. */
  readonly #spare: PackingMemory[] = [];
  #scheduled = false;

  constructor(transactor: Transactor, decoder: Decoder) {
    this.#transactor = transactor;
    this.#decoder = decoder;
  }

  /** Settles or fails the task in its turn. */
  add(task: PageTask): void {
    this.#waiting.push(task);
    this.#fill();
  }

  #fill(): void {
    while (this.#decoding + this.#decoded.length < DECODED_AHEAD) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      void this.#decode(task);
    }
  }

  /** What is no page fails by itself. */
  async #decode(task: PageTask): Promise<void> {
    this.#decoding += 1;
    try {
      this.#decoded.push({ task, page: await this.#decoder.fileList(task.body, this.#spare.pop()) });
      this.#schedule();
    } catch (error) {
      task.fail(error);
    }
    this.#decoding -= 1;
    this.#fill();
  }

  /** One group a turn of the event loop: between two of them answers go out and pages come in. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const group = this.#decoded.splice(0);
      // Before the commit: the next ones are decoded meanwhile.
      this.#fill();
      this.#commit(group);
    });
  }

  #commit(group: readonly DecodedTask[]): void {
    const begun: PageTask[] = [];
    try {
      const results = this.#transactor.commitPages(this.#listed(group, begun));
      for (const [index, { task, page }] of group.entries()) {
        task.settle({ result: results[index] ?? { kind: 'refused' }, files: page.files.count });
        if (isKept(page.files)) this.#spare.push(page.files);
      }
    } catch (error) {
      // A transaction that could not even be begun is one for nobody who waits.
      if (begun.length === 0) this.#failAll(group, error);
      // It was undone as a whole; one by one, only the page that cannot be written fails.
      else if (group.length === 1) begun[0]?.fail(error);
      else for (const each of group) this.#commit([each]);
    }
  }

  #failAll(group: readonly DecodedTask[], error: unknown): void {
    for (const { task } of group) task.fail(error);
    for (const task of this.#waiting.splice(0)) task.fail(error);
  }

  /** Unpacks what the transaction asks for, page by page. */
  *#listed(group: readonly DecodedTask[], begun: PageTask[]): Generator<ListedPage> {
    for (const { task, page } of group) {
      begun.push(task);
      const [files, times] = [unpackFiles(page.files), unpackTimes(page.files)];
      const listed = { ...page, fence: task.fence, files, times };
      task.onAhead?.(this.#transactor.ahead(listed));
      task.onAhead = undefined;
      yield listed;
    }
  }
}
