import { condition, executeChild, ParentClosePolicy, sleep, workflowInfo } from '@temporalio/workflow';
import type { PassRef } from '../activities/inputs';
import type { FailureKind } from '../model/failure';
import type { TakenWork } from '../model/pass';
import { failSource, followDrives, giveUpFailing, openCrawls, pollLogs, takeWork } from './activities';
import { titleOf } from './details';
import { stepFailure } from './failures';
import { syncBatch } from './sync-batch';
import { syncSource, type SourcesEnd } from './sync-source';

/** What a pass starts with. */
export interface PassInput {
  pass: PassRef;
  /** The most listing loops of one source. */
  lanes: number;
  /** Sources need a start token for a full crawl. */
  unopened: boolean;
}

/** `cut`: the history has grown long, and the next run continues. `parked`: why sources wait for a person. */
export type PassOutcome = { kind: 'done' } | { kind: 'cut' } | { kind: 'parked'; reason: FailureKind };

type Work = Exclude<TakenWork, { kind: 'none' }>;

const CHILDREN_AT_ONCE = 16;
/** How long running children may continue once the history has grown long. */
const CUT_AFTER = '15 seconds';
/** How long a pass waits for failing sources once everything else is done. */
const FAILING_LIMIT_MS = 60_000;

/**
 * One pass over the sources of an account: finds shared drives, opens crawls, reads all change logs and hands
 * the remaining work to child workflows. The store says what is left, so the pass holds no list of sources:
 * it can be cut anywhere, and nothing is done twice.
 */
export class PassRun {
  readonly #input: PassInput;
  readonly #onWork: () => void;
  #children = 0;
  #producers = 0;
  /** The store may have work to hand out. */
  #mayHaveWork = true;
  #parked: FailureKind | undefined;
  #started = 0;
  #hasGivenUp = false;

  /** Calls `onWork` once, when the first child starts: from then on there is progress to show. */
  constructor(input: PassInput, onWork: () => void) {
    this.#input = input;
    this.#onWork = onWork;
  }

  async run(): Promise<PassOutcome> {
    await Promise.all([
      this.#produce(() => this.#openCrawls(this.#input.unopened)),
      this.#produce(() => this.#findDrives()),
      this.#produce(() => this.#readLogs()),
      this.#dispatch(),
    ]);
    const doneAt = Date.now();
    while (!this.#isCut && this.#parked === undefined) {
      const left = await takeWork(this.#input.pass);
      if (left.kind !== 'none') this.#start(left);
      else if (left.unopened) await this.#openCrawls(true);
      else if (left.retryInMs === undefined) return { kind: 'done' };
      else await this.#waitForFailing(left.retryInMs, Date.now() - doneAt);
      await this.#readLogs();
      await this.#dispatch();
    }
    if (this.#parked !== undefined) return { kind: 'parked', reason: this.#parked };
    return { kind: 'cut' };
  }

  get #isCut(): boolean {
    return workflowInfo().continueAsNewSuggested;
  }

  /** Runs a step that may find work for children. */
  async #produce(work: () => Promise<void>): Promise<void> {
    this.#producers += 1;
    try {
      await work();
    } finally {
      this.#producers -= 1;
    }
  }

  async #openCrawls(unopened: boolean): Promise<void> {
    for (let turn = 0, more = unopened; more && !this.#isCut; turn++) {
      const opened = await openCrawls({ ...this.#input.pass, turn });
      ({ more } = opened);
      this.#mayHaveWork ||= opened.opened > 0;
    }
  }

  async #findDrives(): Promise<void> {
    const { unopened } = await followDrives(this.#input.pass);
    await this.#openCrawls(unopened);
  }

  async #readLogs(): Promise<void> {
    let more = true;
    while (more && !this.#isCut) {
      const polled = await pollLogs(this.#input.pass);
      ({ more } = polled);
      this.#mayHaveWork ||= polled.work;
    }
  }

  /** Hands out work to children until nothing is left, or the history has grown long. */
  async #dispatch(): Promise<void> {
    for (;;) {
      await condition(() => this.#isCut || this.#isReady || (this.#children === 0 && this.#producers === 0));
      if (this.#isCut) return await this.#letChildrenEnd();
      if (!this.#isReady) return;
      this.#mayHaveWork = false;
      const work = await takeWork(this.#input.pass);
      if (work.kind === 'none') continue;
      this.#mayHaveWork = true;
      this.#start(work);
    }
  }

  get #isReady(): boolean {
    return this.#mayHaveWork && this.#children < CHILDREN_AT_ONCE;
  }

  async #letChildrenEnd(): Promise<void> {
    await condition(() => this.#children === 0 && this.#producers === 0, CUT_AFTER);
  }

  #start(work: Work): void {
    if (this.#started === 0) this.#onWork();
    this.#started += 1;
    this.#children += 1;
    void this.#runChild(work, this.#started);
  }

  /** Never rejects: the failure of a child concerns its own sources only. */
  async #runChild(work: Work, number: number): Promise<void> {
    const { pass } = this.#input;
    const sourceIds = work.kind === 'large' ? [work.sourceId] : work.sourceIds;
    try {
      const { parked } = await this.#execute(work, number);
      this.#parked ??= parked;
    } catch (error) {
      await noteFailure(error, pass, sourceIds);
    } finally {
      this.#children -= 1;
      this.#mayHaveWork = true;
    }
  }

  async #execute(work: Work, number: number): Promise<SourcesEnd> {
    const { pass, lanes } = this.#input;
    const { workflowId } = workflowInfo();
    const name = work.kind === 'large' ? work.sourceId : 'small';
    const options = {
      // A source may be handed out again within a pass.
      workflowId: `${workflowId}/${name}/${pass.jobId}.${String(pass.epoch)}.${String(number)}`,
      parentClosePolicy: ParentClosePolicy.TERMINATE,
    };
    if (work.kind === 'small')
      return await executeChild(syncBatch, {
        ...options,
        args: [{ ...pass, sourceIds: work.sourceIds }],
        staticSummary: `${String(work.sourceIds.length)} small sources of job ${pass.jobId}`,
      });
    return await executeChild(syncSource, {
      ...options,
      args: [{ ...pass, sourceId: work.sourceId, crawls: work.crawls, lanes }],
      staticSummary: `${titleOf(work)}, job ${pass.jobId}`,
    });
  }

  /**
   * Waits until a failed source is due again. Drives that still fail long after everything else is done are
   * given up, once.
   */
  async #waitForFailing(retryInMs: number, sinceDoneMs: number): Promise<void> {
    if (sinceDoneMs >= FAILING_LIMIT_MS && !this.#hasGivenUp) {
      this.#hasGivenUp = true;
      return await giveUpFailing(this.#input.pass);
    }
    const leftMs = this.#hasGivenUp ? FAILING_LIMIT_MS : FAILING_LIMIT_MS - sinceDoneMs;
    const waitMs = Math.max(1_000, Math.min(retryInMs, leftMs));
    await sleep(waitMs, { summary: 'Wait until sources that failed are due again' });
  }
}

async function noteFailure(error: unknown, pass: PassRef, sourceIds: readonly string[]): Promise<void> {
  try {
    const { kind, message } = stepFailure(error);
    for (const sourceId of sourceIds) await failSource({ ...pass, sourceId, failure: { kind, message } });
  } catch {
    // The pass was canceled, or the store cannot be written to. Whoever works on the sources next finds them
    // unchanged.
  }
}
