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

/** Listings are said to lag behind by no more than this. */
const RECENT_SECONDS = 3_600;

/** Which lane of which job start asks for work. */
export interface Claimant {
  sourceId: string;
  epoch: number;
  lane: number;
  /** No other lane of this job start works on the source: what they held is free. */
  alone?: boolean | undefined;
}

/**
 * `busy`: other lanes of this job hold what is left, and it is not worth dividing; `soon`: the next pages may show that it is.
 * `superseded`: a newer job start owns the store.
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

/** All open partitions of a source belong to the one crawl that is open. */
function crawlOf(rows: readonly HeldPartition[]): Crawl {
  const [first] = rows;
  return { ordered: first?.ordered === 1, openedMs: first?.opened_at ?? 0 };
}

/**
 * Gives a lane its own partition back, or one that nobody of this job start holds, or a share of another lane's. The last that a crawl lists
 * is what was modified just before it, since the listings that came first may have lagged behind.
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

/** Has an ordered listing of small pages that came well go on with larger ones, as a new query, where that lists nothing twice but its last page. */
function growPages({ resize }: PartitionStatements, row: PartitionRow): void {
  const size = grownPage(row.page_size ?? undefined, row.query_page) ?? null;
  if (size === row.page_size || row.ordered === 0 || row.frontier_ms === null) return;
  const { q, frontierMs = null } = resizeListing(listingSoFar(row));
  // Files of one second are listed by one query only.
  if (q !== row.q) resize.run({ pk: row.pk, q, frontierMs, size, why: null });
}

/** Divides the partition with the most to do; undefined where none is worth it. */
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

/** Once the crawl is about to end: its last pages come while other lanes list theirs. */
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

/** In an ordered listing, the victim goes on with its token and ends at the cut. */
function divide(
  { share, moveBottom }: PartitionStatements,
  { victim: { row, window }, cut }: Share<HeldListing>,
): { lastInsertRowid: number | bigint } {
  const q = windowQuery({ ...window, before: cut });
  const added = share.run({ pk: row.pk, q, cut, orderBy: NEWEST_FIRST });
  moveBottom.run(cut, row.pk);
  return added;
}

/** Without order, only a new listing of the victim's smaller window is sure to end where it should. */
function startAgain(
  { restart }: PartitionStatements,
  { victim: { row, window }, cut }: Share<HeldListing>,
): void {
  const q = windowQuery({ ...window, from: cut });
  restart.run({ pk: row.pk, q, frontierMs: null, restarts: 0, bestPage: 0 });
}

/** How many pages are left of a crawl whose open partitions these are; undefined where nothing can be said. */
export function pagesLeftOf(rows: readonly HeldPartition[]): number | undefined {
  const crawl = crawlOf(rows);
  const left = rows.map((row) => pagesLeft(listingOf(row), crawl));
  if (left.every((pages) => pages === undefined)) return undefined;
  // A window that has shown nothing yet is the trash, or the share of a lane that has just begun.
  return Math.ceil(left.reduce((sum: number, pages) => sum + (pages ?? 1), 0));
}

/** How many lanes have something to do with a source whose open partitions these are, at most `most`. */
export function lanesFor(rows: readonly HeldPartition[], most: number): number {
  return usefulLanes(rows.map(listingOf), crawlOf(rows), most);
}
