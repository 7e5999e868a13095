import { decodeChangeList } from '../drive/wire/change-list';
import { decodeFileList } from '../drive/wire/file-list';
import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { ChangeCommit } from '../store/change-log';
import type { FolderListing } from '../store/folder-work';
import type { CommitResult, ListedPage } from '../store/partitions';
import type { SourceTurn, Transactor } from '../store/transactor';

type Writes = Omit<Transactor, 'commitPages' | 'ahead' | 'commitChanges' | 'commitChildren' | 'close'>;

/** The writes of a store, answered when they are durable. */
type AsyncWrites = {
  [K in keyof Writes]: (...args: Parameters<Writes[K]>) => Promise<ReturnType<Writes[K]>>;
};

/**
 * The one way to write to a store: raw page bytes in, their commit out; calls are carried out in order. Each page is decoded and validated
 * first, and one that is none is a `SyncFailure` of kind `malformed`; nothing is written then.
 */
export interface StoreWriter extends AsyncWrites {
  /** Commits one page of a crawl, its rows together with the place to go on from. */
  commitPage(
    fence: Fence,
    body: RawBody,
    onAhead?: OnAhead,
  ): Promise<{ result: CommitResult; files: number }>;
  /** Commits one page of a change log that was asked with the token `asked`. */
  commitChanges(turn: SourceTurn, asked: string, body: RawBody, onAhead?: OnAhead): Promise<ChangeCommit>;
  /** Commits one page of a folder's children. */
  commitChildren(turn: SourceTurn, listing: FolderListing, body: RawBody): Promise<ChangeCommit>;
  /** Carries out what was asked, then closes the store. */
  close(): Promise<void>;
}

/** Is told where a page's listing or log goes on, before the page is committed; undefined where it may end. */
export type OnAhead = (pageToken: string | undefined) => void;

/** Files that share a transaction, but for the rest of the last page: with the unique index live, larger groups write fewer index pages twice. */
const ENOUGH_FILES = 16_000;

interface PageTask {
  fence: Fence;
  body: RawBody;
  onAhead: OnAhead | undefined;
  settle: (result: { result: CommitResult; files: number }) => void;
  fail: (error: unknown) => void;
}

/** Pages that wait for their transaction; they are held as they came, and decoded one after the other when they are written. */
class PageQueue {
  readonly #transactor: Transactor;
  #waiting: PageTask[] = [];
  #scheduled = false;

  constructor(transactor: Transactor) {
    this.#transactor = transactor;
  }

  /** Pages that have arrived when their turn comes share a transaction. */
  add(task: PageTask): void {
    this.#waiting.push(task);
    this.#schedule();
  }

  /** Commits everything that waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commit(this.#waiting);
  }

  /** One group a turn of the event loop: between two of them answers go out and pages come in. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length > 0) this.#commit(this.#waiting);
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  /** Commits a group from the front of the tasks and takes it out of them. */
  #commit(tasks: PageTask[]): void {
    const taken: { task: PageTask; files: number }[] = [];
    try {
      const results = this.#transactor.commitPages(this.#decoded(tasks, taken));
      for (const [index, { task, files }] of taken.entries())
        task.settle({ result: results[index] ?? { kind: 'refused' }, files });
    } catch (error) {
      // A transaction that could not even be begun is one for nobody who waits.
      if (taken.length === 0) for (const task of tasks.splice(0)) task.fail(error);
      // It was undone as a whole; one by one, only the page that cannot be written fails.
      else if (taken.length === 1) taken[0]?.task.fail(error);
      else for (const { task } of taken) this.#commit([{ ...task, onAhead: undefined }]);
    }
  }

  /** Decodes what the transaction asks for. What is no page fails by itself. */
  *#decoded(tasks: PageTask[], taken: { task: PageTask; files: number }[]): Generator<ListedPage> {
    for (let files = 0; files < ENOUGH_FILES;) {
      const task = tasks.shift();
      if (task === undefined) return;
      const page = this.#decode(task);
      if (page === undefined) continue;
      files += page.files.length;
      taken.push({ task, files: page.files.length });
      yield page;
    }
  }

  #decode({ fence, body, onAhead, fail }: PageTask): ListedPage | undefined {
    try {
      const page = { fence, ...decodeFileList(body) };
      onAhead?.(this.#transactor.ahead(page));
      return page;
    } catch (error) {
      fail(error);
      return undefined;
    }
  }
}

/** Serves a transactor in this process. */
export function createStoreWriter(transactor: Transactor): StoreWriter {
  const pages = new PageQueue(transactor);

  function call<A extends unknown[], R>(write: (...args: A) => R): (...args: A) => Promise<R> {
    return async (...args) => {
      pages.flush();
      return await Promise.resolve(write(...args));
    };
  }

  const { commitPages: _, ahead: __, commitChanges, commitChildren, close, ...writes } = transactor;
  const asked = Object.entries(writes).map(([name, write]) => [
    name,
    call(write as (...args: unknown[]) => unknown),
  ]);

  return {
    ...(Object.fromEntries(asked) as AsyncWrites),
    commitPage: async (fence, body, onAhead) =>
      await new Promise((settle, fail) => pages.add({ fence, body, onAhead, settle, fail })),
    commitChanges: async (turn, token, body, onAhead) => {
      const page = decodeChangeList(body);
      onAhead?.(page.isEnd || page.token === token ? undefined : page.token);
      return await call(commitChanges)({ ...turn, asked: token, ...page });
    },
    commitChildren: async (turn, listing, body) => {
      const page = decodeFileList(body);
      return await call(commitChildren)({ ...turn, listing, ...page });
    },
    close: call(close),
  };
}
