import type Database from 'better-sqlite3';
import type { FailureKind } from '../../model/failure';
import type { IncompleteReason, ItemError } from '../../model/reasons';
import type { SourceRow } from '../jobs/sources';
import { FOLLOWED, FORGET_FAILURES } from '../jobs/source-conditions';
import { literal } from '../sqlite/literals';

/** A full crawl to be opened, with the start token that was minted for it. */
export interface CrawlStart {
  sourceId: string;
  startToken: string;
  /** Drive's clock before the token was requested, ms since 1970. */
  openedAt: number;
  /** The token that Drive has rejected; undefined if the source has none. */
  replaces?: string | undefined;
  /** The log at that token cannot be read. */
  dropsLog?: boolean | undefined;
}

/** An open full crawl. */
export interface GenerationRow {
  pk: number;
  start_token: string | null;
  opened_at: number;
  incomplete: number;
  recent: number;
  crawled_at: number | null;
  /** Removals of folders, or of unknown ids, that the log has reported since. */
  lost_folders: number;
  /** Windows by state, and items that cannot be stored. */
  open: number;
  partial: number;
  /** Partial windows of which Drive did not give a page. */
  unlisted: number;
  unusable: number;
}

const OPEN = /* sql */ `
SELECT generation.*,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'partial') AS partial,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'partial' AND failure <> ${literal<FailureKind>('page-token-rejected')}) AS unlisted,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'open') AS open,
  (SELECT coalesce(sum(count), 0) FROM item_error WHERE generation_pk = generation.pk AND kind = ${literal<ItemError>('no-id')}) AS unusable
FROM generation WHERE source_pk = ? AND closed_at IS NULL`;

/** Why the crawl cannot be complete; undefined if nothing is missing. */
export function incompleteReasonOf({
  incomplete,
  partial,
  unlisted,
  unusable,
}: GenerationRow): IncompleteReason | undefined {
  if (unlisted > 0) return 'unlisted-files';
  if (partial > 0) return 'page-token-rejected';
  if (incomplete > 0) return 'incomplete-search';
  return unusable > 0 ? 'unusable-items' : undefined;
}

/** Prepares the statements on full crawls. Each call runs inside the caller's transaction. */
export function generationTable(db: Database.Database) {
  const insert = db.prepare(/* sql */ `
    INSERT INTO generation (source_pk, start_token, opened_at) SELECT pk, ?, ? FROM source WHERE id = ? AND state = ${FOLLOWED}
    ON CONFLICT DO NOTHING`);
  const mint = db.prepare(/* sql */ `
    UPDATE source SET change_token = @startToken, log_pages = 0, cycle_token = NULL, cycle_page = 0, read_request = 0,
      ${FORGET_FAILURES}, dead_tokens = dead_tokens + (@replaces IS NOT NULL),
      log_token_size = log_page_size, log_failures = 0, log_dropped_at = iif(@dropsLog, @now, log_dropped_at)
    WHERE id = @sourceId AND state = ${FOLLOWED} AND change_token IS @replaces`);
  const abandon = db
    .prepare<[{ sourceId: string; now: number }], number>(/* sql */ `
      UPDATE generation SET closed_at = @now
      WHERE closed_at IS NULL AND source_pk = (SELECT pk FROM source WHERE id = @sourceId) RETURNING pk`)
    .pluck();
  const begin = db.prepare('UPDATE source SET full_due = 0, sweep_pk = NULL WHERE id = ?');
  const openOf = db.prepare<[number], GenerationRow>(OPEN);
  const noteCrawled = db.prepare('UPDATE generation SET crawled_at = ? WHERE pk = ?');
  const startCatchUp = db.prepare('UPDATE source SET read_request = 0, sweep_pk = 0 WHERE pk = ?');
  const closeOne = db.prepare('UPDATE generation SET closed_at = ? WHERE pk = ?');
  const noteClosed = db.prepare<[{ gap: IncompleteReason | null; now: number; source: number }]>(/* sql */ `
    UPDATE source SET gap = @gap, full_at = @now, list_changed = 1, sweep_pk = NULL WHERE pk = @source`);
  const forgetSeen = db.prepare('DELETE FROM seen WHERE generation_pk = ?');

  function open(sourceId: string, startToken: string | null, openedAt: number): number | undefined {
    const { changes, lastInsertRowid } = insert.run(startToken, openedAt, sourceId);
    if (changes === 0) return undefined;
    begin.run(sourceId);
    return Number(lastInsertRowid);
  }

  return {
    /**
     * Opens a crawl with a start token of its own and abandons one that is open. Returns undefined if the
     * source's log is not the one that the token replaces: another attempt was faster.
     */
    openWithToken(start: CrawlStart, now: number): number | undefined {
      const { sourceId, startToken, openedAt, replaces = null, dropsLog = false } = start;
      const { changes } = mint.run({ sourceId, startToken, replaces, dropsLog: Number(dropsLog), now });
      if (changes === 0) return undefined;
      for (const pk of abandon.all({ sourceId, now })) forgetSeen.run(pk);
      return open(sourceId, startToken, openedAt);
    },
    /** Opens a crawl on top of a copy whose log is live. */
    openOnLog: (sourceId: string, openedAt: number) => open(sourceId, null, openedAt),
    openOf: (sourcePk: number): GenerationRow | undefined => openOf.get(sourcePk),
    /** All windows are listed. The changes since then come next. */
    endCrawl(source: SourceRow, pk: number, now: number): void {
      noteCrawled.run(now, pk);
      startCatchUp.run(source.pk);
    },
    /** Closes the crawl. A gap that it found stays with the source until a crawl succeeds. */
    close(source: SourceRow, generation: GenerationRow, now: number): void {
      closeOne.run(now, generation.pk);
      forgetSeen.run(generation.pk);
      const gap = incompleteReasonOf(generation) ?? null;
      noteClosed.run({ gap, now, source: source.pk });
    },
  };
}

/** The statements on full crawls. */
export type GenerationTable = ReturnType<typeof generationTable>;
