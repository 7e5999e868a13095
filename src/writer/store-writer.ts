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

/**
 * Receives the next page's token before a page is committed; undefined if its listing or log may end there.
 */
export type OnAhead = (pageToken: string | undefined) => void;

/**
 * The only way to write to a store: takes raw page bytes and commits them. Each page is decoded and validated
 * first; an invalid one fails with a `SyncFailure` of kind `malformed`, and nothing is written. Pages of
 * crawls and of change logs are committed in the order in which they come; any other write first commits the
 * pages written so far.
 */
export interface StoreWriter extends AsyncWrites {
  /** Commits one page of a crawl: its rows together with the checkpoint. The body's memory moves. */
  commitPage(fence: Fence, body: RawBody, onAhead?: OnAhead): Promise<PageCommit>;
  /** Commits one page of a change log. The body's memory moves. */
  commitChanges(turn: SourceTurn, asked: LogRequest, body: RawBody, onAhead?: OnAhead): Promise<LogCommit>;
  /** Commits one page of a folder's children. */
  commitChildren(turn: SourceTurn, asked: ListingRequest, body: RawBody): Promise<ChangeCommit>;
  /** Commits one page of the walk. */
  commitWalkPage(asked: WalkRequest, body: RawBody): Promise<ChangeCommit>;
  /**
   * The last request number that this process knows, 0 before its first; the store's may be higher for a
   * moment.
   */
  latestRequest(): number;
  /** Completes the pending commits, then closes the store. */
  close(): Promise<void>;
}

/** Creates a writer on a transactor in this thread. */
export function createStoreWriter(transactor: Transactor, decoder: Decoder = localDecoder): StoreWriter {
  return decodingWriter(createPageWriter(transactor), decoder);
}

/** The calls that are not passed on unchanged. */
type Own =
  | 'commitPage'
  | 'commitChanges'
  | 'commitChildren'
  | 'commitWalkPage'
  | 'startJob'
  | 'takeRequest'
  | 'latestRequest'
  | 'close';

/** Puts a decoder in front of a writer of pages; closes both. */
export function decodingWriter(pages: PageWriter, decoder: Decoder): StoreWriter {
  let latestRequest = 0;
  const noteRequest = (requestNo: number): void => {
    latestRequest = Math.max(latestRequest, requestNo);
  };
  // A page that cannot be committed rejects its own promise.
  const line = new DecodingLine(() => void pages.flush().catch(() => undefined));
  const commits = new Set<Promise<unknown>>();

  /** Registers a commit, so that closing waits for it. */
  async function tracked<T>(commit: Promise<T>): Promise<T> {
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
      tracked(
        line.run({
          decode: (spare) => decoder.fileList(body, spare),
          commit: (page, options) => pages.commitPage(fence, page, options),
          onNote: (note) => passAhead(onAhead, note),
        }),
      ),
    commitChanges: (turn, asked, body, onAhead) =>
      tracked(
        line.run({
          async decode(spare) {
            const decoded = await decoder.changeList(body, spare);
            onAhead?.(tokenAfter(decoded.page, asked.token));
            return decoded;
          },
          commit: (page, options) => pages.commitChanges(turn, asked, page, options),
          onNote: () => undefined,
        }),
      ),
    commitChildren: (turn, asked, body) =>
      tracked(decoder.fileList(body).then(({ page }) => pages.commitChildren(turn, asked, page))),
    commitWalkPage: (asked, body) =>
      tracked(decoder.fileList(body).then(({ page }) => pages.commitWalkPage(asked, page))),
    close: async () => {
      await Promise.allSettled(commits);
      await decoder.close();
      await pages.close();
    },
  };
  // Inherit all other calls. The writer of pages may be a proxy for its thread, which has no properties to
  // copy.
  return Object.setPrototypeOf(own, pages) as StoreWriter;
}

function passAhead(onAhead: OnAhead | undefined, note: PageNote): void {
  if (note.kind === 'ahead') onAhead?.(note.token);
}

/** The next token is part of a log's page, so it is known once the page is decoded. */
function tokenAfter({ isEnd, token }: PackedLog, asked: string): string | undefined {
  return isEnd || token === asked ? undefined : token;
}
