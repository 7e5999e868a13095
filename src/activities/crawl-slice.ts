import { setTimeout as delay } from 'node:timers/promises';
import type { Claim, Fence } from '../model/partition';
import type { CommitResult } from '../store/crawl/partitions';
import { SyncFailure, type FailureKind } from '../model/failure';
import type { Account } from './accounts';
import { pageFault, pageLimitMs, type PageFault } from '../planning/page-size';
import { failureKind, logFailure, toTemporalFailure, retryDecision } from './failures';
import type { SourceRef } from './inputs';
import { isItemFault } from './steps/item-faults';
import { probeListing } from './steps/list-folders';
import { followChain, type ChainEnd, type PageChain } from './page-chain';

/** One lane's turn. */
export interface CrawlSliceInput extends SourceRef {
  lane: number;
  /** Lanes that work on the source, including this one, and the most that may. */
  lanes: number;
  mostLanes: number;
}

/**
 * The result of a turn. `done`: the source has no open window left. `busy`: other lanes hold what is left.
 * `waitMs`: something failed after the last commit, and the next turn should wait that long.
 */
export interface CrawlSliceResult {
  state: 'more' | 'busy' | 'done';
  pages: number;
  files: number;
  /** How many lanes have something to do. */
  usefulLanes: number;
  waitMs?: number;
}

/**
 * A turn is long enough to keep Temporal's overhead negligible, and short enough to be visible in its
 * history.
 */
const MOST_PAGES = 200;
const LONGEST_MS = 10_000;
/**
 * Lanes that begin together end at different times. Otherwise Drive and the writer would idle while all
 * change turns.
 */
const STAGGER_MS = 700;
const STAGGERED_LANES = 8;

/** A refusal of one page may pass too, so it counts only after this many tries. */
const LEAST_TRIES = 3;

/**
 * Pages that a lane hands on before the first of them is committed. With one, it would wait for the other
 * lanes' pages in the same transaction.
 */
const PAGES_AT_ONCE = 2;

/**
 * How often, and after how long, a lane without work looks again: pages of other lanes may show that their
 * windows are worth dividing.
 */
const IDLE_LOOK_MS = 150;
const MOST_IDLE_LOOKS = 20;

/** Lists and commits for one lane until its turn is over. Committed pages stay, however the turn ends. */
export async function crawlSlice(
  account: Account,
  input: CrawlSliceInput,
  signal: AbortSignal,
): Promise<CrawlSliceResult> {
  return await new CrawlTurn(account, input, signal).run();
}

/** The claim as it will be once the page that named the token is committed. */
function followingClaim({ fence, position, ...rest }: Claim, pageToken: string): Claim {
  return {
    ...rest,
    fence: { ...fence, page: fence.page + 1 },
    position: { ...position, pageToken },
    failures: 0,
  };
}

class CrawlTurn {
  readonly #account: Account;
  readonly #input: CrawlSliceInput;
  readonly #signal: AbortSignal;
  readonly #endsAt: number;
  /** If this exceeds the number of running lanes, the turn ends, so that the workflow can start more. */
  #usefulLanes = 1;
  /** How often in a row there was no window to claim. */
  #idleLooks = 0;
  #pages = 0;
  #files = 0;

  constructor(account: Account, input: CrawlSliceInput, signal: AbortSignal) {
    this.#account = account;
    this.#input = input;
    this.#signal = signal;
    this.#endsAt = Date.now() + LONGEST_MS - (input.lane % STAGGERED_LANES) * STAGGER_MS;
  }

  /** Claims a window and lists it, then the next, until the turn is over. */
  async run(): Promise<CrawlSliceResult> {
    const { sourceId, epoch, lane, lanes } = this.#input;
    for (;;) {
      const alone = lanes === 1;
      const claimed = await this.#account.writer.claim({ sourceId, epoch, lane, alone });
      if (claimed.kind === 'superseded') throw new SyncFailure('superseded');
      if (claimed.kind === 'busy' && claimed.soon && (await this.#idle())) continue;
      if (claimed.kind !== 'claimed') return this.#result(claimed.kind, 0);
      this.#idleLooks = 0;
      const waitMs = await this.#listWindow(claimed.claim);
      if (waitMs > 0 || this.#isOver()) return this.#result('more', waitMs);
    }
  }

  /** Waits for pages of other lanes; false after enough waits. */
  async #idle(): Promise<boolean> {
    if (this.#idleLooks >= MOST_IDLE_LOOKS || this.#isOver()) return false;
    this.#idleLooks += 1;
    const signal = this.#signal;
    await delay(IDLE_LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    return true;
  }

  #result(state: CrawlSliceResult['state'], waitMs: number): CrawlSliceResult {
    return {
      state,
      pages: this.#pages,
      files: this.#files,
      usefulLanes: this.#usefulLanes,
      ...(waitMs > 0 && { waitMs }),
    };
  }

  #isOver(): boolean {
    return this.#pages >= MOST_PAGES || Date.now() >= this.#endsAt || this.#usefulLanes > this.#input.lanes;
  }

  /**
   * Lists one window until its end, the end of the turn or the loss of the claim. Returns how long to wait
   * before the next turn.
   */
  async #listWindow(first: Claim): Promise<number> {
    let claim: Claim | undefined = first;
    while (claim !== undefined && !this.#isOver()) {
      this.#signal.throwIfAborted();
      const end: ChainEnd<Claim, CommitResult> = await followChain(this.#chain, claim);
      if (end.kind === 'failed') return await this.#handleFailure(end.page, end.error);
      claim = end.result.kind === 'committed' ? end.result.next : undefined;
    }
    return 0;
  }

  /** The pages of a window, each with the claim under which it is listed. */
  readonly #chain: PageChain<Claim, CommitResult> = {
    ask: ({ driveId, position, failures }) => {
      const limitMs = pageLimitMs(position.pageSize, failures);
      return this.#account.drive.listFiles(driveId, { ...position, limitMs }, this.#signal);
    },
    commit: async ({ fence }, body, onAhead) => {
      const { result, files } = await this.#account.writer.commitPage(fence, body, onAhead);
      if (result.kind === 'circular') throw new SyncFailure('malformed', { detail: 'the listing loops' });
      if (result.kind === 'committed') await this.#count(files);
      if (result.kind === 'refused') this.#warn('commit refused: another attempt holds the window');
      if (result.kind === 'committed' && result.disordered)
        this.#warn('listing out of order; windows are listed at their own bounds');
      return result;
    },
    after: (claim, pageToken) => (this.#mayAskAhead() ? followingClaim(claim, pageToken) : undefined),
    // After the window's last page, further pages are refused or belong to other lanes.
    continues: (result) => result.kind === 'committed' && result.next !== undefined,
    most: PAGES_AT_ONCE,
  };

  #warn(message: string): void {
    this.#account.log.write('warn', message, { source: this.#input.sourceId });
  }

  /** The first page may show that the turn should end so that more lanes can join. */
  #mayAskAhead(): boolean {
    const { lanes, mostLanes } = this.#input;
    return !this.#isOver() && (lanes >= mostLanes || this.#pages > 0);
  }

  async #count(files: number): Promise<void> {
    const { sourceId, lanes, mostLanes } = this.#input;
    this.#pages += 1;
    this.#files += files;
    if (lanes < mostLanes) this.#usefulLanes = await this.#account.writer.usefulLanes(sourceId, mostLanes);
  }

  /**
   * A rejected page token restarts the window at once. The store counts any other failure: a turn that
   * committed something ends normally with a wait, and one that did not fails with that wait as its retry
   * delay. Returns how long to wait before the next turn.
   */
  async #handleFailure(claim: Claim, error: unknown): Promise<number> {
    this.#signal.throwIfAborted();
    const { writer, log } = this.#account;
    const { sourceId } = this.#input;
    const kind = failureKind(error);
    if (kind === 'source-gone' && claim.driveId !== undefined) {
      // The files of a lost drive are settled after the crawl, which is over now.
      await writer.leaveSource(this.#input);
      return 0;
    }
    if (kind === 'page-token-rejected' && claim.position.pageToken !== undefined) {
      log.write('warn', 'page token rejected', {
        source: sourceId,
        became: await writer.rejectToken(claim.fence),
      });
      return 0;
    }
    logFailure(log, error, { source: sourceId, failures: claim.failures + 1 });
    return await this.#retryPage(claim, error, await this.#countFailure(claim, error));
  }

  /**
   * Requests a page that keeps failing in smaller sizes. If Drive never delivers it, its window is left
   * incomplete.
   */
  async #retryPage({ fence }: Claim, error: unknown, attempt: number): Promise<number> {
    const { kind, delayMs, final } = retryDecision(error, attempt);
    const isOfPage = error instanceof SyncFailure && isItemFault(kind);
    if (final && isOfPage) {
      if (attempt < LEAST_TRIES) return delayMs;
      if (await this.#leaveWindow(fence, kind)) return 0;
    }
    if (!final && (await this.#shrinkPage(fence, pageFault(kind, attempt)))) return 0;
    if (!final && this.#pages > 0) return delayMs;
    throw toTemporalFailure(error, attempt);
  }

  /** True if the smaller page can be requested at once, since Drive itself is well. */
  async #shrinkPage(fence: Fence, fault: PageFault | undefined): Promise<boolean> {
    if (fault === undefined || !(await this.#account.writer.shrinkPage(fence, fault))) return false;
    return fault === 'too-slow' || fault === 'too-large';
  }

  /** False if Drive lists nothing else either, or if another attempt holds the window. */
  async #leaveWindow(fence: Fence, kind: FailureKind): Promise<boolean> {
    const { drive, writer } = this.#account;
    try {
      await probeListing(drive, this.#input.sourceId, this.#signal);
    } catch {
      this.#signal.throwIfAborted();
      return false;
    }
    const isLeft = await writer.leaveWindow(fence, kind);
    if (isLeft) this.#warn('a page cannot be had; its part of the listing is left incomplete');
    return isLeft;
  }

  /**
   * Records the failure with the window. If the store cannot be written to (a full disk), it counts as the
   * first.
   */
  async #countFailure(claim: Claim, error: unknown): Promise<number> {
    const attempt = claim.failures + 1;
    const { kind, delayMs } = retryDecision(error, attempt);
    try {
      return Math.max(1, await this.#account.writer.recordFailure(claim.fence, kind, delayMs));
    } catch {
      return attempt;
    }
  }
}
