import { decodeFileList, type FileListPage } from '../drive/wire/file-list';
import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { CommitResult, ListedPage } from '../store/partitions';
import type { Transactor } from '../store/transactor';

type Writes = Omit<Transactor, 'commitPages' | 'close'>;

/** The writes of a store, answered when they are durable. */
type AsyncWrites = {
  [K in keyof Writes]: (...args: Parameters<Writes[K]>) => Promise<ReturnType<Writes[K]>>;
};

/** The one way to write to a store: raw page bytes in, their commit out; calls are carried out in order. */
export interface StoreWriter extends AsyncWrites {
  /**
   * Decodes and commits one page of `files.list`, its rows together with the place to go on from.
   * @throws SyncFailure of kind `malformed` where the body is not a page; nothing is written then.
   */
  commitPage(fence: Fence, body: RawBody): Promise<{ result: CommitResult; files: number }>;
  /** Carries out what was asked, then closes the store. */
  close(): Promise<void>;
}

/** Pages that share a transaction at most: with the unique index live, larger groups write fewer index pages twice. */
const LARGEST_GROUP = 8;

interface PageTask {
  page: ListedPage;
  settle: (result: CommitResult) => void;
  fail: (error: unknown) => void;
}

function listedPage(
  fence: Fence,
  { files, nextPageToken, incompleteSearch, unusable }: FileListPage,
): ListedPage {
  return { fence, files, nextPageToken, incompleteSearch, unusable };
}

/** Serves a transactor in this process. Pages that arrive in the same turn of the event loop share a transaction. */
export function createStoreWriter(transactor: Transactor): StoreWriter {
  let waiting: PageTask[] = [];
  let scheduled = false;

  function commitGroup(tasks: readonly PageTask[]): void {
    try {
      const results = transactor.commitPages(tasks.map(({ page }) => page));
      tasks.forEach((task, index) => task.settle(results[index] ?? { kind: 'refused' }));
    } catch (error) {
      // The transaction was undone as a whole; one by one, only the page that cannot be written fails.
      if (tasks.length === 1) tasks[0]?.fail(error);
      else for (const task of tasks) commitGroup([task]);
    }
  }

  function flush(): void {
    scheduled = false;
    const tasks = waiting;
    waiting = [];
    for (let start = 0; start < tasks.length; start += LARGEST_GROUP) {
      commitGroup(tasks.slice(start, start + LARGEST_GROUP));
    }
  }

  function call<A extends unknown[], R>(write: (...args: A) => R): (...args: A) => Promise<R> {
    return async (...args) => {
      flush();
      return await Promise.resolve(write(...args));
    };
  }

  return {
    bindIdentity: call(transactor.bindIdentity),
    recordJob: call(transactor.recordJob),
    startJob: call(transactor.startJob),
    sources: call(transactor.sources),
    openGenerations: call(transactor.openGenerations),
    setJobState: call(transactor.setJobState),
    removeJob: call(transactor.removeJob),
    claim: call(transactor.claim),
    rejectToken: call(transactor.rejectToken),
    recordFailure: call(transactor.recordFailure),
    closeGeneration: call(transactor.closeGeneration),
    progress: call(transactor.progress),
    async commitPage(fence, body) {
      const page = decodeFileList(body);
      const result = await new Promise<CommitResult>((settle, fail) => {
        waiting.push({ page: listedPage(fence, page), settle, fail });
        if (!scheduled) setImmediate(flush);
        scheduled = true;
      });
      return { result, files: page.files.length };
    },
    close: call(transactor.close),
  };
}
