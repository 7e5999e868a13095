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

/** The writes of a store, answered when they are durable. */
export type AsyncWrites = {
  [K in keyof Writes]: (...args: Parameters<Writes[K]>) => Promise<ReturnType<Writes[K]>>;
};

/** How a page is on its way. `moreCome`: pages that are committed with it follow, or a `flush`. */
export interface Passage {
  moreCome: boolean;
  onNote: (note: PageNote) => void;
}

/**
 * Writes to a store what is decoded. Pages of crawls and of change logs are committed in the order in which they come; everything else is carried out at
 * once, after the pages that are written so far are committed.
 */
export interface PageWriter extends AsyncWrites {
  commitPage(fence: Fence, page: Decoded<PackedPage>, passage: Passage): Promise<PageCommit>;
  commitChanges(
    turn: SourceTurn,
    asked: LogRequest,
    page: Decoded<PackedLog>,
    passage: Passage,
  ): Promise<LogCommit>;
  commitChildren(turn: SourceTurn, asked: ListingRequest, page: PackedPage): Promise<ChangeCommit>;
  commitWalkPage(asked: WalkRequest, page: PackedPage): Promise<ChangeCommit>;
  /** Commits the pages that are written so far. */
  flush(): Promise<void>;
  /** Commits them, then closes the store. */
  close(): Promise<void>;
}

/** Serves a transactor in this thread. */
export function createPageWriter(transactor: Transactor): PageWriter {
  const queue = new CommitQueue(transactor);
  const { openPages: _, ahead: __, commitChildren, commitWalkPage, close, ...writes } = transactor;

  /** Writes in a transaction of its own. */
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
    commitPage: (fence, page, { moreCome, onNote }) =>
      new Promise((settle, fail) => {
        queue.add(crawlPage(fence, page, { onNote, settle, fail }, transactor), moreCome);
      }),
    commitChanges: (turn, asked, page, { moreCome, onNote }) =>
      new Promise((settle, fail) => {
        queue.add(logPage(turn, asked, page, { onNote, settle, fail }), moreCome);
      }),
    commitChildren: (turn, asked, { files, ...page }) =>
      alone(() => commitChildren({ ...turn, ...asked, ...page, files: [...unpackFiles(files)] })),
    commitWalkPage: (asked, { files, ...page }) =>
      alone(() => commitWalkPage({ ...asked, ...page, files: [...unpackFiles(files)] })),
    flush: () => alone(() => undefined),
    close: () => alone(close),
  };
}
