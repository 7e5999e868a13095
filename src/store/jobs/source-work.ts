import type Database from 'better-sqlite3';
import { USER_SOURCE, type SourceOutcome } from '../../model/job';
import { nextStep, type CrawlSituation, type SourceSituation, type Step } from '../../planning/next-step';
import type { CandidateTable, OpenCandidate } from '../removals/candidates';
import type { FolderListing, FolderWorkTable } from '../folders/folder-work';
import { incompleteReasonOf, type GenerationRow, type GenerationTable } from '../crawl/generations';
import { FORGET_FAILURES } from './source-conditions';
import type { SourceRow, SourceTable } from './sources';
import type { LateAnswers } from '../files/late-answers';
import type { OutcomeTable } from './outcomes';
import { Sweep, type SweptRows } from '../crawl/sweep';
import type { SourceTurn } from '../../model/pass';
import type { LeaveReason } from '../../model/reasons';
import type { WalkPlan } from '../walk/walk-plan';
import type { WorkQueue } from './work-queue';

/**
 * What a source needs next. `more`: the store did a part of its own work. `wait`: a person has to decide.
 * `hold`: the logs of other sources come first. `commitNo`: requests from now on carry it, so that the store
 * recognizes late answers.
 */
export type SourceWork =
  | { kind: 'superseded' }
  | { kind: 'more' }
  | { kind: 'start'; failures: number }
  | { kind: 'crawl' }
  | { kind: 'changes'; token: string; deadTokens: number; pageSize: number | undefined; failures: number }
  | { kind: 'list'; folders: FolderListing[]; commitNo: number; failures: number }
  | { kind: 'ask'; files: OpenCandidate[]; commitNo: number; failures: number }
  | { kind: 'wait' }
  | { kind: 'hold' }
  | { kind: 'done'; outcome: SourceOutcome };

/** The tables that work on a source changes. */
export interface WorkTables {
  sources: SourceTable;
  generations: GenerationTable;
  candidates: CandidateTable;
  folderWork: FolderWorkTable;
  late: LateAnswers;
  queue: WorkQueue;
  outcomes: OutcomeTable;
  walkPlan: WalkPlan;
  /** Cuts the first windows of a full crawl. */
  createWindows(generationPk: number): void;
}

/** Steps that need Drive, a person or the logs of other sources. */
type OuterStep = 'start' | 'crawl' | 'changes' | 'list' | 'ask' | 'wait' | 'hold';

const OUTER: ReadonlySet<Step> = new Set<OuterStep>([
  'start',
  'crawl',
  'changes',
  'list',
  'ask',
  'wait',
  'hold',
]);
const FOLDERS_AT_ONCE = 64;
const FILES_AT_ONCE = 400;

interface StepContext {
  source: SourceRow;
  generation: GenerationRow | undefined;
  turn: SourceTurn;
  now: number;
}

function isOuter(step: Step): step is OuterStep {
  return OUTER.has(step);
}

function sweptRows({ source: { state, gap }, generation }: Omit<StepContext, 'turn'>): SweptRows {
  if (state !== 'leaving') return (generation?.lost_folders ?? 0) > 0 ? 'unseen-and-unknown' : 'unseen';
  return gap === 'unfollowed' ? 'unwanted' : 'all';
}

function statementsOf(db: Database.Database) {
  return {
    settle: db.prepare(/* sql */ `
      UPDATE source SET current_at = iif(@complete, @now, current_at), as_of = iif(@complete, read_sent_at, as_of),
        settled_request = read_request, accepted = 0, ${FORGET_FAILURES}
      WHERE pk = @pk`),
    commitNo: db.prepare<[], number>('SELECT commit_no FROM store').pluck(),
    leave: db.prepare<[LeaveReason, number]>(
      'UPDATE source SET state = ?, gap = NULL, accepted = 0 WHERE pk = ?',
    ),
  };
}

/** Decides and does the next step for a source. Each call is one short transaction of the caller. */
export class SourceStepper {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #sweep: Sweep;
  readonly #tables: WorkTables;

  constructor(db: Database.Database, tables: WorkTables) {
    this.#sql = statementsOf(db);
    this.#sweep = new Sweep(db);
    this.#tables = tables;
  }

  /** Does a part of the store's own work, or says what is needed of Drive or of a person. */
  advance(turn: SourceTurn, now: number): SourceWork {
    const source = this.#tables.sources.byId(turn.sourceId);
    if (source === undefined || source.state === 'gone' || source.state === 'unfollowed')
      return { kind: 'done', outcome: { kind: 'gone' } };
    const generation = this.#tables.generations.openOf(source.pk);
    const context = { source, generation, turn, now };
    const step = nextStep(this.#situationOf(context));
    if (isOuter(step)) return this.#needs(step, source);
    if (step === 'settle') return this.#settle(context);
    this.#doStep(step, context);
    return { kind: 'more' };
  }

  /**
   * Settles a source whose log was just read to its end, if there is nothing else to do; true if it is
   * settled.
   */
  settleIfIdle(turn: SourceTurn, now: number): boolean {
    const source = this.#tables.sources.byId(turn.sourceId);
    if (source?.state !== 'followed') return false;
    const generation = this.#tables.generations.openOf(source.pk);
    const context = { source, generation, turn, now };
    return nextStep(this.#situationOf(context)) === 'settle' && this.#settle(context).kind === 'done';
  }

  #situationOf({ source, generation, turn, now }: StepContext): SourceSituation {
    const { folderWork, candidates, queue } = this.#tables;
    const { pk } = source;
    return {
      leaving: source.state === 'leaving',
      crawl: generation && this.#crawlOf(generation),
      hasLog: source.change_token !== null,
      caughtUp: source.read_request >= turn.target,
      foldersToList: folderWork.has(pk, 'list'),
      foldersToPropagate: folderWork.hasPropagation(pk),
      sweeping: source.sweep_pk !== null,
      filesToAsk: candidates.has(pk, 'open'),
      filesGone: candidates.has(pk, 'gone'),
      removalsUnknown: () => queue.mayFindRemovals(turn.target),
      tooManyGone: () => candidates.tooMany(source, now),
      fullDue: source.full_due === 1,
    };
  }

  #crawlOf(generation: GenerationRow): CrawlSituation {
    return {
      windowsOpen: generation.open > 0,
      recentMissing: generation.start_token !== null && generation.recent === 0,
      crawled: generation.crawled_at !== null,
      healthy: incompleteReasonOf(generation) === undefined,
    };
  }

  #needs(step: OuterStep, source: SourceRow): SourceWork {
    const { pk, change_token: token, dead_tokens: deadTokens, log_page_size: size, failures } = source;
    const { folderWork, candidates } = this.#tables;
    switch (step) {
      case 'crawl':
      case 'wait':
      case 'hold':
        return { kind: step };
      case 'start':
        return { kind: step, failures };
      case 'changes':
        return { kind: step, token: token ?? '', deadTokens, pageSize: size ?? undefined, failures };
      case 'list':
        return {
          kind: step,
          folders: folderWork.listings(pk, FOLDERS_AT_ONCE),
          commitNo: this.#commitNo(),
          failures,
        };
      case 'ask':
        return {
          kind: step,
          files: candidates.open(pk, FILES_AT_ONCE),
          commitNo: this.#commitNo(),
          failures,
        };
    }
  }

  #commitNo(): number {
    return this.#sql.commitNo.get() ?? 0;
  }

  /** The steps that need no Drive. */
  #doStep(step: Exclude<Step, OuterStep | 'settle'>, { source, generation, now }: StepContext): void {
    const { folderWork, candidates } = this.#tables;
    switch (step) {
      case 'end-crawl':
        if (generation !== undefined) this.#tables.generations.endCrawl(source, generation.pk, now);
        break;
      case 'propagate':
        folderWork.propagateSome(source.pk, now);
        break;
      case 'sweep':
        this.#sweep.step(source, sweptRows({ source, generation, now }));
        break;
      case 'remove':
        // An answer to a request from before the removal must not undo it.
        this.#tables.late.noteCommit(source.pk, candidates.removeSome(source, now));
        break;
      case 'open-crawl':
        this.#openCrawl(source, now);
        break;
    }
  }

  /**
   * Opens a crawl on top of a copy. The log is live, so the crawl needs no start token: the log tells of all
   * changes since its last reading, whose time is Drive's.
   */
  #openCrawl({ id, read_sent_at: readAt }: SourceRow, now: number): void {
    const opened = this.#tables.generations.openOnLog(id, readAt ?? now);
    if (opened !== undefined) this.#tables.createWindows(opened);
  }

  #settle({ source, generation, turn, now }: StepContext): SourceWork {
    const { folderWork, generations, walkPlan } = this.#tables;
    folderWork.clear(source.pk);
    folderWork.forgetGone(source.pk);
    if (source.state === 'leaving') {
      this.#sql.leave.run(source.gap === 'unfollowed' ? 'unfollowed' : 'gone', source.pk);
      return this.#done(turn, { kind: 'gone' });
    }
    if (generation !== undefined) {
      generations.close(source, generation, now);
      if (source.id === USER_SOURCE) walkPlan.begin();
    }
    // Exceptions are reported on their own. Another crawl would not find them.
    const reason = generation === undefined ? source.gap : incompleteReasonOf(generation);
    this.#sql.settle.run({ pk: source.pk, now, complete: Number(reason == null) });
    // A crawl that was requested while another was open follows it.
    if (source.full_due === 1) return { kind: 'more' };
    return this.#done(turn, reason == null ? { kind: 'current' } : { kind: 'partial', reason });
  }

  #done({ epoch, sourceId }: SourceTurn, outcome: SourceOutcome): SourceWork {
    this.#tables.outcomes.note(epoch, sourceId, outcome);
    return { kind: 'done', outcome };
  }
}
