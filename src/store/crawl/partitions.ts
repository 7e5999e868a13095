import type Database from 'better-sqlite3';
import type { FileRecord } from '../../model/file';
import type { FailureKind } from '../../model/failure';
import type { Claim, Fence } from '../../model/partition';
import { coveredMs, middleSecond } from '../../planning/lanes';
import { continuesOrder, hasCrossedBottom, pageTimes } from '../../planning/order';
import { windowsOfCopy } from '../../planning/recrawl';
import { smallerPage, type PageFault } from '../../planning/page-size';
import { moveCycleMark, resizeListing, restartListing } from '../../planning/restart';
import { isWithin, listsFrom, windowQuery } from '../../planning/window';
import type { FileTable } from '../files/file-table';
import type { SourceTable } from '../jobs/sources';
import { claim, lanesFor, type Claimant } from './claims';
import { knownFilesReader } from './known-files';
import {
  addWindows,
  claimOf,
  listingSoFar,
  partitionStatements,
  windowOf,
  type PartitionRow,
  type PartitionStatements,
} from './partition-statements';

/** A decoded page and the fence that allows its commit. */
export interface ListedPage {
  fence: Fence;
  /** Iterated once. */
  files: Iterable<FileRecord>;
  /** `modifiedTime` of each file in ms; undefined if Drive sent no usable time. */
  times: readonly (number | undefined)[];
  nextPageToken: string | undefined;
  incompleteSearch: boolean;
  unusable: number;
}

/**
 * `refused`: another attempt has claimed the partition, or the page was committed before. `circular`: the
 * page names a token that this listing has followed already. Both write nothing.
 */
export type CommitResult =
  | {
      kind: 'committed';
      next: Claim | undefined;
      /** This page is the first one of the crawl that is out of order. */
      disordered: boolean;
    }
  | { kind: 'refused' }
  | { kind: 'circular' };

/** True if the page names a token that this listing has followed already. */
function isCircular(row: PartitionRow, nextPageToken: string | undefined): boolean {
  return (
    nextPageToken !== undefined && (nextPageToken === row.page_token || nextPageToken === row.cycle_token)
  );
}

/**
 * The order does not hold: listings that were cut short because of it start again within their own bounds.
 */
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

/** Counts the files of the page that belong to the window. Those below it are counted in the next window. */
function ownFiles(row: PartitionRow, { times }: ListedPage): number {
  const window = windowOf(row);
  return times.filter((time) => isWithin(window, time)).length;
}

function noteFindings(
  { noteIncomplete, noteItems, countPage }: PartitionStatements,
  row: PartitionRow,
  { page, now }: { page: ListedPage; now: number },
): void {
  if (page.incompleteSearch) noteIncomplete.run(row.generation_pk);
  if (page.unusable > 0) noteItems.run(row.generation_pk, 'no-id', page.unusable, now);
  countPage.run(ownFiles(row, page), row.epoch);
}

/** Moves the checkpoint past a page. Says whether all listings are still in order. */
function advance(
  statements: PartitionStatements,
  row: PartitionRow,
  { page, now }: { page: ListedPage; now: number },
): { ordered: boolean } {
  const { ordered, ...progress } = progressAfter(row, page);
  const isOver = ordered && hasPassed(statements, row, page.times);
  const pageToken = (isOver ? undefined : page.nextPageToken) ?? null;
  const before = { token: row.cycle_token ?? undefined, page: row.cycle_page };
  const mark = moveCycleMark(before, page.nextPageToken, row.query_page + 1);
  statements.advance.run({
    ...progress,
    pk: row.pk,
    pageToken,
    state: pageToken === null ? 'done' : 'open',
    files: ownFiles(row, page),
    cycleToken: mark.token ?? null,
    cyclePage: mark.page,
    now,
  });
  return { ordered };
}

/** The state of a listing after a page. */
function progressAfter(row: PartitionRow, { times: modified }: ListedPage) {
  const frontier = row.frontier_ms ?? undefined;
  const times = pageTimes(modified, row.opened_at);
  const ordered = row.ordered === 1 && continuesOrder(times, frontier);
  const oldest = Math.min(times.oldest ?? Infinity, frontier ?? Infinity);
  return {
    ordered,
    newestMs: times.newest ?? null,
    frontierMs: Number.isFinite(oldest) ? oldest : null,
    pageMs: coveredMs(times, frontier) ?? null,
    middle: (ordered ? undefined : middleSecond(modified, windowOf(row), row.opened_at)) ?? null,
  };
}

/** True if the listing has come below its window, where another lane lists. */
function hasPassed(
  { newestBelow }: PartitionStatements,
  row: PartitionRow,
  times: ListedPage['times'],
): boolean {
  if (row.from_s === null || listsFrom(row.q, row.from_s)) return false;
  return hasCrossedBottom(times, {
    bottom: row.from_s * 1000,
    newestBelow: newestBelow.get(row.generation_pk, row.trashed, row.from_s) ?? undefined,
    frontier: row.frontier_ms ?? undefined,
    since: row.opened_at,
  });
}

/** The next page token after a page that is not committed yet; undefined if the listing ends, or may end. */
function ahead(
  statements: PartitionStatements,
  { fence, times, nextPageToken }: ListedPage,
): string | undefined {
  const row = statements.fenced.get(fence);
  if (row === undefined || isCircular(row, nextPageToken)) return undefined;
  return row.ordered === 1 && hasPassed(statements, row, times) ? undefined : nextPageToken;
}

/** Writes the files of a page and the checkpoint, if the fence still holds. */
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
  const disordered = row.ordered === 1 && !ordered;
  if (disordered) revokeOrder(statements, row.generation_pk);
  const next = statements.fenced.get({ ...page.fence, page: page.fence.page + 1 });
  return { kind: 'committed', next: next && claimOf(next), disordered };
}

function shrink({ fenced, resize }: PartitionStatements, fence: Fence, fault: PageFault): boolean {
  const row = fenced.get(fence);
  const size = row && smallerPage(row.page_size ?? undefined, fault);
  if (row === undefined || size === undefined) return false;
  const { q, frontierMs = null } = resizeListing(listingSoFar(row));
  resize.run({ pk: row.pk, q, frontierMs, size, why: fault });
  return true;
}

function rejectToken(
  { fenced, giveUp, restart }: PartitionStatements,
  fence: Fence,
): 'restarted' | 'partial' | 'refused' {
  const row = fenced.get(fence);
  if (row === undefined) return 'refused';
  const next = restartListing({
    ...listingSoFar(row),
    q: row.q,
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

/** The tables that a listed page is written to besides its partition. */
export interface CrawlTables {
  files: FileTable;
  sources: SourceTable;
}

/** Prepares the writes to partitions. Each call runs inside the caller's transaction. */
export function partitionTable(db: Database.Database, tables: CrawlTables) {
  const statements = partitionStatements(db);
  const knownFiles = knownFilesReader(db);
  return {
    /**
     * Cuts a new generation into its first windows: by the existing copy, else one inside and one outside the
     * trash.
     */
    createWindows: (generationPk: number) =>
      addWindows(statements, generationPk, knownFiles(generationPk).flatMap(windowsOfCopy)),
    claim: (claimant: Claimant) => claim(statements, claimant),
    /** The number of lanes that have work on a source, at most `most`. */
    usefulLanes: (sourceId: string, most: number) => lanesFor(statements.open.all(sourceId), most),
    ahead: (page: ListedPage) => ahead(statements, page),
    commit: (page: ListedPage, now: number) => commit(statements, tables, page, now),
    /** Restarts a listing after Drive rejected its page token. Says whether it goes on. */
    rejectToken: (fence: Fence) => rejectToken(statements, fence),
    /**
     * Restarts a listing with smaller pages; false if smaller pages would not help, or the fence does not
     * hold.
     */
    shrink: (fence: Fence, fault: PageFault) => shrink(statements, fence, fault),
    /** Leaves a window incomplete whose next page never comes; false if the fence does not hold. */
    leave(fence: Fence, kind: FailureKind): boolean {
      const row = statements.fenced.get(fence);
      return row !== undefined && statements.giveUp.run(kind, row.pk).changes > 0;
    },
    /** Counts a failed attempt. Returns the number of failures in a row, 0 if the fence does not hold. */
    fail(fence: Fence, kind: FailureKind, retryAt: number): number {
      const row = statements.fail.get({ ...fence, kind, retryAt });
      return typeof row === 'object' && row !== null && 'failures' in row ? Number(row.failures) : 0;
    },
  };
}
