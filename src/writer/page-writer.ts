import type { Fence } from '../model/partition';
import type { ChangeCommit, LogRequest } from '../store/log/change-log';
import type { ListingRequest } from '../store/folders/folder-pages';
import type { LogCommit } from '../store/page-group';
import type { Transactor } from '../store/transactor';
import type { WalkRequest } from '../store/walk/walk';
import type { SourceTurn } from '../model/pass';
import type { Decoded, PackedLog, PackedPage } from './decoder';
import { unpackFiles } from './packed-files';
import { CommitQueue, crawlPage, logPage, type PageCommit, type PageNote } from './commit-queue';

type Writes = Omit<Transactor, 'openPages' | 'ahead' | 'commitChildren' | 'commitWalkPage' | 'close'>;

/**
 * The writes of a store. Each answers after its commit; as with any WAL with `synchronous = NORMAL`, a power
 * failure may undo the last commits, but leaves the store consistent.
 */
export type AsyncWrites = {
  [K in keyof Writes]: (...args: Parameters<Writes[K]>) => Promise<ReturnType<Writes[K]>>;
};

/** What accompanies a page. `moreFollow`: other pages of its transaction follow, or a `flush`. */
export interface CommitOptions {
  moreFollow: boolean;
  onNote: (note: PageNote) => void;
}

/**
 * Writes decoded pages to a store. Pages of crawls and of change logs are committed in the order in which
 * they come; any other write first commits the pages written so far.
 */
export interface PageWriter extends AsyncWrites {
  commitPage(fence: Fence, page: Decoded<PackedPage>, options: CommitOptions): Promise<PageCommit>;
  commitChanges(
    turn: SourceTurn,
    asked: LogRequest,
    page: Decoded<PackedLog>,
    options: CommitOptions,
  ): Promise<LogCommit>;
  commitChildren(turn: SourceTurn, asked: ListingRequest, page: PackedPage): Promise<ChangeCommit>;
  commitWalkPage(asked: WalkRequest, page: PackedPage): Promise<ChangeCommit>;
  /** Commits the pages written so far. */
  flush(): Promise<void>;
  /** Commits the pages written so far, then closes the store. */
  close(): Promise<void>;
}

/** Serves a transactor in this thread. */
export function createPageWriter(transactor: Transactor): PageWriter {
  const queue = new CommitQueue(transactor);
  const { openPages: _, ahead: __, commitChildren, commitWalkPage, close, ...writes } = transactor;

  /** Commits the open pages, then writes in a separate transaction. */
  async function alone<T>(write: () => T): Promise<T> {
    queue.flush();
    return await Promise.resolve(write());
  }

  const calls = Object.entries(writes).map(([name, write]: [string, (...args: never[]) => unknown]) => [
    name,
    (...args: never[]) => alone(() => write(...args)),
  ]);
  return {
    ...(Object.fromEntries(calls) as AsyncWrites),
    commitPage: (fence, page, { moreFollow, onNote }) =>
      new Promise((settle, fail) => {
        queue.add(crawlPage(fence, page, { onNote, settle, fail }, transactor), moreFollow);
      }),
    commitChanges: (turn, asked, page, { moreFollow, onNote }) =>
      new Promise((settle, fail) => {
        queue.add(logPage(turn, asked, page, { onNote, settle, fail }), moreFollow);
      }),
    commitChildren: (turn, asked, { files, ...page }) =>
      alone(() => commitChildren({ ...turn, ...asked, ...page, files: [...unpackFiles(files)] })),
    commitWalkPage: (asked, { files, ...page }) =>
      alone(() => commitWalkPage({ ...asked, ...page, files: [...unpackFiles(files)] })),
    flush: () => alone(() => undefined),
    close: () => alone(close),
  };
}
