import type Database from 'better-sqlite3';
import { FOLDER_TYPE } from '../../model/file';
import type { ContentSettings } from '../../model/settings';
import type { SqlValue } from '../../model/values';
import { isShared, verdictOf, type PlannedFile, type FileVerdict } from '../planning/policy';
import { CONTENT_REASONS, type ContentReason } from '../model/state';

/** Rows of the metadata store in one step. */
const ROWS_A_STEP = 5_000;
/** The plan looks at all files after this time, in case one was missed. */
const FULL_EVERY_MS = 86_400_000;

/** What `toPlannedFile` takes of a row of `file`. */
export const PLANNED_COLUMNS =
  'id, name, mime_type, size, md5, modified_time, trashed, owned_by_me, removed_at';
const COLUMNS = `pk, changed_at, ${PLANNED_COLUMNS}`;
const changed = (leftOut: string): string => /* sql */ `
SELECT ${COLUMNS}, ${leftOut} AS left_out FROM file WHERE changed_at > @at OR changed_at = @at AND pk > @pk
ORDER BY changed_at, pk LIMIT ${String(ROWS_A_STEP)}`;
const all = (leftOut: string): string =>
  `SELECT ${COLUMNS}, ${leftOut} AS left_out FROM file WHERE pk > @pk ORDER BY pk LIMIT ${String(ROWS_A_STEP)}`;

type FileRow = Record<string, SqlValue>;

interface PlanRow {
  planned_to: number;
  plan_pk: number | null;
  plan_full: number;
  full_plan_at: number;
  settings: string | null;
}

interface KnownDocument {
  state: string;
  reason: string | null;
  stamp: string | null;
  body_pk: number | null;
}

function statementsOf(db: Database.Database) {
  return {
    state: db.prepare<[], PlanRow>(
      'SELECT planned_to, plan_pk, plan_full, full_plan_at, settings FROM content_store',
    ),
    begin: db.prepare<[{ full: number; settings: string; to: number }]>(
      'UPDATE content_store SET plan_pk = 0, plan_full = @full, settings = @settings, planned_to = iif(@full, @to, planned_to)',
    ),
    move: db.prepare<[{ at: number; pk: number }]>(
      'UPDATE content_store SET planned_to = iif(plan_full, planned_to, @at), plan_pk = @pk',
    ),
    end: db.prepare<[{ now: number }]>(
      'UPDATE content_store SET plan_pk = NULL, full_plan_at = iif(plan_full, @now, full_plan_at), plan_full = 0',
    ),
    known: db.prepare<[string], KnownDocument>(
      'SELECT state, reason, stamp, body_pk FROM document WHERE file_id = ?',
    ),
    bodyOf: db.prepare<[string], number>('SELECT pk FROM body WHERE key = ?').pluck(),
    forget: db.prepare<[string]>('DELETE FROM document WHERE file_id = ?'),
    skip: db.prepare(/* sql */ `
      INSERT INTO document (file_id, file_pk, state, reason, modified, bytes)
      VALUES (@id, @pk, @state, @reason, @modified, @bytes)
      ON CONFLICT DO UPDATE SET file_pk = @pk, state = @state, reason = @reason, modified = @modified, bytes = @bytes,
        stamp = NULL, body_pk = NULL, failures = 0, due_since = NULL, retry_at = NULL`),
    link: db.prepare(/* sql */ `
      INSERT INTO document (file_id, file_pk, state, modified, bytes, stamp, body_pk, rank, done_at)
      VALUES (@id, @pk, 'done', @modified, @bytes, @stamp, @body, @rank, @now)
      ON CONFLICT DO UPDATE SET file_pk = @pk, state = 'done', reason = NULL, modified = @modified, bytes = @bytes,
        stamp = @stamp, body_pk = @body, rank = @rank, failures = 0, due_since = NULL, retry_at = NULL, done_at = @now`),
    due: db.prepare(/* sql */ `
      INSERT INTO document (file_id, file_pk, state, modified, bytes, stamp, rank, due_since)
      VALUES (@id, @pk, 'due', @modified, @bytes, @stamp, @rank, @now)
      ON CONFLICT DO UPDATE SET file_pk = @pk, reason = iif(state = 'due', reason, NULL), state = 'due', modified = @modified,
        bytes = @bytes, stamp = @stamp, rank = @rank, failures = 0, retry_at = NULL, due_since = coalesce(due_since, @now),
        lease = 0`),
    refresh: db.prepare(
      'UPDATE document SET file_pk = @pk, modified = @modified, bytes = @bytes WHERE file_id = @id',
    ),
  };
}

/** How far a plan has come. */
export interface PlanStep {
  /** There are more rows to look at. */
  more: boolean;
  rows: number;
}

/** SQL that is 1 for a row of `file` that the settings leave out, and otherwise 0. */
export type LeftOut = (settings: ContentSettings) => { sql: string; params: readonly SqlValue[] };

/** Compares the metadata store with what is known of its contents. Each step is a transaction of its own. */
export class ContentPlan {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #db: Database.Database;
  readonly #metadata: Database.Database;
  readonly #leftOutOf: LeftOut;
  /** Of the open plan: what is in a folder does not change meanwhile, because that begins another plan. */
  #leftOut: ReturnType<LeftOut> | undefined;

  /** `metadata`: a connection to the metadata store; nothing is written to it. */
  constructor(db: Database.Database, metadata: Database.Database, leftOutOf: LeftOut) {
    this.#db = db;
    this.#metadata = metadata;
    this.#leftOutOf = leftOutOf;
    this.#sql = statementsOf(db);
  }

  /** Looks at the next rows. A plan that has ended begins again with the rows that have changed since. */
  step(settings: ContentSettings, now: number): PlanStep {
    const rows = this.#db.transaction(() => {
      this.#begin(settings, now);
      const { planned_to: at, plan_pk: pk, plan_full: full } = this.#sql.state.get() ?? NO_PLAN;
      const { sql, params } = (this.#leftOut ??= this.#leftOutOf(settings));
      const found = this.#metadata
        .prepare<unknown[], FileRow>(full === 1 ? all(sql) : changed(sql))
        .all(...params, { at, pk: pk ?? 0 });
      for (const row of found) this.#take(row, settings, now);
      const last = found.at(-1);
      if (last !== undefined) this.#sql.move.run({ at: Number(last['changed_at']), pk: Number(last['pk']) });
      if (found.length < ROWS_A_STEP) this.#sql.end.run({ now });
      return found.length;
    })();
    return { more: rows === ROWS_A_STEP, rows };
  }

  /** True if a plan is open, or a new one would find something. */
  isDue(settings: ContentSettings, now: number): boolean {
    const state = this.#sql.state.get() ?? NO_PLAN;
    return (
      state.plan_pk !== null || needsFull(state, settings, now) || this.#newestChange() > state.planned_to
    );
  }

  #begin(settings: ContentSettings, now: number): void {
    const state = this.#sql.state.get() ?? NO_PLAN;
    const text = JSON.stringify(settings);
    if (state.settings === text && state.plan_pk !== null) return;
    const full = Number(needsFull(state, settings, now) || this.#movesFiles(state, settings));
    this.#leftOut = undefined;
    // A row that changes after a full plan has looked at it is in the next one.
    const to = full === 1 ? this.#newestChange() : 0;
    this.#sql.begin.run({ full, settings: text, to });
  }

  /** True if the settings choose files, and a folder has changed: files below it may be chosen or left out now. */
  #movesFiles({ planned_to: at }: PlanRow, { include, exclude }: ContentSettings): boolean {
    if (include === '' && exclude === '') return false;
    const sql = `SELECT EXISTS (SELECT 1 FROM file WHERE changed_at > ? AND mime_type = '${FOLDER_TYPE}')`;
    return this.#metadata.prepare<[number], number>(sql).pluck().get(at) === 1;
  }

  #newestChange(): number {
    const sql = 'SELECT coalesce(max(changed_at), 0) FROM file';
    return this.#metadata.prepare<[], number>(sql).pluck().get() ?? 0;
  }

  #take(row: FileRow, settings: ContentSettings, now: number): void {
    const file = toPlannedFile(row);
    const verdict = verdictOf(file, settings);
    if (verdict.kind === 'none') {
      this.#sql.forget.run(file.id);
      return;
    }
    const values = { id: file.id, pk: Number(row['pk']), modified: file.modifiedTime, bytes: file.size ?? 0 };
    if (verdict.kind === 'skip') this.#skip(values, verdict.reason);
    else this.#fetch(values, verdict, now);
  }

  #skip(values: { id: string }, reason: ContentReason): void {
    const known = this.#sql.known.get(values.id);
    if (known?.reason === reason) this.#sql.refresh.run(values);
    else this.#sql.skip.run({ ...values, reason, state: CONTENT_REASONS[reason].state });
  }

  #fetch(values: { id: string }, verdict: Extract<FileVerdict, { kind: 'fetch' }>, now: number): void {
    const { stamp, rank } = verdict;
    const known = this.#sql.known.get(values.id);
    if (known?.stamp === stamp) {
      this.#sql.refresh.run(values);
      return;
    }
    const body = isShared(stamp) ? this.#sql.bodyOf.get(stamp) : undefined;
    if (body !== undefined) this.#sql.link.run({ ...values, stamp, body, rank, now });
    else this.#sql.due.run({ ...values, stamp, rank, now });
  }
}

const NO_PLAN: PlanRow = { planned_to: 0, plan_pk: null, plan_full: 0, full_plan_at: 0, settings: null };

/** True if the settings have changed, or a change may be hidden: a clock may have been set back. */
function needsFull(state: PlanRow, settings: ContentSettings, now: number): boolean {
  const isOld = now - state.full_plan_at > FULL_EVERY_MS || now < state.planned_to;
  return isOld || state.settings !== JSON.stringify(settings);
}

/** Reads a row of `file`; integers as numbers. */
export function toPlannedFile(row: FileRow): PlannedFile {
  const text = (name: string): string => (typeof row[name] === 'string' ? row[name] : '');
  const flag = (name: string): boolean | undefined => (row[name] === null ? undefined : row[name] === 1);
  return {
    id: text('id'),
    name: text('name'),
    mimeType: text('mime_type'),
    size: typeof row['size'] === 'number' ? row['size'] : undefined,
    md5: text('md5') === '' ? undefined : text('md5'),
    modifiedTime: text('modified_time'),
    trashed: flag('trashed') === true,
    ownedByMe: flag('owned_by_me'),
    removed: row['removed_at'] !== null,
    leftOut: row['left_out'] === 1,
  };
}
