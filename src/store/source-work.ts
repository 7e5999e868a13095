import type Database from 'better-sqlite3';
import { USER_SOURCE, type SourceOutcome } from '../model/job';
import { nextStep, type CrawlSituation, type SourceSituation, type Step } from '../planning/next-step';
import type { CandidateTable, OpenCandidate } from './candidates';
import type { EventTable } from './events';
import type { FolderListing, FolderWorkTable } from './folder-work';
import { gapOf, type GenerationRow, type GenerationTable } from './generations';
import type { SourceRow, SourceTable } from './sources';
import { Sweep, type SweptRows } from './sweep';

/**
 * What a source needs next. `more`: the store did a part of its own work. `wait`: a person has to decide. `found`: there are sources that this
 * job start has not worked on yet.
 */
export type SourceWork =
  | { kind: 'superseded' }
  | { kind: 'more' }
  | { kind: 'start'; failures: number }
  | { kind: 'crawl' }
  | { kind: 'changes'; token: string; failures: number }
  | { kind: 'list'; folders: FolderListing[]; failures: number }
  | { kind: 'ask'; files: OpenCandidate[]; failures: number }
  | { kind: 'wait' }
  | { kind: 'done'; outcome: SourceOutcome; found: boolean };

/** The tables that the work on a source moves. */
export interface WorkTables {
  sources: SourceTable;
  generations: GenerationTable;
  candidates: CandidateTable;
  folderWork: FolderWorkTable;
  events: EventTable;
  /** Cuts the first windows of a full crawl. */
  createWindows(generationPk: number): void;
}

/** Steps that need Drive, or a person. */
type OuterStep = 'start' | 'crawl' | 'changes' | 'list' | 'ask' | 'wait';

const OUTER: ReadonlySet<Step> = new Set<OuterStep>(['start', 'crawl', 'changes', 'list', 'ask', 'wait']);
const FOLDERS_AT_ONCE = 64;
const FILES_AT_ONCE = 400;

interface Place {
  source: SourceRow;
  generation: GenerationRow | undefined;
  now: number;
}

function isOuter(step: Step): step is OuterStep {
  return OUTER.has(step);
}

function sweptRows({ source: { state, gap }, generation }: Place): SweptRows {
  if (state !== 'leaving') return (generation?.lost_folders ?? 0) > 0 ? 'unseen-and-unknown' : 'unseen';
  return gap === 'unfollowed' ? 'unwanted' : 'all';
}

function statementsOf(db: Database.Database) {
  return {
    walkWanted: db.prepare<[], number>('SELECT walk FROM store').pluck(),
    settle: db.prepare(/* sql */ `
      UPDATE source SET current_at = iif(@complete, @now, current_at), accepted = 0, failures = 0, failure = NULL, retry_at = NULL
      WHERE pk = @pk`),
    noteWalk: db.prepare('UPDATE source SET walked_at = ? WHERE pk = ?'),
    leave: db.prepare('UPDATE source SET state = ?, gap = NULL, accepted = 0 WHERE pk = ?'),
    isFound: db
      .prepare<[], number>(
        "SELECT EXISTS (SELECT 1 FROM source WHERE state = 'leaving' OR state = 'followed' AND change_token IS NULL)",
      )
      .pluck(),
  };
}

/** Decides and does what is next for a source. Each call is one short transaction that the caller opened. */
export class SourceWorker {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #sweep: Sweep;
  readonly #tables: WorkTables;

  constructor(db: Database.Database, tables: WorkTables) {
    this.#sql = statementsOf(db);
    this.#sweep = new Sweep(db);
    this.#tables = tables;
  }

  /** Does what the store can do by itself, a part at a time, or says what is needed of Drive or of a person. */
  advance(sourceId: string, epoch: number, now: number): SourceWork {
    const source = this.#tables.sources.byId(sourceId);
    if (source === undefined || source.state === 'gone' || source.state === 'unfollowed')
      return { kind: 'done', outcome: { kind: 'gone' }, found: false };
    const generation = this.#tables.generations.openOf(source.pk);
    const step = nextStep(this.#situationOf({ source, generation, now }, epoch));
    if (isOuter(step)) return this.#needs(step, source);
    if (step === 'settle') return this.#settle({ source, generation, now });
    this.#doStep(step, { source, generation, now });
    return { kind: 'more' };
  }

  #situationOf({ source, generation }: Place, epoch: number): SourceSituation {
    const { folderWork, candidates } = this.#tables;
    const { pk } = source;
    return {
      leaving: source.state === 'leaving',
      crawl: generation && this.#crawlOf(generation),
      hasLog: source.change_token !== null,
      drained: source.drained_epoch === epoch,
      walkMissing: this.#isWalkMissing(source, generation),
      foldersToList: folderWork.has(pk, 'list'),
      foldersToSpread: folderWork.has(pk, 'trash') || folderWork.has(pk, 'doubt'),
      sweeping: source.sweep_pk !== null,
      filesToAsk: candidates.has(pk, 'open'),
      filesGone: candidates.has(pk, 'gone'),
      tooManyGone: () => candidates.tooMany(source),
      fullDue: source.full_due === 1,
    };
  }

  /** A crawl walks once; a copy of which the folders were never walked, too. */
  #isWalkMissing({ id, walked_at: walkedAt }: SourceRow, generation: GenerationRow | undefined): boolean {
    const isDone = generation === undefined ? walkedAt !== null : generation.walking === 1;
    return id === USER_SOURCE && !isDone && this.#sql.walkWanted.get() === 1;
  }

  #crawlOf(generation: GenerationRow): CrawlSituation {
    return {
      windowsOpen: generation.open > 0,
      recentMissing: generation.start_token !== null && generation.recent === 0,
      crawled: generation.crawled_at !== null,
      healthy: gapOf(generation) === undefined,
    };
  }

  #needs(step: OuterStep, { pk, change_token: token, failures }: SourceRow): SourceWork {
    const { folderWork, candidates } = this.#tables;
    switch (step) {
      case 'crawl':
      case 'wait':
        return { kind: step };
      case 'start':
        return { kind: step, failures };
      case 'changes':
        return { kind: step, token: token ?? '', failures };
      case 'list':
        return { kind: step, folders: folderWork.listings(pk, FOLDERS_AT_ONCE), failures };
      case 'ask':
        return { kind: step, files: candidates.open(pk, FILES_AT_ONCE), failures };
    }
  }

  /** What is done without Drive. */
  #doStep(step: Exclude<Step, OuterStep | 'settle'>, { source, generation, now }: Place): void {
    const { folderWork, candidates } = this.#tables;
    switch (step) {
      case 'end-crawl':
        if (generation !== undefined) this.#tables.generations.endCrawl(source, generation.pk, now);
        break;
      case 'add-shared':
        folderWork.addShared(source.pk);
        this.#sql.noteWalk.run(now, source.pk);
        if (generation !== undefined) this.#tables.generations.noteWalking(generation.pk);
        break;
      case 'spread':
        folderWork.spreadSome(source.pk, now);
        break;
      case 'sweep':
        this.#sweep.step(source, sweptRows({ source, generation, now }));
        break;
      case 'remove':
        candidates.removeSome(source, now);
        break;
      case 'open-crawl':
        this.#openCrawl(source, now);
        break;
    }
  }

  /** A crawl on top of a copy: the log is live, and needs no token. */
  #openCrawl({ id }: SourceRow, now: number): void {
    const opened = this.#tables.generations.openOnLog(id, now);
    if (opened !== undefined) this.#tables.createWindows(opened);
  }

  #settle({ source, generation, now }: Place): SourceWork {
    const { folderWork, events, generations, candidates } = this.#tables;
    folderWork.clear(source.pk);
    events.prune(now);
    if (source.state === 'leaving') {
      this.#sql.leave.run(source.gap === 'unfollowed' ? 'unfollowed' : 'gone', source.pk);
      return this.#done({ kind: 'gone' });
    }
    if (generation !== undefined) generations.close(source, generation, now);
    const gap = generation === undefined ? source.gap : gapOf(generation);
    const reason = gap ?? (candidates.has(source.pk, 'kept') ? 'unconfirmed-files' : undefined);
    this.#sql.settle.run({ pk: source.pk, now, complete: Number(reason === undefined) });
    // A crawl that was asked for while another was open comes after it.
    if (source.full_due === 1) return { kind: 'more' };
    return this.#done(reason === undefined ? { kind: 'current' } : { kind: 'partial', reason });
  }

  #done(outcome: SourceOutcome): SourceWork {
    return { kind: 'done', outcome, found: this.#sql.isFound.get() === 1 };
  }
}
