import type Database from 'better-sqlite3';
import type { SharedDrive } from '../../model/change';
import type { FailureKind } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import { dueCrawls } from '../../planning/full-crawls';
import { smallerPage, type PageFault } from '../../planning/page-size';
import type { FollowState, IncompleteReason, LeaveReason, OldPartialReason } from '../../model/reasons';
import type { AccountSettings, DriveScope } from '../../model/settings';
import { settingsReader } from './account-settings';
import { createStateIndex } from '../search/index-build';
import { SCOPE } from '../removals/candidate-words';
import { FOLLOWED, FORGET_FAILURES, HAS_CRAWL, LEAVING } from './source-conditions';

/**
 * The column `gap` has two meanings: why the copy is incomplete, and while the source is leaving, why it is
 * left.
 */
type SourceStanding =
  | { state: 'leaving'; gap: LeaveReason }
  | { state: Exclude<FollowState, 'leaving'>; gap: IncompleteReason | OldPartialReason | null };

/** A source, as the code that writes it needs it. */
export type SourceRow = SourceStanding & {
  pk: number;
  id: string;
  change_token: string | null;
  read_request: number;
  read_sent_at: number | null;
  entry_no: number;
  dead_tokens: number;
  log_pages: number;
  cycle_token: string | null;
  cycle_page: number;
  list_changed: number;
  full_due: number;
  current_at: number | null;
  accepted: number;
  root_id: string | null;
  sweep_pk: number | null;
  failures: number;
  log_page_size: number | null;
  log_token_size: number | null;
  log_good_pages: number;
  log_dropped_at: number | null;
  /** The open generation; null if there is none. */
  generation_pk: number | null;
};

const DAY_MS = 86_400_000;

const SELECT = /* sql */ `
SELECT source.*, (SELECT generation.pk FROM generation WHERE source_pk = source.pk AND closed_at IS NULL) AS generation_pk
FROM source`;

/** A row's home is its drive's source if that is followed, otherwise the user's own. */
const REHOME = /* sql */ `
UPDATE file SET source_pk = (SELECT pk FROM source WHERE id = file.drive_id)
WHERE drive_id IN (SELECT id FROM source WHERE state = ${FOLLOWED})
  AND source_pk = (SELECT pk FROM source WHERE id = '${USER_SOURCE}')`;

/**
 * True if the last crawl minted a start token: listings lag behind, and the log is silent about changes from
 * just before its token.
 */
const WAS_MINTED = /* sql */ `
coalesce((SELECT start_token IS NOT NULL FROM generation WHERE source_pk = source.pk ORDER BY pk DESC LIMIT 1), 0)`;

const HAS_COPY = /* sql */ `state = ${FOLLOWED} AND change_token IS NOT NULL AND NOT ${HAS_CRAWL}`;

const COPIES = /* sql */ `
SELECT id, coalesce(full_at, current_at, 0) AS full_at, gap IS NOT NULL AS has_gap, ${WAS_MINTED} AS was_minted
FROM source WHERE ${HAS_COPY}`;

interface CopyRow {
  id: string;
  full_at: number;
  has_gap: number;
  was_minted: number;
}

/** True if a drive is wanted. */
export function isWanted(scope: DriveScope, driveId: string): boolean {
  return scope === 'all' || (scope !== 'none' && scope.includes(driveId));
}

/** Forgets what it answered and how it failed. */
const FOLLOW = /* sql */ `
UPDATE source SET state = ${FOLLOWED}, retired_at = NULL, change_token = NULL, gap = NULL, full_due = 0, accepted = 0,
  read_request = 0, settled_request = 0, failed_request = 0, as_of = NULL, ${FORGET_FAILURES}
WHERE id = ? AND state <> ${FOLLOWED}`;

const FAIL = /* sql */ `
UPDATE source SET failures = failures + 1, log_failures = log_failures + @log, failure = @kind, retry_at = @retryAt
WHERE id = @id RETURNING iif(@log, max(failures, log_failures), failures)`;

const LEAVE = /* sql */ `
UPDATE source SET state = ${LEAVING}, change_token = NULL, sweep_pk = 0, retired_at = @now, full_due = 0, gap = @why, accepted = 0,
  ${FORGET_FAILURES}
WHERE id = @id AND state = ${FOLLOWED}`;

function statementsOf(db: Database.Database) {
  const ofSource = 'source_pk = (SELECT pk FROM source WHERE id = @id)';
  return {
    byId: db.prepare<[string], SourceRow>(`${SELECT} WHERE source.id = ?`),
    followed: db
      .prepare<[string], string>(`SELECT id FROM source WHERE state = ${FOLLOWED} AND id <> ?`)
      .pluck(),
    add: db.prepare('INSERT OR IGNORE INTO source (id, name) VALUES (?, ?)'),
    rename: db.prepare('UPDATE source SET name = ? WHERE id = ? AND name IS NOT ?'),
    follow: db.prepare(FOLLOW),
    leave: db.prepare<[{ id: string; why: LeaveReason; now: number }]>(LEAVE),
    abandonCrawl: db.prepare(
      `UPDATE generation SET closed_at = @now WHERE closed_at IS NULL AND ${ofSource}`,
    ),
    forgetSeen: db.prepare(
      `DELETE FROM seen WHERE generation_pk IN (SELECT pk FROM generation WHERE closed_at IS NULL AND ${ofSource})`,
    ),
    forgetWork: db.prepare(`DELETE FROM folder_work WHERE ${ofSource}`),
    forgetReads: db.prepare(`DELETE FROM recent_read WHERE ${ofSource}`),
    forgetPages: db.prepare(`DELETE FROM log_read WHERE ${ofSource}`),
    keepFiles: db.prepare(`DELETE FROM candidate WHERE cause = ${SCOPE} AND ${ofSource}`),
    rehome: db.prepare(REHOME),
    noteHidden: db.prepare<[FailureKind | null, FailureKind | null]>(
      'UPDATE store SET drives_hidden = ? WHERE drives_hidden IS NOT ?',
    ),
    askForCrawls: db.prepare<[{ full: number }]>(
      `UPDATE source SET full_due = 1 WHERE ${HAS_COPY} AND (@full OR gap IS NOT NULL)`,
    ),
    copies: db.prepare<[], CopyRow>(COPIES),
    fullDue: db.prepare('UPDATE source SET full_due = 1 WHERE id = ?'),
    fail: db.prepare<[{ id: string; kind: FailureKind; retryAt: number; log: number }], number>(FAIL).pluck(),
    noteTrouble: db.prepare<[FailureKind, string]>('UPDATE source SET failure = ? WHERE id = ?'),
    resizeLog: db.prepare<[{ id: string; size: number | null; why: FailureKind }]>(
      "UPDATE source SET log_page_size = @size, log_good_pages = 0, failure = @why, retry_at = iif(@why = 'page-token-rejected', NULL, retry_at) WHERE id = @id",
    ),
  };
}

/** The sources of an account. Each call runs inside the caller's transaction. */
export class SourceTable {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #settings: () => AccountSettings;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = statementsOf(db);
    this.#settings = settingsReader(db);
  }

  byId(id: string): SourceRow | undefined {
    return this.#sql.byId.get(id);
  }

  /**
   * Counts a failed step and returns the number of failures in a row. `log`: it was a request for a page of
   * the log, which counts over all jobs.
   */
  fail(id: string, { kind, retryAt, log }: { kind: FailureKind; retryAt: number; log: boolean }): number {
    return this.#sql.fail.get({ id, kind, retryAt, log: Number(log) }) ?? 0;
  }

  /** Notes why the source is slow now. */
  noteTrouble(id: string, why: FailureKind): void {
    this.#sql.noteTrouble.run(why, id);
  }

  /**
   * Asks for smaller pages of the log from now on; false if the log has moved on, or smaller pages would not
   * help.
   */
  shrinkLog(id: string, token: string, fault: PageFault): boolean {
    const source = this.byId(id);
    if (source?.change_token !== token) return false;
    const size = smallerPage(source.log_page_size ?? undefined, fault);
    if (size === undefined) return false;
    this.#sql.resizeLog.run({ id, size, why: fault });
    return true;
  }

  /** Restores the page size of the log's token; false if the rejected request had that size. */
  restoreLogSize(id: string, token: string): boolean {
    const source = this.byId(id);
    if (source?.change_token !== token || source.log_page_size === source.log_token_size) return false;
    this.#sql.resizeLog.run({ id, size: source.log_token_size, why: 'page-token-rejected' });
    return true;
  }

  /** True if an unreadable log may be replaced by a new crawl: once a day. */
  mayDropLog(id: string, now: number): boolean {
    return (this.byId(id)?.log_dropped_at ?? 0) <= now - DAY_MS;
  }

  /**
   * Marks the sources that need a full crawl: all if a person asked for it, incomplete ones after a reset,
   * and those that are due.
   */
  planCrawls({ full, reset, now }: { full: boolean; reset: boolean; now: number }): void {
    const { askForCrawls, copies, fullDue } = this.#sql;
    if (full || reset) askForCrawls.run({ full: Number(full) });
    const known = copies.all().map((row) => ({
      id: row.id,
      fullAt: row.full_at,
      isIncomplete: row.has_gap === 1,
      wasMinted: row.was_minted === 1,
    }));
    for (const id of dueCrawls(known, { now, everyMs: this.#settings().fullEveryMs })) fullDue.run(id);
  }

  addUser(): void {
    this.#sql.add.run(USER_SOURCE, null);
  }

  /** Notes why Drive did not list the shared drives, or that it did. */
  noteHidden(why: FailureKind | undefined): void {
    this.#sql.noteHidden.run(why ?? null, why ?? null);
  }

  /** Starts to follow a drive if it is wanted; true if it was not followed before. */
  start({ id, name }: SharedDrive): boolean {
    if (!isWanted(this.#settings().drives, id)) return false;
    const isNew = this.#sql.add.run(id, name ?? null).changes > 0;
    if (name !== undefined) this.#sql.rename.run(name, id, name);
    const isStarted = isNew || this.#follow(id);
    if (isStarted) createStateIndex(this.#db);
    return isStarted;
  }

  /** Follows a drive again that was left. Its files are wanted again. */
  #follow(id: string): boolean {
    if (this.#sql.follow.run(id).changes === 0) return false;
    this.#sql.keepFiles.run({ id });
    return true;
  }

  /** Stops following a source: no crawl, no log. Its next turn settles its rows. */
  stop(id: string, why: LeaveReason, now: number): void {
    if (id === USER_SOURCE) return;
    const { leave, abandonCrawl, forgetSeen, forgetWork, forgetReads, forgetPages, fullDue } = this.#sql;
    if (leave.run({ id, why, now }).changes === 0) return;
    forgetSeen.run({ id });
    abandonCrawl.run({ id, now });
    forgetWork.run({ id });
    forgetReads.run({ id });
    forgetPages.run({ id });
    // Files of the drive that the user has opened are in their own source too. Only a crawl of that source
    // shows them.
    if (why === 'unfollowed') fullDue.run(USER_SOURCE);
  }

  /** Follows the drives that are wanted, and leaves those that are not. */
  follow(drives: readonly SharedDrive[], now: number): void {
    const wanted = this.#settings().drives;
    const named = typeof wanted === 'string' ? [] : wanted.map((id) => ({ id, name: undefined }));
    const started = [...drives, ...named].filter((drive) => this.start(drive));
    if (started.length > 0) this.#sql.rehome.run();
    for (const id of this.#sql.followed.all(USER_SOURCE))
      if (!isWanted(wanted, id)) this.stop(id, 'unfollowed', now);
  }
}
