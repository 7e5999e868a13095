import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { ChangeCommit } from '../store/change-log';
import type { FolderListing } from '../store/folder-work';
import type { CommitResult } from '../store/partitions';
import type { SourceTurn, Transactor } from '../store/transactor';
import { localDecoder, type Decoder } from './decoder';
import { unpackFiles } from './packed-files';
import { PageQueue, type OnAhead } from './page-queue';

type Writes = Omit<Transactor, 'openPages' | 'ahead' | 'commitChanges' | 'commitChildren' | 'close'>;

/** The writes of a store, answered when they are durable. */
type AsyncWrites = {
  [K in keyof Writes]: (...args: Parameters<Writes[K]>) => Promise<ReturnType<Writes[K]>>;
};

/**
 * The one way to write to a store: raw page bytes in, their commit out. Each page is decoded and validated first, and one that is none is a
 * `SyncFailure` of kind `malformed`; nothing is written then. Pages of a crawl are committed in the order in which they come, and so are those of
 * change logs; everything else is carried out at once, and does not wait for pages.
 */
export interface StoreWriter extends AsyncWrites {
  /** Commits one page of a crawl, its rows together with the place to go on from. The body is given away. */
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

/** Serves a transactor in this process. */
export function createStoreWriter(transactor: Transactor, decoder: Decoder = localDecoder): StoreWriter {
  const pages = new PageQueue(transactor, decoder);
  const commits = new Set<Promise<unknown>>();
  const { openPages: _, ahead: __, commitChanges, commitChildren, close, ...writes } = transactor;
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

  async function commitLog(...[turn, asked, body, onAhead]: Parameters<StoreWriter['commitChanges']>) {
    const page = await decoder.changeList(body);
    onAhead?.(page.isEnd || page.token === asked ? undefined : page.token);
    return alone(() => commitChanges({ ...turn, asked, ...page }));
  }

  async function commitFolder(...[turn, listing, body]: Parameters<StoreWriter['commitChildren']>) {
    const { files, ...page } = await decoder.fileList(body);
    return alone(() => commitChildren({ ...turn, listing, ...page, files: [...unpackFiles(files)] }));
  }

  return {
    ...(Object.fromEntries(calls) as AsyncWrites),
    commitPage: async (fence, body, onAhead) =>
      await kept(new Promise((settle, fail) => pages.add({ fence, body, onAhead, settle, fail }))),
    commitChanges: async (...args) => await kept(commitLog(...args)),
    commitChildren: async (...args) => await kept(commitFolder(...args)),
    close: async () => {
      await Promise.allSettled(commits);
      await decoder.close();
      close();
    },
  };
}
