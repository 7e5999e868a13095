import type Database from 'better-sqlite3';
import { USER_SOURCE } from '../../model/job';
import { createChildIndex } from '../search/index-build';
import { CLASS, isWalked, RANK, WALKS } from './walk-rules';

/** Rows of `file` in one step of a plan. */
const ROWS_A_STEP = 50_000;
/** A class of at least this many folders is sampled if no listing of it has found anything. */
const SAMPLED_FOLDERS = 1_000;
const LEAST_SAMPLE = 100;
const SAMPLE_SHARE = 0.05;
const LONGEST_UNLISTED_MS = 180 * 86_400_000;

/** Why a folder comes before the others. */
export interface Front {
  /** The commit number of the change that requires it; 0 if none does. */
  wave: number;
  /** It changed so recently that a listing may lag behind. */
  mayLag: boolean;
}

const ADD_RANGE = /* sql */ `
INSERT INTO walk_folder (folder_id, class, rank, due)
SELECT id, ${CLASS}, ${RANK}, 1 FROM file WHERE pk > @from AND pk <= @to AND ${isWalked('file')}
ON CONFLICT DO UPDATE SET class = excluded.class, rank = excluded.rank, due = max(due, 1)`;

/**
 * A listing under way starts again: its first pages may be older than the change. A folder that Drive refused
 * does not wait for its next try: the change may have given access.
 */
const ADD_FRONT = /* sql */ `
INSERT INTO walk_folder (folder_id, class, rank, due, wave, fresh)
SELECT id, ${CLASS}, ${RANK}, 2, @wave, @fresh FROM file
WHERE id IN (SELECT value FROM json_each(@ids)) AND ${isWalked('file')}
ON CONFLICT DO UPDATE SET due = 2, wave = excluded.wave, fresh = excluded.fresh,
  page = page + 1, page_token = NULL, pages = 0, refusals = 0, restarts = 0, retry_at = NULL, reason = NULL
WHERE @again OR wave < excluded.wave`;

const QUIET_CLASSES = /* sql */ `
SELECT class, count(*) AS folders FROM walk_folder
GROUP BY class HAVING count(listed_at) >= ${String(SAMPLED_FOLDERS)} AND sum(found) = 0`;

/** Leaves out the folders of a class, except for those with the oldest listings. */
const SAMPLE = /* sql */ `
UPDATE walk_folder SET due = 0
WHERE class = @class AND due = 1 AND page_token IS NULL AND listed_at > @old AND folder_id NOT IN (
  SELECT folder_id FROM walk_folder WHERE class = @class AND listed_at IS NOT NULL ORDER BY listed_at LIMIT @kept)`;

function statementsOf(db: Database.Database) {
  return {
    begin: db.prepare('UPDATE store SET walk_plan_pk = 0'),
    place: db.prepare<[], number | null>('SELECT walk_plan_pk FROM store').pluck(),
    nextFile: db.prepare<[number], number | null>('SELECT min(pk) FROM file WHERE pk > ?').pluck(),
    move: db.prepare<[number]>('UPDATE store SET walk_plan_pk = ?'),
    end: db.prepare('UPDATE store SET walk_plan_pk = NULL, walk_round = walk_round + 1'),
    addRange: db.prepare<[{ from: number; to: number }]>(ADD_RANGE),
    addFront: db.prepare<[{ ids: string; wave: number; fresh: number; again: number }]>(ADD_FRONT),
    forgetOthers: db.prepare(
      `DELETE FROM walk_folder WHERE NOT EXISTS (SELECT 1 FROM file WHERE id = folder_id AND ${isWalked('file')})`,
    ),
    quietClasses: db.prepare<[], { class: string; folders: number }>(QUIET_CLASSES),
    sample: db.prepare<[{ class: string; old: number; kept: number }]>(SAMPLE),
    driveTime: db.prepare<[], number | null>(`SELECT as_of FROM source WHERE id = '${USER_SOURCE}'`).pluck(),
    covers: db
      .prepare<[string], number>(
        `SELECT coalesce(trashed, 0) AS trashed FROM file WHERE id = ? AND ${isWalked('file')}`,
      )
      .pluck(),
    walks: db.prepare<[], number>(`SELECT ${WALKS}`).pluck(),
    commitNo: db.prepare<[], number>('SELECT commit_no FROM store').pluck(),
  };
}

/** Decides which folders of others are listed. Each call runs inside the caller's transaction. */
export class WalkPlan {
  readonly #db: Database.Database;
  #prepared: ReturnType<typeof statementsOf> | undefined;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  get #sql(): ReturnType<typeof statementsOf> {
    return (this.#prepared ??= statementsOf(this.#db));
  }

  /** True while the walk may work at all. */
  get isOn(): boolean {
    return this.#sql.walks.get() === 1;
  }

  get isOpen(): boolean {
    return this.#sql.place.get() !== null;
  }

  /** The store's present commit number. */
  get commitNo(): number {
    return this.#sql.commitNo.get() ?? 0;
  }

  /** A crawl has closed: makes all folders due, a part at a time. Listings under way go on. */
  begin(): void {
    this.#sql.begin.run();
  }

  /**
   * Makes a part of the folders due. After the last part it samples the classes in which nothing was found.
   */
  step(): void {
    createChildIndex(this.#db);
    const first = this.#sql.nextFile.get(this.#sql.place.get() ?? 0) ?? null;
    if (first === null) return this.#end();
    const to = first - 1 + ROWS_A_STEP;
    this.#sql.addRange.run({ from: first - 1, to });
    this.#sql.move.run(to);
  }

  /**
   * Whether the walk lists the folder, and whether it is in the trash; undefined if the walk does not list
   * it.
   */
  stateOf(folderId: string): 'trashed' | 'live' | undefined {
    const trashed = this.#sql.covers.get(folderId);
    if (trashed === undefined) return undefined;
    return trashed === 1 ? 'trashed' : 'live';
  }

  /**
   * Has the folders of a listing listed, if they are new or have no listing since the change that asked for
   * it.
   */
  addFound(folderIds: readonly string[], { wave, mayLag }: Front): void {
    if (folderIds.length > 0) this.#addFront(folderIds, { wave, mayLag, relist: 0 });
  }

  /** Has a changed folder listed again, with the folders below it. */
  listAgain(folderId: string, mayLag = false): void {
    this.#addFront([folderId], { wave: this.commitNo, mayLag, relist: 1 });
  }

  #addFront(folderIds: readonly string[], { wave, mayLag, relist }: Front & { relist: 0 | 1 }): void {
    createChildIndex(this.#db);
    this.#sql.addFront.run({ ids: JSON.stringify(folderIds), wave, fresh: Number(mayLag), again: relist });
  }

  #end(): void {
    const { forgetOthers, quietClasses, sample, driveTime, end } = this.#sql;
    forgetOthers.run();
    const old = (driveTime.get() ?? 0) - LONGEST_UNLISTED_MS;
    for (const { class: name, folders } of quietClasses.all()) {
      const kept = Math.max(LEAST_SAMPLE, Math.ceil(folders * SAMPLE_SHARE));
      sample.run({ class: name, old, kept });
    }
    end.run();
  }
}
