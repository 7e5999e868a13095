import { release, type RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { LogRequest } from '../store/log/change-log';
import type { LogCommit, PageGroup } from '../store/page-group';
import type { CommitResult } from '../store/crawl/partitions';
import type { Transactor } from '../store/transactor';
import type { SourceTurn } from '../model/pass';
import { packLog, packPage, unpackEntries, type Decoded, type PackedLog, type PackedPage } from './decoder';
import { isKept, unpackFiles, unpackTimes, type PackedFiles, type PackingMemory } from './packed-files';
import type { QueuedPage } from './page-queue';

/** What is told of a page before it is committed: where its listing goes on, undefined where it may end; then that it is written, with memory to pack another in. */
export type PageNote =
  | { kind: 'ahead'; token: string | undefined }
  | { kind: 'written'; spare: PackingMemory | undefined };

/** Who waits for a page. */
export interface Waiting<R> {
  /** Told each note once. */
  onNote: (note: PageNote) => void;
  settle: (result: R) => void;
  fail: (error: unknown) => void;
}

/** What became of a page of a crawl, and how many files it had. */
export interface PageCommit {
  result: CommitResult;
  files: number;
}

/** A page for which somebody waits. */
abstract class PageTask<P extends { files: PackedFiles }, R> implements QueuedPage {
  readonly #waiting: Waiting<R>;
  /** Kept as long as the page may be undone: it takes a fraction of what is made of it. */
  readonly #body: RawBody;
  /** Until it is written. */
  #page: P | undefined;
  #result: R | undefined;

  constructor({ page, body }: Decoded<P>, waiting: Waiting<R>) {
    [this.#page, this.#body, this.#waiting] = [page, body, waiting];
  }

  /** Where it was undone, the page is decoded again, in this thread. */
  write(group: PageGroup): void {
    const page = this.#page;
    this.#page = undefined;
    if (page === undefined) this.#result = this.writeTo(group, this.decode(this.#body), () => undefined);
    else {
      const { onNote } = this.#waiting;
      this.#result = this.writeTo(group, page, onNote);
      onNote({ kind: 'written', spare: isKept(page.files) ? page.files : undefined });
    }
  }

  settle(): void {
    if (this.#result !== undefined) this.#waiting.settle(this.#result);
    release(this.#body.bytes);
  }

  fail(error: unknown): void {
    this.#waiting.fail(error);
  }

  protected abstract decode(body: RawBody): P;
  protected abstract writeTo(group: PageGroup, page: P, onNote: Waiting<R>['onNote']): R;
}

/** A page of a crawl. */
export class CrawlPage extends PageTask<PackedPage, PageCommit> {
  readonly #fence: Fence;
  readonly #ahead: Transactor['ahead'];

  constructor(
    fence: Fence,
    decoded: Decoded<PackedPage>,
    waiting: Waiting<PageCommit>,
    { ahead }: Pick<Transactor, 'ahead'>,
  ) {
    super(decoded, waiting);
    [this.#fence, this.#ahead] = [fence, ahead];
  }

  protected decode(body: RawBody): PackedPage {
    return packPage(body);
  }

  protected writeTo(group: PageGroup, page: PackedPage, onNote: Waiting<PageCommit>['onNote']): PageCommit {
    const [files, times] = [unpackFiles(page.files), unpackTimes(page.files)];
    const listed = { ...page, fence: this.#fence, files, times };
    onNote({ kind: 'ahead', token: this.#ahead(listed) });
    return { result: group.addPage(listed), files: page.files.count };
  }
}

/** A page of a change log. */
export class LogPage extends PageTask<PackedLog, LogCommit> {
  readonly #turn: SourceTurn;
  readonly #asked: LogRequest;

  constructor(turn: SourceTurn, asked: LogRequest, decoded: Decoded<PackedLog>, waiting: Waiting<LogCommit>) {
    super(decoded, waiting);
    [this.#turn, this.#asked] = [turn, asked];
  }

  protected decode(body: RawBody): PackedLog {
    return packLog(body);
  }

  protected writeTo(group: PageGroup, page: PackedLog): LogCommit {
    return group.addChanges({ ...this.#turn, ...page, asked: this.#asked, entries: unpackEntries(page) });
  }
}
