import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { ChangeCommit } from '../store/change-log';
import type { FolderListing } from '../store/folder-work';
import type { SourceTurn, Transactor } from '../store/transactor';
import { localDecoder, type Decoder, type PackedLog } from './decoder';
import { DecodingLine } from './decoding-line';
import type { PageCommit, PageNote } from './page-tasks';
import { createPageWriter, type AsyncWrites, type PageWriter } from './page-writer';

/** Is told where a page's listing or log goes on, before the page is committed; undefined where it may end. */
export type OnAhead = (pageToken: string | undefined) => void;

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

/** Serves a transactor in this thread. */
export function createStoreWriter(transactor: Transactor, decoder: Decoder = localDecoder): StoreWriter {
  return decodingWriter(createPageWriter(transactor), decoder);
}

/** Lets a decoder make pages of bodies for a writer of pages; closes both. */
export function decodingWriter(pages: PageWriter, decoder: Decoder): StoreWriter {
  const { commitPage, commitChanges, commitChildren, flush, close, ...calls } = pages;
  // A page that cannot be committed fails by itself.
  const line = new DecodingLine(() => void flush().catch(() => undefined));
  const commits = new Set<Promise<unknown>>();

  /** Closing waits for commits. */
  async function kept<T>(commit: Promise<T>): Promise<T> {
    commits.add(commit);
    try {
      return await commit;
    } finally {
      commits.delete(commit);
    }
  }

  return {
    ...calls,
    commitPage: (fence, body, onAhead) =>
      kept(
        line.run({
          decode: (spare) => decoder.fileList(body, spare),
          commit: (page, passage) => commitPage(fence, page, passage),
          onNote: (note) => tell(onAhead, note),
        }),
      ),
    commitChanges: (turn, asked, body, onAhead) =>
      kept(
        line.run({
          async decode(spare) {
            const decoded = await decoder.changeList(body, spare);
            onAhead?.(tokenAfter(decoded.page, asked));
            return decoded;
          },
          commit: (page, passage) => commitChanges(turn, asked, page, passage),
          onNote: () => undefined,
        }),
      ),
    commitChildren: (turn, listing, body) =>
      kept(decoder.fileList(body).then(({ page }) => commitChildren(turn, listing, page))),
    close: async () => {
      await Promise.allSettled(commits);
      await decoder.close();
      await close();
    },
  };
}

function tell(onAhead: OnAhead | undefined, note: PageNote): void {
  if (note.kind === 'ahead') onAhead?.(note.token);
}

/** A page of a log says by itself how the log goes on. */
function tokenAfter({ isEnd, token }: PackedLog, asked: string): string | undefined {
  return isEnd || token === asked ? undefined : token;
}
