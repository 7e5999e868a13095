import type { RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { ChangeCommit, LogRequest } from '../store/log/change-log';
import type { ListingRequest } from '../store/folders/folder-pages';
import type { LogCommit } from '../store/page-group';
import type { Transactor } from '../store/transactor';
import type { WalkRequest } from '../store/walk/walk';
import type { SourceTurn } from '../model/pass';
import { localDecoder, type Decoder, type PackedLog } from './decoder';
import { DecodingLine } from './decoding-line';
import type { PageCommit, PageNote } from './commit-queue';
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
  /** Commits one page of a change log. The body is given away. */
  commitChanges(turn: SourceTurn, asked: LogRequest, body: RawBody, onAhead?: OnAhead): Promise<LogCommit>;
  /** Commits one page of a folder's children. */
  commitChildren(turn: SourceTurn, asked: ListingRequest, body: RawBody): Promise<ChangeCommit>;
  /** Commits one page of the walk. */
  commitWalkPage(asked: WalkRequest, body: RawBody): Promise<ChangeCommit>;
  /** The last request number that this process knows of, 0 before its first; the store's own may be higher for a moment. */
  latestRequest(): number;
  /** Carries out what was asked, then closes the store. */
  close(): Promise<void>;
}

/** Serves a transactor in this thread. */
export function createStoreWriter(transactor: Transactor, decoder: Decoder = localDecoder): StoreWriter {
  return decodingWriter(createPageWriter(transactor), decoder);
}

/** What the writer of bodies does itself. */
type Own =
  | 'commitPage'
  | 'commitChanges'
  | 'commitChildren'
  | 'commitWalkPage'
  | 'startJob'
  | 'takeRequest'
  | 'latestRequest'
  | 'close';

/** Lets a decoder make pages of bodies for a writer of pages; closes both. */
export function decodingWriter(pages: PageWriter, decoder: Decoder): StoreWriter {
  let latestRequest = 0;
  const noteRequest = (requestNo: number): void => {
    latestRequest = Math.max(latestRequest, requestNo);
  };
  // A page that cannot be committed fails by itself.
  const line = new DecodingLine(() => void pages.flush().catch(() => undefined));
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

  const own: Pick<StoreWriter, Own> = {
    latestRequest: () => latestRequest,
    async startJob(...args) {
      const started = await pages.startJob(...args);
      if (started.kind === 'started') noteRequest(started.target);
      return started;
    },
    async takeRequest(...args) {
      const requestNo = await pages.takeRequest(...args);
      noteRequest(requestNo);
      return requestNo;
    },
    commitPage: (fence, body, onAhead) =>
      kept(
        line.run({
          decode: (spare) => decoder.fileList(body, spare),
          commit: (page, passage) => pages.commitPage(fence, page, passage),
          onNote: (note) => tell(onAhead, note),
        }),
      ),
    commitChanges: (turn, asked, body, onAhead) =>
      kept(
        line.run({
          async decode(spare) {
            const decoded = await decoder.changeList(body, spare);
            onAhead?.(tokenAfter(decoded.page, asked.token));
            return decoded;
          },
          commit: (page, passage) => pages.commitChanges(turn, asked, page, passage),
          onNote: () => undefined,
        }),
      ),
    commitChildren: (turn, asked, body) =>
      kept(decoder.fileList(body).then(({ page }) => pages.commitChildren(turn, asked, page))),
    commitWalkPage: (asked, body) =>
      kept(decoder.fileList(body).then(({ page }) => pages.commitWalkPage(asked, page))),
    close: async () => {
      await Promise.allSettled(commits);
      await decoder.close();
      await pages.close();
    },
  };
  // All other calls are those of the pages' writer, which may have no properties to copy: each becomes a call to its thread.
  return Object.setPrototypeOf(own, pages) as StoreWriter;
}

function tell(onAhead: OnAhead | undefined, note: PageNote): void {
  if (note.kind === 'ahead') onAhead?.(note.token);
}

/** A page of a log says by itself how the log goes on. */
function tokenAfter({ isEnd, token }: PackedLog, asked: string): string | undefined {
  return isEnd || token === asked ? undefined : token;
}
