import type Database from 'better-sqlite3';
import { errorCode } from '../errors';
import type { FailureKind } from '../model/failure';
import type { Fence } from '../model/partition';
import { ENDED, USER_SOURCE, type SourceOutcome } from '../model/job';
import type { Progress } from '../model/progress';
import { generationTable } from './generations';
import { jobTable, type JobRequest, type JobResult } from './jobs';
import {
  partitionTable,
  type Claimant,
  type ClaimResult,
  type CommitResult,
  type ListedPage,
} from './partitions';
import { progressReader } from './progress';

/** The Drive identity that a store belongs to. */
export interface Identity {
  permissionId: string;
  emailAddress: string | undefined;
}

/** Everything that may ever be written to a store. Each method is one transaction. */
export interface Transactor {
  /** Binds an unbound store to its identity; says whose store it is. */
  bindIdentity(identity: Identity): { storeId: string; permissionId: string };
  /** Notes a job as pending. */
  recordJob(job: JobRequest): void;
  /** Makes the job the owner of the store and returns the epoch that its work must carry. */
  startJob(job: JobRequest): { epoch: number };
  /** The followed sources, and which of them have no crawl open and so need a start token before one is opened. */
  sources(): { sourceId: string; needsToken: boolean }[];
  /** Opens a generation for each source that has none open: token first, windows after. */
  openGenerations(starts: readonly { sourceId: string; startToken: string }[]): void;
  setJobState(result: JobResult): void;
  removeJob(jobId: string): void;
  claim(claimant: Claimant): ClaimResult;
  /** Commits pages in order in one transaction, each on its own: a refused one leaves the others standing. */
  commitPages(pages: readonly ListedPage[]): CommitResult[];
  rejectToken(fence: Fence): 'restarted' | 'partial' | 'refused';
  recordFailure(fence: Fence, kind: FailureKind, retryAt: number): number;
  /** Ends a source's generation when all its windows are done; says how the source came out. */
  closeGeneration(sourceId: string, epoch: number): SourceOutcome;
  /** Where a job stands; the one thing here that writes nothing. */
  progress(jobId: string): Progress;
  close(): void;
}

/** The only writer of a store; `now` gives ms since 1970. */
export function createTransactor(db: Database.Database, now: () => number = Date.now): Transactor {
  const jobs = jobTable(db);
  const partitions = partitionTable(db);
  const generations = generationTable(db);
  const bind = db.prepare(
    'UPDATE store SET permission_id = ?, email_address = ? WHERE permission_id IS NULL',
  );
  /** One page under its own savepoint: what a damaged row undoes is its own page, not its neighbors. */
  const commitOne = db.transaction((page: ListedPage) => partitions.commit(page, now()));

  const writes = {
    bindIdentity({ permissionId, emailAddress }: Identity) {
      bind.run(permissionId, emailAddress ?? null);
      generations.addSource(USER_SOURCE);
      const { store_id: storeId, permission_id: bound } = generations.store();
      return { storeId, permissionId: bound ?? permissionId };
    },
    recordJob(job: JobRequest) {
      jobs.record(job);
    },
    startJob: (job: JobRequest) => ({ epoch: jobs.start(job, now()) }),
    sources: () => generations.sources().map(({ sourceId, isOpen }) => ({ sourceId, needsToken: !isOpen })),
    openGenerations(starts: readonly { sourceId: string; startToken: string }[]) {
      for (const start of starts) {
        const opened = generations.open(start, now());
        if (opened !== undefined) partitions.createWindows(opened);
      }
    },
    setJobState(result: JobResult) {
      jobs.setState(result, ENDED.has(result.state) ? now() : null);
    },
    removeJob: (jobId: string) => jobs.remove(jobId),
    claim: (claimant: Claimant) => partitions.claim(claimant),
    commitPages: (pages: readonly ListedPage[]) => pages.map((page) => commitOne(page)),
    rejectToken: (fence: Fence) => partitions.rejectToken(fence),
    recordFailure: (fence: Fence, kind: FailureKind, retryAt: number) =>
      partitions.fail(fence, kind, retryAt),
    closeGeneration: (sourceId: string, epoch: number) => generations.close(sourceId, epoch, now()),
  };
  return { ...inTransactions(db, writes), progress: progressReader(db), close: () => db.close() };
}

/** Wraps each write in a transaction that takes the write lock at once, so that its reads cannot be overtaken. */
function inTransactions<T extends Record<string, (...args: never[]) => unknown>>(
  db: Database.Database,
  writes: T,
): T {
  const wrapped = Object.entries(writes).map(([name, write]) => [name, db.transaction(write).immediate]);
  return Object.fromEntries(wrapped) as T;
}

/** The failure kind of an error that SQLite raised, or undefined if it is none of SQLite's. */
export function storeFailure(error: unknown): FailureKind | undefined {
  const code = errorCode(error);
  if (code === undefined || !code.startsWith('SQLITE_')) return undefined;
  if (code === 'SQLITE_FULL') return 'disk-full';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_IOERR')) return 'internal';
  return 'store-unusable';
}
