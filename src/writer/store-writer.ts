import { decodeChangeList } from '../drive/wire/change-list';
import { decodeFileList, type FileListPage } from '../drive/wire/file-list';
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

/** Pages and files that share a transaction at most: with the unique index live, larger groups write fewer index pages twice. */
const MOST_PAGES = 8;
const MOST_FILES = 4_000;

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

/** Serves a transactor in this process. Crawled pages that arrive in the same turn of the event loop share a transaction. */
export function createStoreWriter(transactor: Transactor): StoreWriter {
  let waiting: PageTask[] = [];
  let scheduled = false;

  function commitGroup(tasks: readonly PageTask[]): void {
    try {
      const results = commitPages(tasks.map(({ page }) => page));
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
    if (tasks.length > 0) commitGroup(tasks);
  }

  function call<A extends unknown[], R>(write: (...args: A) => R): (...args: A) => Promise<R> {
    return async (...args) => {
      flush();
      return await Promise.resolve(write(...args));
    };
  }

  const { commitPages, ahead, commitChanges, commitChildren, close, ...writes } = transactor;
  const asked = Object.entries(writes).map(([name, write]) => [
    name,
    call(write as (...args: unknown[]) => unknown),
  ]);

  return {
    ...(Object.fromEntries(asked) as AsyncWrites),
    async commitPage(fence, body, onAhead) {
      const page = listedPage(fence, decodeFileList(body));
      onAhead?.(ahead(page));
      const result = await new Promise<CommitResult>((settle, fail) => {
        waiting.push({ page, settle, fail });
        // No more than one group is ever held decoded: that bounds the memory, however many pages come at once.
        const held = waiting.reduce((sum, each) => sum + each.page.files.length, 0);
        if (waiting.length >= MOST_PAGES || held >= MOST_FILES) return flush();
        if (!scheduled) setImmediate(flush);
        scheduled = true;
      });
      return { result, files: page.files.length };
    },
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
