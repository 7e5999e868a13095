import type Database from 'better-sqlite3';
import { smallerAfter } from '../../planning/page-size';
import { afterFailure, soonMs, type ItemFault } from '../../planning/patience';
import { childrenOf } from '../files/parents';
import { isWalked } from './walk-rules';

/** A folder whose children the walk lists, with its checkpoint. */
export interface WalkFolder {
  folderId: string;
  /** The half of its children that is listed: in the trash if the folder is. */
  trashed: boolean;
  pageToken: string | undefined;
  /** Commits so far; part of the compare-and-swap. */
  page: number;
  /** It has no complete listing yet. */
  first: boolean;
  wave: number;
  mayLag: boolean;
  /** Files to ask for per page; undefined asks for the largest page. */
  pageSize: number | undefined;
  /** Failed tries in a row. */
  tries: number;
}

interface FolderRow {
  folder_id: string;
  live: number;
  trashed: number;
  listed_trashed: number;
  page_token: string | null;
  page: number;
  listed_at: number | null;
  wave: number;
  fresh: number;
  page_size: number | null;
  refusals: number;
}

/** Rejected page tokens without progress that count as a refusal. */
const MOST_RESTARTS = 3;

const NEXT = /* sql */ `
SELECT folder_id, file.pk IS NOT NULL AS live, coalesce(file.trashed, 0) AS trashed,
  walk_folder.trashed AS listed_trashed, page_token, page, listed_at, wave, fresh,
  page_size, refusals
FROM walk_folder LEFT JOIN file ON file.id = folder_id AND ${isWalked('file')}
WHERE due > 0 AND coalesce(retry_at, 0) <= ? ORDER BY due DESC, rank, listed_at LIMIT ?`;

const ADVANCE = /* sql */ `
UPDATE walk_folder SET page = page + 1, pages = iif(@sentAt IS NULL, pages + 1, 1), page_token = @next, trashed = @trashed,
  sent_at = coalesce(@sentAt, sent_at), refusals = iif(@isFaulty, refusals, 0), retry_at = NULL, reason = NULL
WHERE folder_id = @folder AND page = @page AND due > 0`;

const FINISH = /* sql */ `
UPDATE walk_folder SET due = 0, fresh = 0, pages = 0, restarts = 0, best_page = 0, page_size = NULL,
  round = (SELECT walk_round FROM store), listed_at = sent_at,
  found = (SELECT count(*) FROM walk_seen WHERE walk_seen.folder_id = walk_folder.folder_id)
WHERE folder_id = ?`;

const RESTART = /* sql */ `
UPDATE walk_folder SET page = page + 1, page_token = NULL, pages = 0,
  restarts = iif(pages > best_page, 1, restarts + 1), best_page = max(best_page, pages)
WHERE folder_id = ? RETURNING restarts`;

/**
 * A page token belongs to its page size: with another size, or after a refusal, the listing starts from its
 * first page.
 */
const REFUSE = /* sql */ `
UPDATE walk_folder SET refusals = @refusals, retry_at = @retryAt, reason = coalesce(@reason, reason), page = page + 1,
  page_size = coalesce(@size, page_size), restarts = 0,
  page_token = iif(@reason IS NULL AND @size IS NULL, page_token, NULL), pages = iif(@reason IS NULL AND @size IS NULL, pages, 0)
WHERE folder_id = @folder`;

/** Children that only the walk has shown before, and that the complete listing did not show. */
const MISSING = /* sql */ `
INSERT OR IGNORE INTO walk_candidate (file_id)
SELECT id FROM file WHERE pk IN (${childrenOf('@folder')}) AND walk_only = 1 AND removed_at IS NULL
  AND id NOT IN (SELECT file_id FROM walk_seen WHERE folder_id = @folder)`;

/**
 * Children in the other half of the listing, such as the user's own files in the trash, if a change asked for
 * the listing: they may have inherited the change.
 */
const UNLISTED_HALF = /* sql */ `
INSERT OR IGNORE INTO walk_candidate (file_id)
SELECT file.id FROM walk_folder JOIN file ON file.pk IN (${childrenOf('@folder')})
WHERE folder_id = @folder AND due = 2 AND removed_at IS NULL AND coalesce(file.trashed, 0) <> walk_folder.trashed`;

function statementsOf(db: Database.Database) {
  return {
    next: db.prepare<[number, number], FolderRow>(NEXT),
    forget: db.prepare<[string]>('DELETE FROM walk_folder WHERE folder_id = ?'),
    advance: db.prepare(ADVANCE),
    finish: db.prepare<[string]>(FINISH),
    restart: db.prepare<[string], number>(RESTART).pluck(),
    state: db.prepare<[string], { refusals: number; page_size: number | null }>(
      'SELECT refusals, page_size FROM walk_folder WHERE folder_id = ?',
    ),
    refuse: db.prepare(REFUSE),
    missing: db.prepare<[{ folder: string }]>(MISSING),
    unlistedHalf: db.prepare<[{ folder: string }]>(UNLISTED_HALF),
    see: db.prepare<[{ folder: string; ids: string }]>(/* sql */ `
      INSERT OR IGNORE INTO walk_seen (folder_id, file_id)
      SELECT @folder, id FROM file
      WHERE id IN (SELECT value FROM json_each(@ids)) AND walk_only = 1 AND removed_at IS NULL`),
    forgetSeen: db.prepare<[string]>('DELETE FROM walk_seen WHERE folder_id = ?'),
    retryAt: db
      .prepare<[], number | null>(
        'SELECT min(retry_at) FROM walk_folder WHERE due > 0 AND reason IS NULL AND retry_at IS NOT NULL',
      )
      .pluck(),
  };
}

/** The listings of the walk. Each call runs inside the caller's transaction. */
export class WalkFolders {
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(db: Database.Database) {
    this.#sql = statementsOf(db);
  }

  /** Folders to list now, the most urgent first. It deletes those that no longer belong to the walk. */
  next(now: number, limit: number): WalkFolder[] {
    for (;;) {
      const rows = this.#sql.next.all(now, limit);
      const live = rows.filter((row) => row.live === 1);
      for (const row of rows) if (row.live === 0) this.#sql.forget.run(row.folder_id);
      if (live.length > 0 || rows.length === 0) return live.map(toFolder);
    }
  }

  /** When the next failed folder that is no exception is due. */
  retryAt(): number | undefined {
    return this.#sql.retryAt.get() ?? undefined;
  }

  /**
   * Moves the checkpoint past a page; false if the page does not come from there. `sentAt`: Drive's clock at
   * the request. `isFaulty`: the page may be incomplete, and the caller calls `refuse` next.
   */
  advance(
    { folderId, trashed, pageToken, page }: WalkFolder,
    {
      nextPageToken,
      sentAt,
      isFaulty,
    }: { nextPageToken: string | undefined; sentAt: number; isFaulty: boolean },
  ): boolean {
    const isFirst = pageToken === undefined;
    const { changes } = this.#sql.advance.run({
      folder: folderId,
      page,
      trashed: Number(trashed),
      next: nextPageToken ?? null,
      isFaulty: Number(isFaulty),
      sentAt: isFirst ? sentAt : null,
    });
    if (changes > 0 && isFirst) this.#sql.forgetSeen.run(folderId);
    return changes > 0;
  }

  /** Notes the files of a page that only the walk has shown. */
  see(folderId: string, fileIds: readonly string[]): void {
    this.#sql.see.run({ folder: folderId, ids: JSON.stringify(fileIds) });
  }

  /** The listing is complete. Files that it should have shown become candidates, and those that it cannot show. */
  finish(folderId: string): void {
    this.#sql.unlistedHalf.run({ folder: folderId });
    this.#sql.missing.run({ folder: folderId });
    this.#sql.finish.run(folderId);
    this.#sql.forgetSeen.run(folderId);
  }

  /** Restarts a listing after its page token was rejected. Without progress that counts as a refusal. */
  restart(folderId: string, now: number): void {
    const restarts = this.#sql.restart.get(folderId) ?? 0;
    if (restarts >= MOST_RESTARTS)
      this.refuse(folderId, { reason: 'page-token-rejected', refused: true }, now);
  }

  /** Counts a failed try. The next one asks for a smaller page if that may help. */
  refuse(folderId: string, fault: ItemFault, now: number): void {
    const before = this.#sql.state.get(folderId);
    const { tries, restMs } = afterFailure(before?.refusals ?? 0, fault);
    const size = smallerAfter(before?.page_size ?? undefined, fault.reason);
    this.#sql.refuse.run({
      folder: folderId,
      refusals: tries,
      retryAt: now + (restMs ?? soonMs(tries)),
      reason: restMs === undefined ? null : fault.reason,
      size: size ?? null,
    });
  }
}

/** A page token belongs to the half of the listing that it was made for. */
function toFolder(row: FolderRow): WalkFolder {
  const goesOn = row.page_token !== null && row.listed_trashed === row.trashed;
  return {
    folderId: row.folder_id,
    trashed: row.trashed === 1,
    pageToken: goesOn ? (row.page_token ?? undefined) : undefined,
    page: row.page,
    first: row.listed_at === null,
    wave: row.wave,
    mayLag: row.fresh === 1,
    pageSize: row.page_size ?? undefined,
    tries: row.refusals,
  };
}
