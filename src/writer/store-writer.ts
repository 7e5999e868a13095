import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { ChangeCommit } from '../store/change-log';
import type { FolderListing } from '../store/folder-work';
import type { SourceTurn, Transactor } from '../store/transactor';
import { localDecoder, type Decoder } from './decoder';
import { unpackFiles, type PackingMemory } from './packed-files';
import { PageQueue, type QueuedPage } from './page-queue';
import { CrawlPage, LogPage, type OnAhead, type PageCommit, type Waiting } from './page-tasks';

type Writes = Omit<Transactor, 'openPages' | 'ahead' | 'commitChildren' | 'close'>;

/** The writes of a store, answered when they are durable. */
type AsyncWrites = {
  [K in keyof Writes]: (...args: Parameters<Writes[K]>) => Promise<ReturnType<Writes[K]>>;
};

/**
 * The one way to write to a store: raw page bytes in, their commit out. Each page is decoded and validated first, and one that is none is a
 * `SyncFailure` of kind `malformed`; nothing is written then. Pages of crawls and of change logs are committed in the order in
 * which they come; everything else is carried out at once, and does not wait for pages.
 */
export interface StoreWriter extends AsyncWrites {
  /** Commits one page of a crawl, its rows together with the place to go on from. The body is given away. */
  commitPage(fence: Fence, body: RawBody, onAhead?: OnAhead): Promise<PageCommit>;
  /** Commits one page of a change log that was asked with the token `asked`. The body is given away. */
  commitChanges(turn: SourceTurn, asked: string, body: RawBody, onAhead?: OnAhead): Promise<ChangeCommit>;
  /** Commits one page of a folder's children. */
  commitChildren(turn: SourceTurn, listing: FolderListing, body: RawBody): Promise<ChangeCommit>;
  /** Carries out what was asked, then closes the store. */
  close(): Promise<void>;
}

/** Serves a transactor in this process. */
export function createStoreWriter(transactor: Transactor, decoder: Decoder = localDecoder): StoreWriter {
  const pages = new PageQueue(transactor, decoder);
  const spare: PackingMemory[] = [];
  const commits = new Set<Promise<unknown>>();
  const { openPages: _, ahead: __, commitChildren, close, ...writes } = transactor;
  const calls = Object.entries(writes).map(([name, write]: [string, (...args: never[]) => unknown]) => [
    name,
    async (...args: never[]) => await Promise.resolve(alone(() => write(...args))),
  ]);

  /** Writes in a transaction of its own. */
  function alone<T>(write: () => T): T {
    pages.flush();
    return write();
  }

  /** Closing waits for commits. */
  async function kept<T>(commit: Promise<T>): Promise<T> {
    commits.add(commit);
    try {
      return await commit;
    } finally {
      commits.delete(commit);
    }
  }

  async function committed<R>(
    onAhead: OnAhead | undefined,
    pageFor: (waiting: Waiting<R>) => QueuedPage,
  ): Promise<R> {
    return await kept(new Promise<R>((settle, fail) => pages.add(pageFor({ onAhead, settle, fail }))));
  }

  async function commitFolder(...[turn, listing, body]: Parameters<StoreWriter['commitChildren']>) {
    const { files, ...page } = (await decoder.fileList(body)).page;
    return alone(() => commitChildren({ ...turn, listing, ...page, files: [...unpackFiles(files)] }));
  }

  return {
    ...(Object.fromEntries(calls) as AsyncWrites),
    commitPage: async (fence, body, onAhead) =>
      await committed(onAhead, (waiting) => new CrawlPage(fence, body, waiting, { transactor, spare })),
    commitChanges: async (turn, asked, body, onAhead) =>
      await committed(onAhead, (waiting) => new LogPage(turn, asked, body, waiting)),
    commitChildren: async (...args) => await kept(commitFolder(...args)),
    close: async () => {
      await Promise.allSettled(commits);
      await decoder.close();
      close();
    },
  };
}
