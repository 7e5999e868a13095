import type Database from 'better-sqlite3';
import type { ChangeEntry, DriveChange } from '../../model/change';
import { FOLDER_TYPE, isFolder, type FileRecord } from '../../model/file';
import { USER_SOURCE } from '../../model/job';
import type { IncompleteReason } from '../../model/reasons';
import { grownPage } from '../../planning/page-size';
import { moveCycleMark } from '../../planning/restart';
import { itemErrorInsert } from '../crawl/item-errors';
import type { FileTable, FileTables, Observation } from '../files/file-table';
import type { LateAnswers } from '../files/late-answers';
import type { RecentReads } from './recent-reads';
import { FORGET_FAILURES } from '../jobs/source-conditions';
import type { SourceRow } from '../jobs/sources';
import type { WalkPlan } from '../walk/walk-plan';

/** How a page of a change log was requested. */
export interface LogRequest {
  token: string;
  /** The store's request number when the page was requested. */
  requestNo: number;
  /** Drive's clock when the page was requested, ms since 1970. */
  sentAt: number;
  /** Entries to ask for per page; undefined asks for the largest page. */
  pageSize?: number | undefined;
}

/** A decoded page of a change log. It is written only if the log still stands at the token of its request. */
export interface ChangePage {
  sourceId: string;
  epoch: number;
  asked: LogRequest;
  entries: readonly ChangeEntry[];
  token: string;
  isEnd: boolean;
  unknown: number;
  unusable: number;
  oldestMs: number | undefined;
}

/**
 * `refused`: the log has moved on, or a newer job start owns the store. `circular`: the page leads back to a
 * past token. Both write nothing.
 */
export type ChangeCommit = 'committed' | 'refused' | 'circular';

/** The tables that a change touches. */
export type ChangeTables = FileTables & {
  files: FileTable;
  recent: RecentReads;
  late: LateAnswers;
  walkPlan: WalkPlan;
};

/** Listings lag behind the log by seconds, rarely by minutes. */
const LONGEST_LAG_MS = 600_000;

interface RemovedRow {
  source_pk: number;
  mime_type: string | null;
  drive_id: string | null;
  removed_at: number | null;
}

const ADVANCE = /* sql */ `
UPDATE source SET change_token = @token, log_pages = iif(@isEnd, 1, log_pages + 1),
  cycle_token = @cycleToken, cycle_page = @cyclePage,
  read_request = iif(@isEnd, @requestNo, 0), read_sent_at = @sentAt, read_at = @now,
  lag_ms = coalesce(@lag, lag_ms), dead_tokens = iif(@isEnd, 0, dead_tokens),
  list_changed = iif(@isEnd AND NOT @crawling, 0, list_changed),
  ${FORGET_FAILURES}, log_failures = 0,
  log_token_size = @tokenSize, log_page_size = @pageSize, log_good_pages = @goodPages
WHERE pk = @pk`;

function statementsOf(db: Database.Database) {
  return {
    removedRow: db.prepare<[string], RemovedRow>(
      'SELECT source_pk, mime_type, drive_id, removed_at FROM file WHERE id = ?',
    ),
    advance: db.prepare(ADVANCE),
    noteIncomplete: db.prepare<[IncompleteReason, number]>(
      'UPDATE source SET gap = coalesce(gap, ?) WHERE pk = ?',
    ),
    noteItems: itemErrorInsert(db),
    countLost: db.prepare('UPDATE generation SET lost_folders = lost_folders + 1 WHERE pk = ?'),
    countChanges: db.prepare('UPDATE job SET changes = changes + ? WHERE epoch = ?'),
  };
}

/** The page size that the log continues with. The next token belongs to the size of the request. */
function sizeAfter(source: SourceRow, asked: number | undefined) {
  const now = source.log_page_size ?? undefined;
  if (now !== asked) return { tokenSize: asked ?? null, pageSize: now ?? null, goodPages: 0 };
  const good = source.log_good_pages + 1;
  const next = grownPage(now, good);
  return { tokenSize: asked ?? null, pageSize: next ?? null, goodPages: next === now ? good : 0 };
}

/** The ids of the files in the entries. */
function fileIds(entries: readonly ChangeEntry[]): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'drive' ? [] : [entry.kind === 'file' ? entry.file.id : entry.fileId],
  );
}

/** Applies change logs. Each call runs inside the caller's transaction. */
export class ChangeLog {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #tables: ChangeTables;

  constructor(db: Database.Database, tables: ChangeTables) {
    this.#sql = statementsOf(db);
    this.#tables = tables;
  }

  /** Writes a page and moves the checkpoint of the log. */
  commit(page: ChangePage, now: number): ChangeCommit {
    const source = this.#tables.sources.byId(page.sourceId);
    if (source === undefined || source.state !== 'followed' || source.change_token !== page.asked.token)
      return 'refused';
    const leadsBack = page.token === page.asked.token || page.token === source.cycle_token;
    if (!page.isEnd && leadsBack) return 'circular';
    this.#apply(source, page, now);
    if (page.entries.length > 0) this.#tables.late.noteCommit(source.pk, fileIds(page.entries));
    this.#noteFindings(source, page, now);
    this.#advance(source, page, now);
    if (page.isEnd) this.#endReading(source.pk);
    return 'committed';
  }

  #apply(source: SourceRow, { entries, asked: { sentAt } }: ChangePage, now: number): void {
    let together: FileRecord[] = [];
    const mayLag = new Set<string>();
    const flush = (): void => {
      if (together.length > 0) this.#put(together, { source, by: 'log', now, sentAt, mayLag });
      together = [];
    };
    for (const entry of entries) {
      if (entry.kind === 'file') {
        together.push(entry.file);
        if ((entry.atMs ?? 0) > sentAt - LONGEST_LAG_MS) mayLag.add(entry.file.id);
        continue;
      }
      // The order of entries counts: one page may remove a file and bring it back.
      flush();
      if (entry.kind === 'removed') this.#remove(source, entry.fileId);
      else if (entry.kind === 'unclear') this.#tables.candidates.ask(entry.fileId, source.pk);
      else this.#changeDrive(entry.drive, now);
    }
    flush();
  }

  #put(files: readonly FileRecord[], observation: Observation): void {
    const { recent } = this.#tables;
    const { pk } = observation.source;
    const ids = files.map(({ id }) => id);
    this.#tables.files.put(files, observation);
    recent.addFromLog(pk, ids);
    for (const file of files) if (isFolder(file)) recent.addChangedFolder(pk, file.id);
  }

  /**
   * If its own home's log removes a file, it is gone. Other logs only say that it is not theirs, so Drive is
   * asked: the file may have been removed in the time that a folder above it spent there.
   */
  #remove(source: SourceRow, fileId: string): void {
    const { candidates, folderWork, recent } = this.#tables;
    recent.addChangedFolder(source.pk, fileId);
    const row = this.#sql.removedRow.get(fileId);
    if (row !== undefined && row.removed_at !== null) return;
    if (row !== undefined && row.source_pk !== source.pk) return candidates.ask(fileId, source.pk);
    // The user's log also has entries of files in shared drives, and cannot say what became of them.
    const isForeign = source.id === USER_SOURCE && row?.drive_id != null;
    if (isForeign) candidates.ask(fileId, source.pk);
    else candidates.gone(fileId, source.pk);
    // An unknown id may be a folder whose children a crawl has seen in time.
    if (row !== undefined && row.mime_type !== FOLDER_TYPE) return;
    folderWork.add(source.pk, fileId, 'doubt');
    if (source.generation_pk !== null) this.#sql.countLost.run(source.generation_pk);
  }

  #changeDrive({ id, name, removed }: DriveChange, now: number): void {
    if (removed) this.#tables.sources.stop(id, 'gone', now);
    else this.#tables.sources.follow([{ id, name }], now);
  }

  /** Entries that cannot be stored make the open crawl incomplete, or the copy until the next crawl. */
  #noteFindings(source: SourceRow, { unknown, unusable, entries, epoch }: ChangePage, now: number): void {
    const { noteItems, noteIncomplete, countChanges } = this.#sql;
    const generation = source.generation_pk ?? 0;
    if (unknown > 0) noteItems.run(generation, 'unknown-change', unknown, now);
    if (unusable > 0) noteItems.run(generation, 'no-id', unusable, now);
    if (unusable > 0 && source.generation_pk === null) noteIncomplete.run('unusable-items', source.pk);
    if (entries.length > 0) countChanges.run(entries.length, epoch);
  }

  #advance(source: SourceRow, page: ChangePage, now: number): void {
    const { token, isEnd, oldestMs } = page;
    const { requestNo, sentAt } = page.asked;
    const before = { token: source.cycle_token ?? undefined, page: source.cycle_page };
    const mark = isEnd ? undefined : moveCycleMark(before, token, source.log_pages + 1);
    this.#sql.advance.run({
      pk: source.pk,
      token,
      cycleToken: mark?.token ?? null,
      cyclePage: mark?.page ?? 0,
      isEnd: Number(isEnd),
      requestNo,
      sentAt,
      now,
      crawling: Number(source.generation_pk !== null),
      ...sizeAfter(source, page.asked.pageSize),
      // Both times are Drive's.
      lag: oldestMs === undefined ? null : Math.max(0, sentAt - oldestMs),
    });
  }

  /**
   * The log is at its end: files and folders that it has overtaken are read again. The walk reads folders of
   * others.
   */
  #endReading(sourcePk: number): void {
    const { candidates, folderWork, recent, walkPlan } = this.#tables;
    folderWork.clear(sourcePk);
    const overtaken = recent.endReading(sourcePk);
    for (const fileId of overtaken.files) candidates.ask(fileId, sourcePk);
    for (const folderId of overtaken.folders) {
      if (walkPlan.isOn && walkPlan.stateOf(folderId) !== undefined) walkPlan.listAgain(folderId);
      else folderWork.add(sourcePk, folderId, 'list');
    }
  }
}
