import type Database from 'better-sqlite3';
import type { FileRecord } from '../model/file';
import type { FailureKind } from '../model/failure';
import type { Claim, Fence, Window } from '../model/partition';
import { continuesOrder, pageTimes } from '../planning/order';
import { moveCycleMark, restartListing } from '../planning/restart';
import { NEWEST_FIRST, WHOLE_SOURCE, windowQuery } from '../planning/window';
import { fileTable } from './files';

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

interface PartitionRow {
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
  restarts: number;
  best_page: number;
  query_page: number;
  cycle_token: string | null;
  cycle_page: number;
  failures: number;
}

/** The writes to partitions; each call is one step of a transaction that the caller opened. */
export type PartitionTable = ReturnType<typeof partitionTable>;

const SELECT_PARTITION = /* sql */ `
SELECT partition.*, generation.source_pk, generation.ordered, generation.opened_at, source.id AS source_id
FROM partition
JOIN generation ON generation.pk = partition.generation_pk
JOIN source ON source.pk = generation.source_pk`;

const FENCED = 'partition.pk = @partition AND lease = @lease AND page = @page';

function windowOf(row: PartitionRow): Window {
  return { trashed: row.trashed === 1, from: row.from_s ?? undefined, before: row.before_s ?? undefined };
}

function claimOf(row: PartitionRow): Claim {
  return {
    fence: { partition: row.pk, lease: row.lease, page: row.page },
    driveId: row.source_id === 'user' ? undefined : row.source_id,
    position: { q: row.q, orderBy: row.order_by, pageToken: row.page_token ?? undefined },
    failures: row.failures,
  };
}

/** True if the page names a token that this listing has already followed: it would run in a circle. */
function isCircular(row: PartitionRow, nextPageToken: string | undefined): boolean {
  return (
    nextPageToken !== undefined && (nextPageToken === row.page_token || nextPageToken === row.cycle_token)
  );
}

/** Prepares the statements that claim, advance and restart partitions. */
export function partitionTable(db: Database.Database) {
  const files = fileTable(db);
  const epoch = db.prepare('SELECT epoch FROM store').pluck();
  const insert = db.prepare(/* sql */ `
    INSERT INTO partition (generation_pk, trashed, from_s, before_s, q, order_by) VALUES (?, ?, ?, ?, ?, ?)`);
  const fenced = db.prepare<[Fence], PartitionRow>(`${SELECT_PARTITION} WHERE ${FENCED} AND state = 'open'`);
  const open = db.prepare<[string], PartitionRow & { lane: number }>(/* sql */ `
    ${SELECT_PARTITION} WHERE source.id = ? AND closed_at IS NULL AND state = 'open' ORDER BY partition.pk`);
  const claim = db.prepare('UPDATE partition SET lease = lease + 1, epoch = ?, lane = ? WHERE pk = ?');
  const advance = db.prepare(/* sql */ `
    UPDATE partition SET page = page + 1, query_page = query_page + 1, page_token = @pageToken, state = @state,
      files = files + @files, frontier_ms = @frontierMs, cycle_token = @cycleToken, cycle_page = @cyclePage,
      failures = 0, failure = NULL, retry_at = NULL, committed_at = @now
    WHERE pk = @pk`);
  const restart = db.prepare(/* sql */ `
    UPDATE partition SET state = 'open', q = @q, page_token = NULL, query_page = 0, frontier_ms = @frontierMs, cycle_token = NULL, cycle_page = 0,
      restarts = @restarts, best_page = @bestPage, lease = lease + 1
    WHERE pk = @pk`);
  const giveUp = db.prepare("UPDATE partition SET state = 'partial', failure = ? WHERE pk = ?");
  const fail = db.prepare<[Fence & { kind: string; retryAt: number }]>(/* sql */ `
    UPDATE partition SET failures = failures + 1, failure = @kind, retry_at = @retryAt WHERE ${FENCED} RETURNING failures`);
  const noteIncomplete = db.prepare('UPDATE generation SET incomplete = incomplete + 1 WHERE pk = ?');
  const noteDisorder = db.prepare('UPDATE generation SET ordered = 0 WHERE pk = ?');
  const ofGeneration = db.prepare<[number], PartitionRow>(`${SELECT_PARTITION} WHERE generation_pk = ?`);
  const noteUnusable = db.prepare(
    "INSERT INTO item_error (generation_pk, kind, count, at) VALUES (?, 'no-id', ?, ?)",
  );
  const countPage = db.prepare('UPDATE job SET pages = pages + 1, files = files + ? WHERE epoch = ?');

  /** Order was relied on and does not hold: listings that were cut short by it start again at their own bounds. */
  function revokeOrder(generationPk: number): void {
    noteDisorder.run(generationPk);
    for (const row of ofGeneration.all(generationPk)) {
      const q = windowQuery(windowOf(row));
      if (q !== row.q) restart.run({ pk: row.pk, q, frontierMs: null, restarts: 0, bestPage: 0 });
    }
  }

  function noteFindings(row: PartitionRow, page: ListedPage, now: number): void {
    if (page.incompleteSearch) noteIncomplete.run(row.generation_pk);
    if (page.unusable > 0) noteUnusable.run(row.generation_pk, page.unusable, now);
    countPage.run(page.files.length, row.epoch);
  }

  return {
    /** Cuts a fresh generation into its first windows. */
    createWindows(generationPk: number): void {
      for (const window of WHOLE_SOURCE) {
        const { trashed, from, before } = window;
        insert.run(
          generationPk,
          Number(trashed),
          from ?? null,
          before ?? null,
          windowQuery(window),
          NEWEST_FIRST,
        );
      }
    },

    /** Gives a lane its own partition back, or one that nobody of this job start holds. */
    claim({ sourceId, epoch: mine, lane }: Claimant): ClaimResult {
      if (epoch.get() !== mine) return { kind: 'superseded' };
      const rows = open.all(sourceId);
      const row =
        rows.find((each) => each.epoch === mine && each.lane === lane) ??
        rows.find((each) => each.epoch < mine);
      if (row === undefined) return { kind: rows.length === 0 ? 'done' : 'busy' };
      claim.run(mine, lane, row.pk);
      return { kind: 'claimed', claim: claimOf({ ...row, lease: row.lease + 1 }) };
    },

    /** Writes one page's files and the place to go on from, if the fence still stands. */
    commit(page: ListedPage, now: number): CommitResult {
      const row = fenced.get(page.fence);
      if (row === undefined) return { kind: 'refused' };
      if (isCircular(row, page.nextPageToken)) return { kind: 'circular' };
      files.upsertListed(page.files, { sourcePk: row.source_pk, generationPk: row.generation_pk, now });
      const times = pageTimes(
        page.files.map(({ modifiedMs }) => modifiedMs),
        row.opened_at,
      );
      const frontier = row.frontier_ms ?? undefined;
      const mark = moveCycleMark(
        { token: row.cycle_token ?? undefined, page: row.cycle_page },
        page.nextPageToken,
        row.query_page + 1,
      );
      advance.run({
        pk: row.pk,
        pageToken: page.nextPageToken ?? null,
        state: page.nextPageToken === undefined ? 'done' : 'open',
        files: page.files.length,
        frontierMs:
          times.oldest === undefined ? (frontier ?? null) : Math.min(times.oldest, frontier ?? Infinity),
        cycleToken: mark.token ?? null,
        cyclePage: mark.page,
        now,
      });
      noteFindings(row, page, now);
      if (row.ordered === 1 && !continuesOrder(times, frontier)) revokeOrder(row.generation_pk);
      const next = fenced.get({ ...page.fence, page: page.fence.page + 1 });
      return { kind: 'committed', next: next && claimOf(next) };
    },

    /** Starts a listing again after Drive rejected its page token; says whether it goes on. */
    rejectToken(fence: Fence): 'restarted' | 'partial' | 'refused' {
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
    },

    /** Counts an attempt that committed nothing; returns how many there were in a row, 0 if the fence has fallen. */
    fail(fence: Fence, kind: FailureKind, retryAt: number): number {
      const row = fail.get({ ...fence, kind, retryAt });
      return typeof row === 'object' && row !== null && 'failures' in row ? Number(row.failures) : 0;
    },
  };
}
