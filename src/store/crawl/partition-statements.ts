import type Database from 'better-sqlite3';
import type { FailureKind } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import type { Claim, Fence, Window } from '../../model/partition';
import type { PlannedWindow } from '../../planning/recrawl';
import { NEWEST_FIRST, windowQuery } from '../../planning/window';
import { FORGET_FAILURES } from '../jobs/source-conditions';
import { itemErrorInsert } from './item-errors';

/** A partition with columns of its generation and its source. */
export interface PartitionRow {
  pk: number;
  generation_pk: number;
  source_pk: number;
  source_id: string;
  ordered: number;
  opened_at: number;
  trashed: number;
  from_s: number | null;
  before_s: number | null;
  q: string;
  order_by: string;
  page_token: string | null;
  page: number;
  lease: number;
  epoch: number;
  frontier_ms: number | null;
  newest_ms: number | null;
  restarts: number;
  best_page: number;
  query_page: number;
  cycle_token: string | null;
  cycle_page: number;
  failures: number;
  page_ms: number | null;
  middle_s: number | null;
  page_size: number | null;
}

/** An open partition with the lane that holds it. */
export type HeldPartition = PartitionRow & { lane: number };

const SELECT_PARTITION = /* sql */ `
SELECT partition.*, generation.source_pk, generation.ordered, generation.opened_at, source.id AS source_id
FROM partition
JOIN generation ON generation.pk = partition.generation_pk
JOIN source ON source.pk = generation.source_pk`;

const FENCED = 'partition.pk = @partition AND lease = @lease AND page = @page';

/** The partition's own bounds. */
export function windowOf(row: PartitionRow): Window {
  return { trashed: row.trashed === 1, from: row.from_s ?? undefined, before: row.before_s ?? undefined };
}

/** The frontier before the last page: `page_ms` is the span of that page. */
function confirmedMs({ frontier_ms: frontier, page_ms: pageMs, query_page: pages }: PartitionRow) {
  if (frontier === null || pageMs === null || pages === 0) return undefined;
  return frontier + pageMs;
}

/** The state of a listing that continues with a new query. */
export function listingSoFar(row: PartitionRow) {
  return {
    window: windowOf(row),
    ordered: row.ordered === 1,
    frontierMs: row.frontier_ms ?? undefined,
    confirmedMs: confirmedMs(row),
  };
}

/** The claim that a lane gets on a partition. */
export function claimOf(row: PartitionRow): Claim {
  return {
    fence: { partition: row.pk, lease: row.lease, page: row.page },
    driveId: row.source_id === USER_SOURCE ? undefined : row.source_id,
    position: {
      q: row.q,
      orderBy: row.order_by,
      pageToken: row.page_token ?? undefined,
      pageSize: row.page_size ?? undefined,
    },
    failures: row.failures,
  };
}

/** Prepares the query for a source's open partitions, the oldest first. */
export function openPartitions(db: Database.Database): Database.Statement<[string], HeldPartition> {
  return db.prepare(
    `${SELECT_PARTITION} WHERE source.id = ? AND closed_at IS NULL AND partition.state = 'open' ORDER BY partition.pk`,
  );
}

/** Prepares the statements on partitions, their generation and the counts of their job. */
export function partitionStatements(db: Database.Database) {
  return {
    epoch: db.prepare('SELECT epoch FROM store').pluck(),
    insert: db.prepare(/* sql */ `
    INSERT INTO partition (generation_pk, trashed, from_s, before_s, q, order_by, page_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`),
    lacksRecent: db.prepare<[string], { pk: number; opened_at: number }>(/* sql */ `
    SELECT generation.pk, opened_at FROM generation JOIN source ON source.pk = source_pk
    WHERE source.id = ? AND closed_at IS NULL AND start_token IS NOT NULL AND recent = 0`),
    noteRecent: db.prepare('UPDATE generation SET recent = 1 WHERE pk = ?'),
    fenced: db.prepare<[Fence], PartitionRow>(
      `${SELECT_PARTITION} WHERE ${FENCED} AND partition.state = 'open' AND closed_at IS NULL`,
    ),
    open: openPartitions(db),
    /** The newest file of the window that begins where another one ends. */
    newestBelow: db
      .prepare<[number, number, number], number | null>(
        'SELECT newest_ms FROM partition WHERE generation_pk = ? AND trashed = ? AND before_s = ?',
      )
      .pluck(),
    free: db.prepare(/* sql */ `
    UPDATE partition SET epoch = 0 WHERE state = 'open' AND generation_pk IN (
      SELECT generation.pk FROM generation JOIN source ON source.pk = source_pk WHERE source.id = ? AND closed_at IS NULL)`),
    /** The part below the cut becomes a partition of its own. */
    share: db.prepare<[{ pk: number; q: string; cut: number; orderBy: string }]>(/* sql */ `
    INSERT INTO partition (generation_pk, trashed, from_s, before_s, q, order_by, page_ms, page_size)
    SELECT generation_pk, trashed, from_s, @cut, @q, @orderBy, page_ms, page_size FROM partition WHERE pk = @pk`),
    moveBottom: db.prepare<[number, number]>('UPDATE partition SET from_s = ? WHERE pk = ?'),
    byPk: db.prepare<[number | bigint], PartitionRow>(`${SELECT_PARTITION} WHERE partition.pk = ?`),
    claim: db.prepare('UPDATE partition SET lease = lease + 1, epoch = ?, lane = ? WHERE pk = ?'),
    advance: db.prepare(/* sql */ `
    UPDATE partition SET page = page + 1, query_page = query_page + 1, page_token = @pageToken, state = @state,
      files = files + @files, frontier_ms = @frontierMs, newest_ms = coalesce(newest_ms, @newestMs), cycle_token = @cycleToken, cycle_page = @cyclePage,
      ${FORGET_FAILURES}, committed_at = @now,
      page_ms = @pageMs, middle_s = @middle
    WHERE pk = @pk`),
    restart: db.prepare(/* sql */ `
    UPDATE partition SET state = 'open', q = @q, page_token = NULL, query_page = 0, middle_s = NULL, frontier_ms = @frontierMs, cycle_token = NULL, cycle_page = 0,
      restarts = @restarts, best_page = @bestPage, lease = lease + 1
    WHERE pk = @pk`),
    /** A new query with another page size. It counts neither as a rejected token nor as a failure. */
    resize: db.prepare(/* sql */ `
    UPDATE partition SET q = @q, page_token = NULL, query_page = 0, middle_s = NULL, frontier_ms = @frontierMs, cycle_token = NULL, cycle_page = 0,
      page_size = @size, failure = @why, lease = lease + 1
    WHERE pk = @pk`),
    giveUp: db.prepare<[FailureKind, number]>(
      "UPDATE partition SET state = 'partial', failure = ? WHERE pk = ?",
    ),
    fail: db.prepare<[Fence & { kind: FailureKind; retryAt: number }]>(/* sql */ `
    UPDATE partition SET failures = failures + 1, failure = @kind, retry_at = @retryAt WHERE ${FENCED} RETURNING failures`),
    noteIncomplete: db.prepare('UPDATE generation SET incomplete = incomplete + 1 WHERE pk = ?'),
    noteDisorder: db.prepare('UPDATE generation SET ordered = 0 WHERE pk = ?'),
    ofGeneration: db.prepare<[number], PartitionRow>(`${SELECT_PARTITION} WHERE generation_pk = ?`),
    noteItems: itemErrorInsert(db),
    countPage: db.prepare('UPDATE job SET pages = pages + 1, files = files + ? WHERE epoch = ?'),
  };
}

/** The prepared statements. */
export type PartitionStatements = ReturnType<typeof partitionStatements>;

/** Adds windows to a crawl. */
export function addWindows(
  { insert }: PartitionStatements,
  generationPk: number,
  windows: readonly (Window & Partial<PlannedWindow>)[],
): void {
  for (const window of windows) {
    const { trashed, from = null, before = null, pageMs = null } = window;
    insert.run(generationPk, Number(trashed), from, before, windowQuery(window), NEWEST_FIRST, pageMs);
  }
}
