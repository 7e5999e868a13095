import type Database from 'better-sqlite3';
import type { FailureKind } from '../../model/failure';
import { FOLDER_TYPE } from '../../model/file';
import { removalLimit } from '../../planning/removal-guard';
import { afterFailure, soonMs } from '../../planning/patience';
import { goesWithFolder } from '../removals/candidate-statements';
import { CHECKED, GONE, OPEN } from '../removals/candidate-words';
import type { OpenCandidate, UnansweredFile } from '../removals/candidates';
import type { EventTable } from '../files/events';
import { childrenOf } from '../files/parents';

const MOST_REMOVED = 2_000;
/** Removals without consent are counted over a day. */
const COUNTED_MS = 86_400_000;

interface GoneRow {
  pk: number;
  id: string;
  /** A folder above is gone too. */
  inherited: number;
}

function statementsOf(db: Database.Database) {
  return {
    add: db.prepare<[string]>('INSERT OR IGNORE INTO walk_candidate (file_id) VALUES (?)'),
    addChildren: db.prepare<[{ folder: string }]>(/* sql */ `
      INSERT OR IGNORE INTO walk_candidate (file_id)
      SELECT id FROM file WHERE pk IN (${childrenOf('@folder')}) AND removed_at IS NULL`),
    open: db.prepare<[number, number], { file_id: string; key: string | null; tries: number }>(/* sql */ `
      SELECT file_id, extra ->> '$.resourceKey' AS key, tries FROM walk_candidate LEFT JOIN file ON file.id = file_id
      WHERE verdict = ${OPEN} AND coalesce(retry_at, 0) <= ? LIMIT ?`),
    retryAt: db
      .prepare<[], number | null>(
        `SELECT min(retry_at) FROM walk_candidate WHERE verdict = ${OPEN} AND reason IS NULL`,
      )
      .pluck(),
    forget: db.prepare<[string]>('DELETE FROM walk_candidate WHERE file_id = ?'),
    judge: db.prepare<[string]>(
      `UPDATE walk_candidate SET verdict = ${GONE}, tries = 0, retry_at = NULL, reason = NULL WHERE file_id = ?`,
    ),
    tries: db.prepare<[string], number>('SELECT tries FROM walk_candidate WHERE file_id = ?').pluck(),
    noAnswer: db.prepare<[{ file: string; tries: number; retryAt: number; reason: FailureKind | null }]>(
      'UPDATE walk_candidate SET tries = @tries, retry_at = @retryAt, reason = @reason WHERE file_id = @file',
    ),
    reopen: db.prepare(`UPDATE walk_candidate SET verdict = ${OPEN}, tries = 0 WHERE verdict = ${GONE}`),
    accept: db.prepare<[number]>('UPDATE store SET walk_accepted = ?'),
    guard: db.prepare<[], { accepted: number; removed: number; since: number }>(
      'SELECT walk_accepted AS accepted, walk_removed AS removed, walk_removed_from AS since FROM store',
    ),
    countRemoved: db.prepare<[number, number]>('UPDATE store SET walk_removed = ?, walk_removed_from = ?'),
    countGone: db.prepare<[], number>(`SELECT count(*) FROM walk_candidate WHERE verdict = ${GONE}`).pluck(),
    countLive: db
      .prepare<[], number>('SELECT count(*) FROM file WHERE walk_only = 1 AND removed_at IS NULL')
      .pluck(),
    forgetUnknown: db.prepare(
      'DELETE FROM walk_candidate WHERE NOT EXISTS (SELECT 1 FROM file WHERE id = file_id AND removed_at IS NULL)',
    ),
    gone: db.prepare<[number], GoneRow>(/* sql */ `
      SELECT file.pk, file.id, ${goesWithFolder('walk_candidate')} AS inherited FROM walk_candidate JOIN file ON file.id = file_id
      WHERE verdict = ${GONE} LIMIT ?`),
    remove: db.prepare<[{ pk: number; now: number }]>(
      `UPDATE file SET removed_at = @now, removal = ${CHECKED}, changed_at = @now WHERE pk = @pk`,
    ),
    forgetFolder: db.prepare<[string]>('DELETE FROM walk_folder WHERE folder_id = ?'),
    mayBeFolder: db
      .prepare<[string], number>(`SELECT mime_type = '${FOLDER_TYPE}' FROM file WHERE id = ?`)
      .pluck(),
  };
}

/**
 * Files that the walk missed. The walk asks for them itself, in the background. Each call runs inside the
 * caller's transaction.
 */
export class WalkCandidates {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #events: EventTable;

  constructor(db: Database.Database, events: EventTable) {
    this.#sql = statementsOf(db);
    this.#events = events;
  }

  /** The file may be gone. */
  add(fileId: string): void {
    this.#sql.add.run(fileId);
  }

  /** Files to ask for now. */
  open(limit: number, now: number): OpenCandidate[] {
    const rows = this.#sql.open.all(now, limit);
    return rows.map(({ file_id: fileId, key, tries }) => ({ fileId, resourceKey: key ?? undefined, tries }));
  }

  /** When the next failed file that is no exception is due. */
  retryAt(): number | undefined {
    return this.#sql.retryAt.get() ?? undefined;
  }

  /** Drive has the file. */
  found(fileId: string): void {
    this.#sql.forget.run(fileId);
  }

  /** Drive does not have the file. Its children may be gone too. */
  gone(fileId: string): void {
    this.#sql.judge.run(fileId);
    if (this.#sql.mayBeFolder.get(fileId) === 1) this.#sql.addChildren.run({ folder: fileId });
  }

  /**
   * Drive gives no answer. After some tries the file is kept, as an exception that is looked up again later.
   */
  noAnswer({ fileId, ...fault }: UnansweredFile, now: number): void {
    const { tries, restMs } = afterFailure(this.#sql.tries.get(fileId) ?? 0, fault);
    const retryAt = now + (restMs ?? soonMs(tries));
    this.#sql.noAnswer.run({
      file: fileId,
      tries,
      retryAt,
      reason: restMs === undefined ? null : fault.reason,
    });
  }

  /**
   * A person has decided. Files that wait to be removed are asked for again, and removed without a limit if
   * the person accepts.
   */
  decide({ accepted }: { accepted: boolean }): void {
    this.#sql.accept.run(Number(accepted));
    this.#sql.reopen.run();
  }

  /** Removes a part of the files that are gone and returns their ids; none if a person must consent first. */
  removeSome(now: number): string[] {
    this.#sql.forgetUnknown.run();
    const gone = this.#sql.countGone.get() ?? 0;
    const guard = this.#guardAt(now);
    if (gone === 0) {
      if (guard.accepted) this.#sql.accept.run(0);
      return [];
    }
    if (!guard.accepted && guard.removed + gone > guard.limit) return [];
    const ids = this.#removeRows(now);
    if (!guard.accepted) this.#sql.countRemoved.run(guard.removed + ids.length, guard.since);
    return ids;
  }

  /** The removals without consent since a moment within the last day, and their limit. */
  #guardAt(now: number): { accepted: boolean; removed: number; since: number; limit: number } {
    const { accepted = 0, removed = 0, since = 0 } = this.#sql.guard.get() ?? {};
    const isOld = now - since > COUNTED_MS;
    const counted = isOld ? { removed: 0, since: now } : { removed, since };
    const limit = removalLimit((this.#sql.countLive.get() ?? 0) + counted.removed);
    return { ...counted, limit, accepted: accepted === 1 };
  }

  #removeRows(now: number): string[] {
    const rows = this.#sql.gone.all(MOST_REMOVED);
    for (const { pk, id, inherited } of rows) {
      this.#sql.remove.run({ pk, now });
      this.#events.add(pk, { kind: 'removed', inherited: inherited === 1, changes: {} }, now);
      this.#sql.forget.run(id);
      this.#sql.forgetFolder.run(id);
    }
    return rows.map(({ id }) => id);
  }
}
