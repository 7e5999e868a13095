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
 * Progress of a page before its commit. `ahead`: the next page's token, undefined if the listing may end here. `written`: memory for packing another page,
 * if there is some to reuse.
 */
export type PageNote =
  | { kind: 'ahead'; token: string | undefined }
  | { kind: 'written'; spare: PackingMemory | undefined };

/** Who waits for a page. */
export interface Waiting<R> {
  /** Called once for each note. */
  onNote: (note: PageNote) => void;
  settle: (result: R) => void;
  fail: (error: unknown) => void;
}

/** What became of a page of a crawl, and how many files it had. */
export interface PageCommit {
  result: CommitResult;
  files: number;
}

/** A decoded page. */
export interface QueuedPage {
  /** Writes it; called again if its transaction was undone. */
  write(group: PageGroup): void;
  /** Its transaction is committed. */
  settle(): void;
  fail(error: unknown): void;
}

/** How one kind of page is made of a body, and written. */
interface PageKind<P, R> {
  decode(body: RawBody): P;
  write(group: PageGroup, page: P, onNote: Waiting<R>['onNote']): R;
}

/** A page whose transaction is undone is decoded again, in this thread: its body takes a fraction of the memory that its records take. */
function queuedPage<P extends { files: PackedFiles }, R>(
  { decode, write }: PageKind<P, R>,
  { page: decoded, body }: Decoded<P>,
  { onNote, settle, fail }: Waiting<R>,
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
  waiting: Waiting<PageCommit>,
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
  return queuedPage(kind, decoded, waiting);
}

/** A page of a change log. */
export function logPage(
  turn: SourceTurn,
  asked: LogRequest,
  decoded: Decoded<PackedLog>,
  waiting: Waiting<LogCommit>,
): QueuedPage {
  const kind: PageKind<PackedLog, LogCommit> = {
    decode: packLog,
    write: (group, page) => group.addChanges({ ...turn, ...page, asked, entries: unpackEntries(page) }),
  };
  return queuedPage(kind, decoded, waiting);
}

/** Pages of one transaction at most: the more there are, the less often the same part of an index is written. */
const MOST_PAGES = 32;

/** Writes pages in the order in which they come, in a transaction that stays open as long as more are on their way. */
export class CommitQueue {
  readonly #open: Transactor['openPages'];
  #group: PageGroup | undefined;
  #moreCome = false;
  readonly #written: QueuedPage[] = [];

  constructor({ openPages }: Pick<Transactor, 'openPages'>) {
    this.#open = openPages;
  }

  /** Adds a page, which is settled or fails with its transaction. `moreCome`: it may wait for others, or for `flush`. */
  add(page: QueuedPage, moreCome: boolean): void {
    this.#moreCome = moreCome;
    this.#write(page);
    if (this.#written.length >= MOST_PAGES) this.flush();
    // When it was sent nothing followed, but others may have come while those before it were written.
    else if (!moreCome) setImmediate(() => this.#end());
  }

  /** Commits what is written so far, so that something else can be. */
  flush(): void {
    const group = this.#group;
    if (group === undefined) return;
    try {
      group.commit();
      this.#group = undefined;
      for (const page of this.#written.splice(0)) page.settle();
    } catch (error) {
      this.#undo(error);
    }
  }

  #end(): void {
    if (!this.#moreCome) this.flush();
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
      this.#undo(error);
    }
  }

  /** Undoes the group as a whole, then writes its pages one by one: only the one that cannot be written fails. */
  #undo(error: unknown): void {
    const group = this.#group;
    const undone = this.#written.splice(0);
    this.#group = undefined;
    try {
      group?.undo();
    } catch {
      // Lanes that heard nothing would wait for ever.
      for (const page of undone) page.fail(error);
      return;
    }
    if (undone.length === 1) undone[0]?.fail(error);
    else
      for (const page of undone) {
        this.#write(page);
        this.flush();
      }
  }
}
