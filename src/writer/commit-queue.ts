import { release, type RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { SourceTurn } from '../model/pass';
import type { CommitResult } from '../store/crawl/partitions';
import type { LogRequest } from '../store/log/change-log';
import type { LogCommit, PageGroup } from '../store/page-group';
import type { Transactor } from '../store/transactor';
import { packLog, packPage, unpackEntries, type Decoded, type PackedLog, type PackedPage } from './decoder';
import { isKept, unpackFiles, unpackTimes, type PackedFiles, type PackingMemory } from './packed-files';

/**
 * Progress of one page before its commit. `ahead`: the next page's token, undefined if the listing may end
 * here. `written`: a buffer for packing another page, if it can be reused.
 */
export type PageNote =
  | { kind: 'ahead'; token: string | undefined }
  | { kind: 'written'; spare: PackingMemory | undefined };

/** The callbacks of whoever waits for a page. */
export interface PageCallbacks<R> {
  /** Called once per note. */
  onNote: (note: PageNote) => void;
  settle: (result: R) => void;
  fail: (error: unknown) => void;
}

/** The result of committing a page of a crawl, and its number of files. */
export interface PageCommit {
  result: CommitResult;
  files: number;
}

/** A decoded page in the queue. */
export interface QueuedPage {
  /** Writes the page; called again if its transaction was rolled back. */
  write(group: PageGroup): void;
  /** Called once its transaction is committed. */
  settle(): void;
  fail(error: unknown): void;
}

/** How to decode and write one kind of page. */
interface PageKind<P, R> {
  decode(body: RawBody): P;
  write(group: PageGroup, page: P, onNote: PageCallbacks<R>['onNote']): R;
}

/**
 * Makes a page for the queue. If its transaction is rolled back, the page is decoded again in this thread:
 * keeping the body takes a fraction of the memory of its records.
 */
function queuedPage<P extends { files: PackedFiles }, R>(
  { decode, write }: PageKind<P, R>,
  { page: decoded, body }: Decoded<P>,
  { onNote, settle, fail }: PageCallbacks<R>,
): QueuedPage {
  let page: P | undefined = decoded;
  let result: R | undefined;
  return {
    write(group) {
      if (page === undefined) result = write(group, decode(body), () => undefined);
      else {
        const { files } = page;
        result = write(group, page, onNote);
        page = undefined;
        onNote({ kind: 'written', spare: isKept(files) ? files : undefined });
      }
    },
    settle() {
      if (result !== undefined) settle(result);
      release(body.bytes);
    },
    fail,
  };
}

/** A page of a crawl. */
export function crawlPage(
  fence: Fence,
  decoded: Decoded<PackedPage>,
  callbacks: PageCallbacks<PageCommit>,
  { ahead }: Pick<Transactor, 'ahead'>,
): QueuedPage {
  const kind: PageKind<PackedPage, PageCommit> = {
    decode: packPage,
    write(group, page, onNote) {
      const listed = { ...page, fence, files: unpackFiles(page.files), times: unpackTimes(page.files) };
      onNote({ kind: 'ahead', token: ahead(listed) });
      return { result: group.addPage(listed), files: page.files.count };
    },
  };
  return queuedPage(kind, decoded, callbacks);
}

/** A page of a change log. */
export function logPage(
  turn: SourceTurn,
  asked: LogRequest,
  decoded: Decoded<PackedLog>,
  callbacks: PageCallbacks<LogCommit>,
): QueuedPage {
  const kind: PageKind<PackedLog, LogCommit> = {
    decode: packLog,
    write: (group, page) => group.addChanges({ ...turn, ...page, asked, entries: unpackEntries(page) }),
  };
  return queuedPage(kind, decoded, callbacks);
}

/** The most pages per transaction: the more pages, the less often the same part of an index is written. */
const MOST_PAGES = 32;

/**
 * Writes pages in the order in which they come. The transaction stays open while more pages are on their way.
 */
export class CommitQueue {
  readonly #open: Transactor['openPages'];
  #group: PageGroup | undefined;
  #moreFollow = false;
  readonly #written: QueuedPage[] = [];

  constructor({ openPages }: Pick<Transactor, 'openPages'>) {
    this.#open = openPages;
  }

  /**
   * Adds a page, which succeeds or fails with its transaction. `moreFollow`: the transaction may wait for more
   * pages, or for `flush`.
   */
  add(page: QueuedPage, moreFollow: boolean): void {
    this.#moreFollow = moreFollow;
    this.#write(page);
    if (this.#written.length >= MOST_PAGES) this.flush();
    // Nothing followed when the page was sent, but pages may have come while earlier ones were written.
    else if (!moreFollow) setImmediate(() => this.#end());
  }

  /** Commits the open transaction, so that something else can be written. */
  flush(): void {
    const group = this.#group;
    if (group === undefined) return;
    try {
      group.commit();
      this.#group = undefined;
      for (const page of this.#written.splice(0)) page.settle();
    } catch (error) {
      this.#rollBack(error);
    }
  }

  #end(): void {
    if (!this.#moreFollow) this.flush();
  }

  #write(page: QueuedPage): void {
    try {
      this.#group ??= this.#open();
    } catch (error) {
      page.fail(error);
      return;
    }
    this.#written.push(page);
    try {
      page.write(this.#group);
    } catch (error) {
      this.#rollBack(error);
    }
  }

  /** Rolls the group back, then writes its pages one by one, so that only the bad one fails. */
  #rollBack(error: unknown): void {
    const group = this.#group;
    const written = this.#written.splice(0);
    this.#group = undefined;
    try {
      group?.rollBack();
    } catch {
      // Without an answer, lanes would wait for ever.
      for (const page of written) page.fail(error);
      return;
    }
    if (written.length === 1) written[0]?.fail(error);
    else
      for (const page of written) {
        this.#write(page);
        this.flush();
      }
  }
}
