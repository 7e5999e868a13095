import type { Claim } from '../../model/partition';
import {
  chooseShare,
  endsSoon,
  mayShareSoon,
  pagesLeft,
  usefulLanes,
  type Crawl,
  type Listing,
  type Share,
} from '../../planning/lanes';
import { grownPage } from '../../planning/page-size';
import { resizeListing } from '../../planning/restart';
import { NEWEST_FIRST, WHOLE_SOURCE, windowQuery } from '../../planning/window';
import {
  addWindows,
  claimOf,
  listingSoFar,
  windowOf,
  type HeldPartition,
  type PartitionRow,
  type PartitionStatements,
} from './partition-statements';

/** Listings are documented to lag behind by no more than this. */
const RECENT_SECONDS = 3_600;

/** The lane of a job start that asks for work. */
export interface Claimant {
  sourceId: string;
  epoch: number;
  lane: number;
  /** No other lane of this job start works on the source, so all of its windows are free. */
  alone?: boolean | undefined;
}

/**
 * `busy`: other lanes hold everything that is left, and dividing it is not worth while; `soon`: the next
 * pages may change that. `superseded`: a newer job start owns the store.
 */
export type ClaimResult =
  | { kind: 'claimed'; claim: Claim }
  | { kind: 'busy'; soon: boolean }
  | { kind: 'done' }
  | { kind: 'superseded' };

type HeldListing = Listing & { row: HeldPartition };

function listingOf(row: HeldPartition): HeldListing {
  return {
    row,
    window: windowOf(row),
    frontierMs: row.frontier_ms ?? undefined,
    pageMs: row.page_ms ?? undefined,
    queryPage: row.query_page,
    middle: row.middle_s ?? undefined,
  };
}

/** All open partitions of a source belong to its one open crawl. */
function crawlOf(rows: readonly HeldPartition[]): Crawl {
  const [first] = rows;
  return { ordered: first?.ordered === 1, openedMs: first?.opened_at ?? 0 };
}

/**
 * Gives a lane its own partition again, or a free one, or a share of another lane's. The last window that a
 * crawl lists is the hour before its start token, because the earlier listings may have lagged behind.
 */
export function claim(statements: PartitionStatements, claimant: Claimant): ClaimResult {
  const { sourceId, epoch, lane, alone = false } = claimant;
  if (statements.epoch.get() !== epoch) return { kind: 'superseded' };
  const rows = statements.open.all(sourceId);
  const own = rows.find((each) => each.epoch === epoch && each.lane === lane);
  if (alone) statements.free.run(sourceId);
  const row =
    own ??
    rows.find((each) => alone || each.epoch < epoch) ??
    takeShare(statements, rows) ??
    takeRecent(statements, sourceId, rows);
  if (row === undefined)
    return rows.length === 0
      ? { kind: 'done' }
      : { kind: 'busy', soon: mayShareSoon(rows.map(listingOf), crawlOf(rows)) };
  statements.claim.run(epoch, lane, row.pk);
  growPages(statements, row);
  const held = statements.byPk.get(row.pk);
  return held === undefined ? { kind: 'done' } : { kind: 'claimed', claim: claimOf(held) };
}

/**
 * Lets an ordered listing whose small pages came well continue with larger ones. That is a new query, which
 * lists only the last page again.
 */
function growPages({ resize }: PartitionStatements, row: PartitionRow): void {
  const size = grownPage(row.page_size ?? undefined, row.query_page) ?? null;
  if (size === row.page_size || row.ordered === 0 || row.frontier_ms === null) return;
  const { q, frontierMs = null } = resizeListing(listingSoFar(row));
  // Only one query lists all files of one second.
  if (q !== row.q) resize.run({ pk: row.pk, q, frontierMs, size, why: null });
}

/** Divides the partition with the most work left; undefined if dividing is not worth while. */
function takeShare(
  statements: PartitionStatements,
  rows: readonly HeldPartition[],
): ReturnType<PartitionStatements['byPk']['get']> {
  const crawl = crawlOf(rows);
  const share = chooseShare(rows.map(listingOf), crawl);
  if (share === undefined) return undefined;
  const { lastInsertRowid } = divide(statements, share);
  if (!crawl.ordered) startAgain(statements, share);
  return statements.byPk.get(lastInsertRowid);
}

/**
 * Adds the recent hour when the crawl is about to end, so that its pages come while other lanes list their
 * last ones.
 */
function takeRecent(
  statements: PartitionStatements,
  sourceId: string,
  rows: readonly HeldPartition[],
): HeldPartition | undefined {
  const crawl = statements.lacksRecent.get(sourceId);
  if (crawl === undefined || !endsSoon(rows.map(listingOf), crawlOf(rows))) return undefined;
  const from = Math.floor(crawl.opened_at / 1000) - RECENT_SECONDS;
  statements.noteRecent.run(crawl.pk);
  addWindows(
    statements,
    crawl.pk,
    WHOLE_SOURCE.map((window) => ({ ...window, from })),
  );
  return statements.open.all(sourceId).find(({ pk }) => rows.every((known) => known.pk !== pk));
}

/** In an ordered listing the victim keeps its token and ends at the cut. */
function divide(
  { share, moveBottom }: PartitionStatements,
  { victim: { row, window }, cut }: Share<HeldListing>,
): { lastInsertRowid: number | bigint } {
  const q = windowQuery({ ...window, before: cut });
  const added = share.run({ pk: row.pk, q, cut, orderBy: NEWEST_FIRST });
  moveBottom.run(cut, row.pk);
  return added;
}

/** Without order, only a new listing of the smaller window is sure to end where it should. */
function startAgain(
  { restart }: PartitionStatements,
  { victim: { row, window }, cut }: Share<HeldListing>,
): void {
  const q = windowQuery({ ...window, from: cut });
  restart.run({ pk: row.pk, q, frontierMs: null, restarts: 0, bestPage: 0 });
}

/**
 * Estimates the pages left of a crawl with these open partitions; undefined if no page has shown anything.
 */
export function pagesLeftOf(rows: readonly HeldPartition[]): number | undefined {
  const crawl = crawlOf(rows);
  const left = rows.map((row) => pagesLeft(listingOf(row), crawl));
  if (left.every((pages) => pages === undefined)) return undefined;
  // A window without a page is the trash, or the share of a lane that has just started.
  return Math.ceil(left.reduce((sum: number, pages) => sum + (pages ?? 1), 0));
}

/** The number of lanes that have work on a source with these open partitions, at most `most`. */
export function lanesFor(rows: readonly HeldPartition[], most: number): number {
  return usefulLanes(rows.map(listingOf), crawlOf(rows), most);
}
