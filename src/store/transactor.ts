import type Database from 'better-sqlite3';
import type { Background } from '../model/background';
import type { SharedDrive } from '../model/change';
import type { FailureKind } from '../model/failure';
import type { Fence } from '../model/partition';
import type { SourceOutcome } from '../model/job';
import type { Progress } from '../model/progress';
import type { PageFault } from '../planning/page-size';
import type { ItemFault } from '../planning/patience';
import type { AccountSettings } from '../model/settings';
import { settingsReader, writeSettings } from './jobs/account-settings';
import { CandidateTable } from './removals/candidates';
import { ChangeLog, type ChangeCommit, type ChangePage } from './log/change-log';
import { eventTable } from './files/events';
import { fileTable } from './files/file-table';
import { FolderPages, type ChildrenPage, type FileAnswer } from './folders/folder-pages';
import { FolderWorkTable, type ListingFault } from './folders/folder-work';
import { generationTable, type CrawlStart } from './crawl/generations';
import { identityStatements, type Identity } from './jobs/identity';
import { IndexBuild, type IndexProgress } from './search/index-build';
import { myDrive } from './files/my-drive';
import { JobTable, type JobRequest, type JobResult, type JobStart, type StartedJob } from './jobs/jobs';
import { JobEnd } from './jobs/job-end';
import { LateAnswers } from './files/late-answers';
import { oldCrawls } from './crawl/old-crawls';
import { OutcomeTable } from './jobs/outcomes';
import type { Claimant, ClaimResult } from './crawl/claims';
import { pageGroups, type LogCommit, type PageGroup } from './page-group';
import { partitionTable, type ListedPage } from './crawl/partitions';
import { progressReader } from './jobs/progress';
import { recentReads } from './log/recent-reads';
import { SourceTable } from './jobs/sources';
import { SourceStepper, type SourceWork } from './jobs/source-work';
import type { Pass, PassEnd, SourceTurn, TakenWork } from '../model/pass';
import { Walk, type WalkDecision, type WalkPage, type WalkWork } from './walk/walk';
import { WalkPlan } from './walk/walk-plan';
import { WorkQueue, type LogToRead, type Release } from './jobs/work-queue';

/**
 * Why a step for a source failed, and when the next one is due. `log`: Drive did not give a page of the
 * source's log.
 */
export interface SourceFailure {
  kind: FailureKind;
  delayMs: number;
  log?: boolean;
}

/** All writes to a store. Each method is one transaction, except for `openPages`. */
export interface Transactor {
  /** Binds an unbound store to its user and updates the user's quota. Returns whose store it is. */
  bindIdentity(identity: Identity): { storeId: string; permissionId: string };
  /** Records a job as pending. */
  recordJob(job: JobRequest): void;
  /** Makes the job the owner of the store. Returns what its work must carry. */
  startJob(job: JobRequest, start?: JobStart): StartedJob;
  /** Takes a request for a current copy. Returns its number, which the job answers before it ends. */
  takeRequest(job: JobRequest): number;
  settings(): AccountSettings;
  changeSettings(change: Partial<AccountSettings>): AccountSettings;
  /**
   * Follows the wanted ones of the account's shared drives and leaves the others. `hidden`: why Drive did not
   * list them.
   */
  followDrives(drives: readonly SharedDrive[], hidden?: FailureKind): void;
  /** True until Drive has named the root folder of My Drive. */
  missesRoot(): boolean;
  /** Notes the root folder of My Drive. */
  noteRoot(rootId: string): void;
  /** Stops following a drive that is gone. Each of its files is looked up. */
  leaveSource(turn: SourceTurn): void;
  /** Sources of a pass that need a start token for a full crawl, at most `limit`. */
  sourcesWithoutToken(pass: Pass, limit: number): string[];
  /** Change logs that a pass has to read, at most `limit`. */
  logsToRead(pass: Pass, limit: number): LogToRead[];
  /** Hands out work for a child workflow of the pass. */
  takeWork(pass: Pass): TakenWork;
  /** Takes a source back from a child workflow that has not finished it. */
  releaseSource(turn: SourceTurn, why: Release): void;
  /** Gives a source up for the request that the pass answers. */
  failSource(turn: SourceTurn, failure: { kind: FailureKind; message: string }): void;
  /** Sources of the pass that failed and are not done, with the kind of their last failure. */
  failingSources(pass: Pass): { sourceId: string; failure: FailureKind | undefined }[];
  /** Ends a pass, and the job unless there is a newer request. */
  finishPass(pass: Pass): PassEnd;
  /** Opens a crawl for each source without a log, or with a dead one. The token comes before the windows. */
  openGenerations(epoch: number, starts: readonly CrawlStart[]): void;
  setJobState(result: JobResult): void;
  removeJob(jobId: string): void;
  claim(claimant: Claimant): ClaimResult;
  /** The number of lanes that have work on a source, at most `most`; writes nothing. */
  usefulLanes(sourceId: string, most: number): number;
  /**
   * The next page token after a page that is not committed yet; undefined if the listing ends or may end.
   * Writes nothing.
   */
  ahead(page: ListedPage): string | undefined;
  /** Opens a transaction for pages of crawls and change logs. It stays open between them. */
  openPages(): PageGroup;
  rejectToken(fence: Fence): 'restarted' | 'partial' | 'refused';
  /**
   * Counts a failed attempt on a partition. Returns the number of failures in a row. The next attempt is due
   * in `delayMs`.
   */
  recordFailure(fence: Fence, kind: FailureKind, delayMs: number): number;
  /** Does a part of the store's own work for a source, or says what the source needs. */
  advanceSource(turn: SourceTurn): SourceWork;
  /** Writes a page of a folder's children and moves the checkpoint of the listing. */
  commitChildren(page: ChildrenPage): ChangeCommit;
  /**
   * Restarts a folder's listing after Drive rejected its page token. Too many rejections make the folder an
   * exception.
   */
  restartListing(turn: SourceTurn, folderId: string): void;
  /** Counts a failed request for one folder. A refused folder is an exception that nothing waits for. */
  failListing(turn: SourceTurn, fault: ListingFault): void;
  /** Drive does not find the folder. */
  endListing(turn: SourceTurn, folderId: string): void;
  /** Writes Drive's answers for single files. `commitNo`: the store's commit number at the request. */
  commitAnswers(turn: SourceTurn, answers: readonly FileAnswer[], commitNo: number): void;
  /** Counts a failed step for a source. Returns the number of failures in a row. */
  recordSourceFailure(turn: SourceTurn, failure: SourceFailure): number;
  /**
   * Asks for smaller pages of a log from now on, with the same token; false if smaller pages would not help.
   */
  shrinkLog(turn: SourceTurn, token: string, fault: PageFault): boolean;
  /** Restores the page size of a log's token; false if the rejected request had that size. */
  restoreLogSize(turn: SourceTurn, token: string): boolean;
  /** True if an unreadable log may be replaced by a new crawl now. */
  mayDropLog(turn: SourceTurn): boolean;
  /** Leaves a source incomplete for this request, because its log cannot be read. */
  leaveUnread(turn: SourceTurn): SourceOutcome;
  /**
   * Restarts a window's listing below its frontier with smaller pages; false if those would not help, or the
   * fence does not hold.
   */
  shrinkPage(fence: Fence, fault: PageFault): boolean;
  /** Leaves a window incomplete whose next page never comes; false if the fence does not hold. */
  leaveWindow(fence: Fence, kind: FailureKind): boolean;
  /** Builds a part of the indexes that follow the first crawl. */
  buildIndexes(): IndexProgress;
  /** Counts quota units for the newest job start. */
  noteUnits(units: number): void;
  /** Starts a run of the walk and returns its lease. Writes of older runs are refused. */
  claimWalk(decision?: WalkDecision): number;
  /** Does a part of the store's own work for the walk, or says what the walk needs. */
  walkWork(lease: number): WalkWork;
  /** Writes a page of a folder's children and moves the checkpoint of the listing. */
  commitWalkPage(page: WalkPage): ChangeCommit;
  /** Restarts a folder's listing after Drive rejected its page token. */
  restartWalkFolder(lease: number, folderId: string): void;
  /** Counts a failed try to list a folder. */
  refuseWalkFolder(lease: number, folderId: string, fault: ItemFault): void;
  /**
   * Writes Drive's answers for single files of the walk. `commitNo`: the store's commit number at the
   * request.
   */
  commitWalkAnswers(lease: number, answers: readonly FileAnswer[], commitNo: number): void;
  /** Counts quota units of the walk. */
  noteWalkUnits(units: number): void;
  /** The progress of a job; writes nothing. */
  progress(jobId: string): Progress;
  close(): void;
}

/** Creates the only writer of a store. `now` returns ms since 1970. */
export function createTransactor(db: Database.Database, now: () => number = Date.now): Transactor {
  const tables = openTables(db);
  const { jobs, partitions, sources, log } = tables;
  const identity = identityStatements(db);

  /** Writes of an older job start are refused. */
  const isNewest = ({ epoch }: { epoch: number }): boolean => identity.epoch() === epoch;

  function commitLog(page: ChangePage & Pass): LogCommit {
    const kind = log.commit(page, now());
    if (kind !== 'committed') return { kind };
    return { kind, settled: page.isEnd && tables.work.settleIfIdle(page, now()) };
  }

  const jobWrites = {
    bindIdentity(user: Identity) {
      sources.addUser();
      return identity.bind(user, now());
    },
    recordJob: (job: JobRequest) => jobs.record(job),
    startJob: (job: JobRequest, start: JobStart = {}) => jobs.start(job, start, now()),
    takeRequest: (job: JobRequest) => jobs.request(job),
    setJobState: (result: JobResult) => jobs.setState(result, now()),
    removeJob: (jobId: string) => jobs.remove(jobId),
    changeSettings: (change: Partial<AccountSettings>) => writeSettings(db, change),
    noteUnits: (units: number) => jobs.noteUnits(units),
  };
  const crawlWrites = crawlWritesOf(tables, { isNewest, now });
  const indexBuild = new IndexBuild(db);
  const buildSome = db.transaction(() => indexBuild.step()).immediate;
  const sourceWrites = { ...sourceWritesOf(tables, { isNewest, now }), ...tables.myDrive };
  const settings = settingsReader(db);
  const passWrites = passWritesOf(tables, { isNewest, now, settings });
  return {
    ...inTransactions(db, {
      ...jobWrites,
      ...crawlWrites,
      ...sourceWrites,
      ...passWrites,
      ...walkWritesOf(tables, now),
    }),
    openPages: pageGroups(db, {
      addPage: (page) => partitions.commit(page, now()),
      addChanges: (page) => (isNewest(page) ? commitLog(page) : { kind: 'refused' }),
    }),
    buildIndexes: () => sortingInFiles(db, buildSome),
    settings,
    usefulLanes: (sourceId, most) => partitions.usefulLanes(sourceId, most),
    ahead: (page) => partitions.ahead(page),
    progress: progressReader(db),
    close: () => db.close(),
  };
}

/** The writes of lanes. */
function crawlWritesOf({ generations, partitions }: Tables, { isNewest, now }: Guards) {
  return {
    openGenerations(epoch: number, starts: readonly CrawlStart[]) {
      for (const start of isNewest({ epoch }) ? starts : []) {
        const opened = generations.openWithToken(start, now());
        if (opened !== undefined) partitions.createWindows(opened);
      }
    },
    claim: (claimant: Claimant) => partitions.claim(claimant),
    rejectToken: (fence: Fence) => partitions.rejectToken(fence),
    shrinkPage: (fence: Fence, fault: PageFault) => partitions.shrink(fence, fault),
    leaveWindow: (fence: Fence, kind: FailureKind) => partitions.leave(fence, kind),
    recordFailure: (fence: Fence, kind: FailureKind, delayMs: number) =>
      partitions.fail(fence, kind, now() + delayMs),
  };
}

/** The writes of a turn of work on a source. */
function sourceWritesOf({ sources, work, folders }: Tables, { isNewest, now }: Guards) {
  return {
    followDrives(drives: readonly SharedDrive[], hidden?: FailureKind) {
      sources.follow(drives, now());
      sources.noteHidden(hidden);
    },
    leaveSource: (turn: SourceTurn) => {
      if (isNewest(turn)) sources.stop(turn.sourceId, 'gone', now());
    },
    advanceSource: (turn: SourceTurn): SourceWork =>
      isNewest(turn) ? work.advance(turn, now()) : { kind: 'superseded' },
    commitChildren: (page: ChildrenPage) =>
      isNewest(page) ? folders.commitChildren(page, now()) : 'refused',
    restartListing: (turn: SourceTurn, folderId: string) => {
      if (isNewest(turn)) folders.restartListing(turn.sourceId, folderId, now());
    },
    failListing: (turn: SourceTurn, fault: ListingFault) => {
      if (isNewest(turn)) folders.failListing(turn.sourceId, fault, now());
    },
    endListing: (turn: SourceTurn, folderId: string) => {
      if (isNewest(turn)) folders.endListing(turn.sourceId, folderId, now());
    },
    commitAnswers: (turn: SourceTurn, answers: readonly FileAnswer[], commitNo: number) => {
      if (isNewest(turn)) folders.commitAnswers(turn.sourceId, { answers, commitNo }, now());
    },
    recordSourceFailure: ({ sourceId }: SourceTurn, { kind, delayMs, log = false }: SourceFailure) =>
      sources.fail(sourceId, { kind, retryAt: now() + delayMs, log }),
    shrinkLog: (turn: SourceTurn, token: string, fault: PageFault) =>
      isNewest(turn) && sources.shrinkLog(turn.sourceId, token, fault),
    restoreLogSize: (turn: SourceTurn, token: string) =>
      isNewest(turn) && sources.restoreLogSize(turn.sourceId, token),
    mayDropLog: ({ sourceId }: SourceTurn) => sources.mayDropLog(sourceId, now()),
  };
}

/** The writes of the walk. */
function walkWritesOf({ walk }: Tables, now: () => number) {
  return {
    claimWalk: (decision: WalkDecision = {}) => walk.claim(decision),
    walkWork: (lease: number) => walk.work(lease, now()),
    commitWalkPage: (page: WalkPage) => walk.commitPage(page, now()),
    restartWalkFolder: (lease: number, folderId: string) => walk.restart(lease, folderId, now()),
    refuseWalkFolder: (lease: number, folderId: string, fault: ItemFault) =>
      walk.refuse(lease, { folderId, ...fault }, now()),
    commitWalkAnswers: (lease: number, answers: readonly FileAnswer[], commitNo: number) =>
      walk.commitAnswers(lease, { answers, commitNo }, now()),
    noteWalkUnits: (units: number) => walk.noteUnits(units),
  };
}

/** The writes of a pass over the sources. An older pass gets nothing. */
function passWritesOf(
  { queue, jobEnd, outcomes, events, walk, crawls }: Tables,
  { isNewest, now, settings }: Guards & { settings: () => AccountSettings },
) {
  return {
    sourcesWithoutToken: (pass: Pass, limit: number) =>
      isNewest(pass) ? queue.withoutToken(pass.target, limit, now()) : [],
    logsToRead: (pass: Pass, limit: number) => (isNewest(pass) ? queue.logs(pass, limit, now()) : []),
    takeWork: (pass: Pass): TakenWork =>
      isNewest(pass) ? queue.take(pass, now()) : { kind: 'none', retryInMs: undefined, unopened: false },
    releaseSource: (turn: SourceTurn, why: Release) => {
      if (isNewest(turn)) queue.release(turn.sourceId, why, now());
    },
    failSource: (turn: SourceTurn, { kind, message }: { kind: FailureKind; message: string }) => {
      if (!isNewest(turn) || !queue.giveUp(turn.sourceId, turn.target)) return;
      outcomes.note(turn.epoch, turn.sourceId, { kind: 'failed', failure: kind, message });
    },
    leaveUnread(turn: SourceTurn): SourceOutcome {
      const outcome: SourceOutcome = { kind: 'partial', reason: 'unreadable-log' };
      if (isNewest(turn) && queue.giveUp(turn.sourceId, turn.target))
        outcomes.note(turn.epoch, turn.sourceId, outcome);
      return outcome;
    },
    failingSources: (pass: Pass) => queue.waiting(pass.target),
    finishPass(pass: Pass): PassEnd {
      events.prune(now());
      crawls.prune(now());
      if (!isNewest(pass)) return { kind: 'again', open: false };
      const end = jobEnd.finish(pass, now());
      if (end.kind !== 'ended') return end;
      const background: Background[] = walk.isDue(now()) ? ['walk'] : [];
      return { ...end, background: settings().content.on ? [...background, 'content'] : background };
    },
  };
}

type Tables = ReturnType<typeof openTables>;

/** What checks and dates the writes. */
interface Guards {
  /** False for an older job start. */
  isNewest: (turn: { epoch: number }) => boolean;
  /** In ms since 1970. */
  now: () => number;
}

/** Opens the tables, each with those that it changes. */
function openTables(db: Database.Database) {
  const sources = new SourceTable(db);
  const events = eventTable(db);
  const candidates = new CandidateTable(db, events);
  const folderWork = new FolderWorkTable(db, events);
  const base = { sources, events, candidates, folderWork };
  const files = fileTable(db, base);
  const recent = recentReads(db);
  const generations = generationTable(db);
  const partitions = partitionTable(db, { files, sources });
  const { createWindows } = partitions;
  const late = new LateAnswers(db);
  const queue = new WorkQueue(db);
  const outcomes = new OutcomeTable(db);
  const walkPlan = new WalkPlan(db);
  const changed = { ...base, files, recent, late, walkPlan };
  return {
    events,
    crawls: oldCrawls(db),
    queue,
    outcomes,
    jobEnd: new JobEnd(db, queue),
    sources,
    generations,
    partitions,
    myDrive: myDrive(db, candidates),
    jobs: new JobTable(db, base),
    log: new ChangeLog(db, changed),
    folders: new FolderPages(db, changed),
    work: new SourceStepper(db, { ...base, generations, late, queue, outcomes, walkPlan, createWindows }),
    walk: new Walk(db, changed),
  };
}

/**
 * Wraps each write in a transaction that takes the write lock at once, so that nothing overtakes its reads.
 */
function inTransactions<T extends Record<string, (...args: never[]) => unknown>>(
  db: Database.Database,
  writes: T,
): T {
  const wrapped = Object.entries(writes).map(([name, write]) => [name, db.transaction(write).immediate]);
  return Object.fromEntries(wrapped) as T;
}

/** Sorting millions of files for an index in memory would need more of it than everything else. */
function sortingInFiles<T>(db: Database.Database, build: () => T): T {
  db.pragma('temp_store = FILE');
  try {
    return build();
  } finally {
    db.pragma('temp_store = MEMORY');
  }
}
