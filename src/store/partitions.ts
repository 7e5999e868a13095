import type Database from 'better-sqlite3';
import type { FileRecord } from '../model/file';
import type { FailureKind } from '../model/failure';
import type { Claim, Fence, Window } from '../model/partition';
import { continuesOrder, pageTimes } from '../planning/order';
import { moveCycleMark, restartListing } from '../planning/restart';
import { NEWEST_FIRST, WHOLE_SOURCE, windowQuery } from '../planning/window';
import type { FileTable } from './files';
import type { SourceTable } from './sources';
import {
  claimOf,
  partitionStatements,
  windowOf,
  type PartitionRow,
  type PartitionStatements,
} from './partition-statements';

/** A decoded page with the right to commit it. */
export interface ListedPage {
  fence: Fence;
  files: readonly FileRecord[];
  nextPageToken: string | undefined;
  incompleteSearch: boolean;
  unusable: number;
}

/**
 * `refused`: another attempt claimed the partition, or the page was committed before. `circular`: the page names a token that
 * this listing has already followed. In both cases nothing was written.
 */
export type CommitResult =
  | { kind: 'committed'; next: Claim | undefined }
  | { kind: 'refused' }
  | { kind: 'circular' };

/** Which lane of which job start asks for work. */
export interface Claimant {
  sourceId: string;
  epoch: number;
  lane: number;
}

/** `busy`: other lanes of this job hold what is left. `superseded`: a newer job start owns the store. */
export type ClaimResult =
  | { kind: 'claimed'; claim: Claim }
  | { kind: 'busy' }
  | { kind: 'done' }
  | { kind: 'superseded' };

/** True if the page names a token that this listing has already followed: it would run in a circle. */
function isCircular(row: PartitionRow, nextPageToken: string | undefined): boolean {
  return (
    nextPageToken !== undefined && (nextPageToken === row.page_token || nextPageToken === row.cycle_token)
  );
}

/** Order was relied on and does not hold: listings that were cut short by it start again at their own bounds. */
function revokeOrder(
  { noteDisorder, ofGeneration, restart }: PartitionStatements,
  generationPk: number,
): void {
  noteDisorder.run(generationPk);
  for (const row of ofGeneration.all(generationPk)) {
    const q = windowQuery(windowOf(row));
    if (q !== row.q) restart.run({ pk: row.pk, q, frontierMs: null, restarts: 0, bestPage: 0 });
  }
}

function noteFindings(
  { noteIncomplete, noteUnusable, countPage }: PartitionStatements,
  row: PartitionRow,
  { page, now }: { page: ListedPage; now: number },
): void {
  if (page.incompleteSearch) noteIncomplete.run(row.generation_pk);
  if (page.unusable > 0) noteUnusable.run(row.generation_pk, page.unusable, now);
  countPage.run(page.files.length, row.epoch);
}

/** Moves the checkpoint past a page; says whether the page was where the listing's order puts it. */
function advance(
  statements: PartitionStatements,
  row: PartitionRow,
  { page, now }: { page: ListedPage; now: number },
): { ordered: boolean } {
  const { nextPageToken, files } = page;
  const frontier = row.frontier_ms ?? undefined;
  const times = pageTimes(
    files.map(({ modifiedMs }) => modifiedMs),
    row.opened_at,
  );
  const before = { token: row.cycle_token ?? undefined, page: row.cycle_page };
  const mark = moveCycleMark(before, nextPageToken, row.query_page + 1);
  const oldest = Math.min(times.oldest ?? Infinity, frontier ?? Infinity);
  statements.advance.run({
    pk: row.pk,
    pageToken: nextPageToken ?? null,
    state: nextPageToken === undefined ? 'done' : 'open',
    files: files.length,
    frontierMs: Number.isFinite(oldest) ? oldest : null,
    cycleToken: mark.token ?? null,
    cyclePage: mark.page,
    now,
  });
  return { ordered: continuesOrder(times, frontier) };
}

/** Writes one page's files and the place to go on from, if the fence still stands. */
function commit(
  statements: PartitionStatements,
  { files, sources }: CrawlTables,
  page: ListedPage,
  now: number,
): CommitResult {
  const row = statements.fenced.get(page.fence);
  const source = row && sources.byId(row.source_id);
  if (row === undefined || source === undefined) return { kind: 'refused' };
  if (isCircular(row, page.nextPageToken)) return { kind: 'circular' };
  files.put(page.files, { source, by: 'listing', crawl: row.generation_pk, now });
  const { ordered } = advance(statements, row, { page, now });
  noteFindings(statements, row, { page, now });
  if (row.ordered === 1 && !ordered) revokeOrder(statements, row.generation_pk);
  const next = statements.fenced.get({ ...page.fence, page: page.fence.page + 1 });
  return { kind: 'committed', next: next && claimOf(next) };
}

/** Gives a lane its own partition back, or one that nobody of this job start holds. */
function claim(statements: PartitionStatements, { sourceId, epoch, lane }: Claimant): ClaimResult {
  if (statements.epoch.get() !== epoch) return { kind: 'superseded' };
  const rows = statements.open.all(sourceId);
  const own = rows.find((each) => each.epoch === epoch && each.lane === lane);
  const row = own ?? rows.find((each) => each.epoch < epoch);
  if (row === undefined) return { kind: rows.length === 0 ? 'done' : 'busy' };
  statements.claim.run(epoch, lane, row.pk);
  return { kind: 'claimed', claim: claimOf({ ...row, lease: row.lease + 1 }) };
}

function rejectToken(
  { fenced, giveUp, restart }: PartitionStatements,
  fence: Fence,
): 'restarted' | 'partial' | 'refused' {
  const row = fenced.get(fence);
  if (row === undefined) return 'refused';
  const next = restartListing({
    window: windowOf(row),
    q: row.q,
    ordered: row.ordered === 1,
    frontierMs: row.frontier_ms ?? undefined,
    queryPage: row.query_page,
    bestPage: row.best_page,
    restarts: row.restarts,
  });
  if (next.kind === 'give-up') {
    giveUp.run('page-token-rejected', row.pk);
    return 'partial';
  }
  restart.run({ ...next, pk: row.pk, frontierMs: next.frontierMs ?? null });
  return 'restarted';
}

/** What a listed page is written to besides its partition. */
export interface CrawlTables {
  files: FileTable;
  sources: SourceTable;
}

/** Prepares the writes to partitions; each call is one step of a transaction that the caller opened. */
export function partitionTable(db: Database.Database, tables: CrawlTables) {
  const statements = partitionStatements(db);
  function addWindows(generationPk: number, windows: readonly Window[]): void {
    for (const window of windows) {
      const { trashed, from = null, before = null } = window;
      statements.insert.run(generationPk, Number(trashed), from, before, windowQuery(window), NEWEST_FIRST);
    }
  }
  return {
    /** Cuts a fresh generation into its first windows. */
    createWindows: (generationPk: number) => addWindows(generationPk, WHOLE_SOURCE),
    /** Lists once more what was modified since then, in seconds: the listings that came first may have lagged behind. */
    addRecentWindows: (generationPk: number, from: number) =>
      addWindows(
        generationPk,
        WHOLE_SOURCE.map((window) => ({ ...window, from })),
      ),
    claim: (claimant: Claimant) => claim(statements, claimant),
    commit: (page: ListedPage, now: number) => commit(statements, tables, page, now),
    /** Starts a listing again after Drive rejected its page token; says whether it goes on. */
    rejectToken: (fence: Fence) => rejectToken(statements, fence),
    /** Counts an attempt that committed nothing; returns how many there were in a row, 0 if the fence has fallen. */
    fail(fence: Fence, kind: FailureKind, retryAt: number): number {
      const row = statements.fail.get({ ...fence, kind, retryAt });
      return typeof row === 'object' && row !== null && 'failures' in row ? Number(row.failures) : 0;
    },
  };
}
