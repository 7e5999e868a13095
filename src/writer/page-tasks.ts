import { decodeChangeList, type ChangeListPage } from '../drive/wire/change-list';
import { release, type RawBody } from '../drive/wire/json';
import type { Fence } from '../model/partition';
import type { ChangeCommit } from '../store/change-log';
import type { PageGroup } from '../store/page-group';
import type { CommitResult } from '../store/partitions';
import type { SourceTurn, Transactor } from '../store/transactor';
import type { QueuedPage } from './page-queue';
import { packPage, type Decoded, type Decoder, type PackedPage } from './decoder';
import { isKept, unpackFiles, unpackTimes, type PackingMemory } from './packed-files';

/** Is told where a page's listing or log goes on, before the page is committed; undefined where it may end. */
export type OnAhead = (pageToken: string | undefined) => void;

/** Who waits for a page. */
export interface Waiting<R> {
  /** Told once, before the page is committed. */
  onAhead: OnAhead | undefined;
  settle: (result: R) => void;
  fail: (error: unknown) => void;
}

/** What became of a page of a crawl, and how many files it had. */
export interface PageCommit {
  result: CommitResult;
  files: number;
}

/** A page for which somebody waits. */
abstract class PageTask<P, R> implements QueuedPage {
  readonly #waiting: Waiting<R>;
  #body: RawBody;
  /** Until it is written. */
  #page: P | undefined;
  #result: R | undefined;

  constructor(body: RawBody, waiting: Waiting<R>) {
    this.#body = body;
    this.#waiting = waiting;
  }

  /** The body is kept as long as the page may be undone: it takes a fraction of what is made of it. */
  async decode(decoder: Decoder): Promise<void> {
    const { page, body } = await this.decodeWith(decoder, this.#body);
    [this.#page, this.#body] = [page, body];
  }

  /** Where it was undone, the page is decoded again, in this thread. */
  write(group: PageGroup): void {
    const page = this.#page ?? this.decodeHere(this.#body);
    this.#page = undefined;
    this.#result = this.writeTo(group, page, (pageToken) => {
      this.#waiting.onAhead?.(pageToken);
      this.#waiting.onAhead = undefined;
    });
  }

  settle(): void {
    if (this.#result !== undefined) this.#waiting.settle(this.#result);
    release(this.#body.bytes);
  }

  fail(error: unknown): void {
    this.#waiting.fail(error);
  }

  protected abstract decodeWith(decoder: Decoder, body: RawBody): Promise<Decoded<P>>;
  protected abstract decodeHere(body: RawBody): P;
  /** Tells how it goes on, then writes. */
  protected abstract writeTo(group: PageGroup, page: P, tell: OnAhead): R;
}

/** What pages of crawls share. */
export interface CrawlTools {
  transactor: Pick<Transactor, 'ahead'>;
  /** What pages that are written were packed in. */
  spare: PackingMemory[];
}

/** A page of a crawl. */
export class CrawlPage extends PageTask<PackedPage, PageCommit> {
  readonly #tools: CrawlTools;
  readonly #fence: Fence;

  constructor(fence: Fence, body: RawBody, waiting: Waiting<PageCommit>, tools: CrawlTools) {
    super(body, waiting);
    this.#fence = fence;
    this.#tools = tools;
  }

  protected async decodeWith(decoder: Decoder, body: RawBody): Promise<Decoded<PackedPage>> {
    return await decoder.fileList(body, this.#tools.spare.pop());
  }

  protected decodeHere(body: RawBody): PackedPage {
    return packPage(body);
  }

  protected writeTo(group: PageGroup, page: PackedPage, tell: OnAhead): PageCommit {
    const { transactor, spare } = this.#tools;
    const [files, times] = [unpackFiles(page.files), unpackTimes(page.files)];
    const listed = { ...page, fence: this.#fence, files, times };
    tell(transactor.ahead(listed));
    const result = group.addPage(listed);
    if (isKept(page.files)) spare.push(page.files);
    return { result, files: page.files.count };
  }
}

/** A page of a change log. */
export class LogPage extends PageTask<ChangeListPage, ChangeCommit> {
  readonly #turn: SourceTurn;
  readonly #asked: string;

  /** `asked`: the token that it was asked with. */
  constructor(turn: SourceTurn, asked: string, body: RawBody, waiting: Waiting<ChangeCommit>) {
    super(body, waiting);
    this.#turn = turn;
    this.#asked = asked;
  }

  protected async decodeWith(decoder: Decoder, body: RawBody): Promise<Decoded<ChangeListPage>> {
    return await decoder.changeList(body);
  }

  protected decodeHere(body: RawBody): ChangeListPage {
    return decodeChangeList(body);
  }

  protected writeTo(group: PageGroup, page: ChangeListPage, tell: OnAhead): ChangeCommit {
    tell(page.isEnd || page.token === this.#asked ? undefined : page.token);
    return group.addChanges({ ...this.#turn, asked: this.#asked, ...page });
  }
}
