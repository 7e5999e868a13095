import type Database from 'better-sqlite3';
import { errorCode, UserError } from '../errors';
import type { FailureKind } from '../model/failure';
import type { Fence } from '../model/partition';
import { ENDED, USER_SOURCE, type SourceOutcome } from '../model/job';
import type { Progress } from '../model/progress';
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

interface GenerationFindings {
  pk: number;
  source_pk: number;
  start_token: string | null;
  incomplete: number;
  partial: number;
  open: number;
  unusable: number;
}

const FINDINGS = /* sql */ `
SELECT generation.pk, source_pk, start_token, incomplete,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'partial') AS partial,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'open') AS open,
  (SELECT coalesce(sum(count), 0) FROM item_error WHERE generation_pk = generation.pk) AS unusable
FROM generation JOIN source ON source.pk = source_pk
WHERE source.id = ? AND closed_at IS NULL`;

function partialReason({ incomplete, partial, unusable }: GenerationFindings): string | undefined {
  if (partial > 0) return 'page-token-rejected';
  if (incomplete > 0) return 'incomplete-search';
  return unusable > 0 ? 'unusable-items' : undefined;
}

/** The only writer of a store; `now` gives ms since 1970. */
export function createTransactor(db: Database.Database, now: () => number = Date.now): Transactor {
  const jobs = jobTable(db);
  const partitions = partitionTable(db);
  const readStore = db.prepare<[], { store_id: string; permission_id: string | null; epoch: number }>(
    'SELECT store_id, permission_id, epoch FROM store',
  );
  const bind = db.prepare(
    'UPDATE store SET permission_id = ?, email_address = ? WHERE permission_id IS NULL',
  );
  const addSource = db.prepare('INSERT OR IGNORE INTO source (id) VALUES (?)');
  const listSources = db.prepare<[], { id: string; open: number }>(/* sql */ `
    SELECT id, EXISTS (SELECT 1 FROM generation WHERE source_pk = source.pk AND closed_at IS NULL) AS open
    FROM source WHERE retired_at IS NULL ORDER BY pk`);
  const openGeneration = db.prepare(/* sql */ `
    INSERT INTO generation (source_pk, start_token, opened_at) SELECT pk, ?, ? FROM source WHERE id = ?
    ON CONFLICT DO NOTHING`);
  const findings = db.prepare<[string], GenerationFindings>(FINDINGS);
  const closeGeneration = db.prepare('UPDATE generation SET closed_at = ? WHERE pk = ?');
  const setCurrent = db.prepare(
    'UPDATE source SET change_token = coalesce(change_token, ?), current_at = ? WHERE pk = ?',
  );
  const forgetSeen = db.prepare('DELETE FROM seen WHERE generation_pk = ?');

  function store(): { store_id: string; permission_id: string | null; epoch: number } {
    const row = readStore.get();
    if (row === undefined)
      throw new UserError('the store has lost its identity', { hint: 'move the file away and sync again' });
    return row;
  }

  function close(sourceId: string, epoch: number): SourceOutcome {
    if (store().epoch !== epoch)
      return { kind: 'failed', failure: 'superseded', message: 'a newer job start owns the store' };
    const found = findings.get(sourceId);
    if (found === undefined) return { kind: 'current' };
    if (found.open > 0) throw new Error(`source ${sourceId} still has open windows`);
    closeGeneration.run(now(), found.pk);
    forgetSeen.run(found.pk);
    const reason = partialReason(found);
    if (reason !== undefined) return { kind: 'partial', reason };
    setCurrent.run(found.start_token, now(), found.source_pk);
    return { kind: 'current' };
  }

  /** One page under its own savepoint: what a damaged row undoes is its own page, not its neighbors. */
  const commitOne = db.transaction((page: ListedPage) => partitions.commit(page, now()));

  const writes = {
    bindIdentity({ permissionId, emailAddress }: Identity) {
      bind.run(permissionId, emailAddress ?? null);
      addSource.run(USER_SOURCE);
      const { store_id: storeId, permission_id: bound } = store();
      return { storeId, permissionId: bound ?? permissionId };
    },
    recordJob(job: JobRequest) {
      jobs.record(job);
    },
    startJob(job: JobRequest) {
      return { epoch: jobs.start(job, now()) };
    },
    sources() {
      return listSources.all().map(({ id, open }) => ({ sourceId: id, needsToken: open === 0 }));
    },
    openGenerations(starts: readonly { sourceId: string; startToken: string }[]) {
      for (const { sourceId, startToken } of starts) {
        const { changes, lastInsertRowid } = openGeneration.run(startToken, now(), sourceId);
        if (changes > 0) partitions.createWindows(Number(lastInsertRowid));
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
    closeGeneration: close,
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
