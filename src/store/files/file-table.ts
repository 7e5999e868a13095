import type Database from 'better-sqlite3';
import { differences, rowEvent, type RowEvent } from '../../model/event';
import {
  driveIdOf,
  isFolder,
  RECORD_COLUMNS,
  severalParents,
  valueOf,
  type FileRecord,
} from '../../model/file';
import type { SqlValue } from '../../model/values';
import { USER_SOURCE } from '../../model/job';
import {
  workAfterChange,
  decideWrite,
  type Authority,
  type FolderChange,
  type WriteDecision,
} from '../../planning/reconcile';
import type { CandidateTable } from '../removals/candidates';
import type { EventTable } from './events';
import { fileStatements, withoutId, type FoundRow } from './file-statements';
import type { FolderWorkTable } from '../folders/folder-work';
import { SEARCHED_COLUMNS } from '../search/index-build';
import { parentTable, type ParentTable } from './parents';
import type { SourceRow, SourceTable } from '../jobs/sources';

const EXTRA_AT = RECORD_COLUMNS.indexOf('extra');
/** A lagging listing may not know of a removal that is younger than this when the crawl opens. */
const LISTING_LAG_MS = 3_600_000;
/** Drive's clock has a resolution of one second. */
const CLOCK_STEP_MS = 1_000;

/** The authority, source and time of incoming files. */
export interface Telling {
  source: SourceRow;
  by: Authority;
  now: number;
  /** The crawl that listed them; undefined outside of a crawl. */
  crawl?: number;
  /** Drive's clock when a page of a log was requested, ms since 1970. */
  sentAt?: number;
  /** Files that changed so lately that listings may lag behind. */
  fresh?: ReadonlySet<string>;
  /**
   * Set for the listing of a folder that somebody else owns. `silent`: new files are not events, because the
   * folder was never listed before.
   */
  walk?: { silent: boolean };
}

/** The tables that a written file touches. */
export interface FileTables {
  sources: SourceTable;
  events: EventTable;
  candidates: CandidateTable;
  folderWork: FolderWorkTable;
}

/** Writes files. Writing a record twice, or an older one after a newer one, changes nothing. */
export interface FileTable {
  put(files: Iterable<FileRecord>, telling: Telling): void;
}

interface Page extends Telling {
  homes: Map<string | undefined, SourceRow>;
  hasCandidates: boolean;
  /** Rows whose entry in the search index is out of date; undefined while there is no index. */
  stale: number[] | undefined;
  added: number;
  changed: number;
}

interface Arrival {
  record: FileRecord;
  home: SourceRow;
  decisive: boolean;
}

/** An incoming file next to its row. */
interface Sighted {
  row: FoundRow;
  arrival: Arrival;
  page: Page;
  /** The columns that differ. */
  places: readonly number[];
}

/** A file that was written or left unchanged. */
interface Told {
  row: FoundRow | undefined;
  arrival: Arrival;
  page: Page;
  event: RowEvent | undefined;
}

/** Prepares the writer of files. Each call runs inside the caller's transaction. */
export function fileTable(db: Database.Database, tables: FileTables): FileTable {
  const writer = new FileWriter(fileStatements(db), parentTable(db), tables);
  return { put: (files, telling) => writer.put(files, telling) };
}

/** True for the listing of a folder: what it shows follows from an event of the folder. */
function isWalk({ by, crawl }: Telling): boolean {
  return by === 'listing' && crawl === undefined;
}

/** True if a crawl or the user's log shows the file without a listing of its folder. */
function isFlat({ by, crawl }: Telling): boolean {
  return by === 'log' || crawl !== undefined;
}

/** The columns to set in a row. */
function changesOf(
  verdict: 'write' | 'content',
  { row, arrival, page, places }: Sighted,
): Map<string, SqlValue> {
  const { record, home } = arrival;
  const changes = new Map<string, SqlValue>([['changed_at', page.now]]);
  if (row.source_pk !== home.pk) changes.set('source_pk', home.pk);
  if (verdict === 'write') changes.set('generation_pk', home.generation_pk);
  if (verdict === 'write' && row.removed_at !== null) changes.set('removed_at', null).set('removal', null);
  const walkOnly = walkOnlyOf({ row, arrival, page });
  if (walkOnly !== row.walk_only) changes.set('walk_only', walkOnly);
  for (const at of places) changes.set(RECORD_COLUMNS[at] ?? '', record.values[at] ?? null);
  return changes;
}

/** Whether only listings of its folder have shown the file, after this one. */
function walkOnlyOf({ row, arrival, page }: Omit<Sighted, 'places'>): number {
  const { home, decisive } = arrival;
  if (decisive && isFlat(page)) return 0;
  const returns = row.removed_at !== null && page.walk !== undefined && home.id === USER_SOURCE;
  return returns ? 1 : row.walk_only;
}

function folderChangeOf({
  row,
  arrival: { home, decisive },
  page: { by, source },
  event,
}: Told): FolderChange {
  const changed = (...fields: string[]): boolean =>
    fields.some((field) => event?.changes[field] !== undefined);
  const moved = row === undefined || row.source_pk !== home.pk;
  return {
    // A first crawl lists the folder's children itself, and its log tells of later changes.
    appeared: decisive ? moved || row.removed_at !== null : moved && home.current_at !== null,
    trashFlipped: changed('trashed'),
    accessChanged: changed('permissionIds', 'shared', 'owned_by_me'),
    mayHideChildren: by === 'log' && decisive && (source.generation_pk !== null || source.list_changed === 1),
  };
}

class FileWriter {
  readonly #sql: ReturnType<typeof fileStatements>;
  readonly #parents: ParentTable;
  readonly #tables: FileTables;

  constructor(sql: ReturnType<typeof fileStatements>, parents: ParentTable, tables: FileTables) {
    this.#sql = sql;
    this.#parents = parents;
    this.#tables = tables;
  }

  put(files: Iterable<FileRecord>, telling: Telling): void {
    const hasCandidates = this.#tables.candidates.any();
    const stale = this.#sql.isIndexed.get() === 1 ? [] : undefined;
    const page: Page = { ...telling, homes: new Map(), hasCandidates, stale, added: 0, changed: 0 };
    for (const record of files) {
      const home = this.#homeOf(record, page);
      const decisive = telling.by === 'get' || home.pk === telling.source.pk;
      this.#putOne({ record, home, decisive }, page);
    }
    if (telling.crawl !== undefined && page.added + page.changed > 0)
      this.#sql.countFindings.run(page.added, page.changed, telling.crawl);
    if (stale !== undefined && stale.length > 0) this.#sql.noteStale.run(JSON.stringify(stale));
  }

  /** A file belongs to its drive's source if that is followed, else to the user's own. */
  #homeOf(record: FileRecord, { homes, source }: Page): SourceRow {
    const { sources } = this.#tables;
    const driveId = driveIdOf(record);
    const known = homes.get(driveId);
    if (known !== undefined) return known;
    if (driveId !== undefined && sources.byId(driveId) === undefined)
      sources.start({ id: driveId, name: undefined });
    const own = driveId === undefined ? undefined : sources.byId(driveId);
    const home = own?.state === 'followed' ? own : (sources.byId(USER_SOURCE) ?? source);
    homes.set(driveId, home);
    return home;
  }

  #putOne(arrival: Arrival, page: Page): void {
    const { record, home, decisive } = arrival;
    const isFirstCrawl = page.crawl !== undefined && home.current_at === null;
    const isPlain = decisive && !page.hasCandidates;
    if (isPlain && isFirstCrawl && page.stale === undefined && this.#upsert(arrival, page)) return;
    if (isPlain && !isFirstCrawl && this.#markUnchanged(arrival, page)) return;
    const row = this.#sql.find(record);
    if (row === undefined) return this.#insert(arrival, page);
    const sighted = { row, arrival, page, places: differences(row.values, record.values) };
    const verdict = this.#judge(sighted);
    if (verdict !== 'ask') this.#noteAlive(arrival, page);
    const event = this.#write(verdict, sighted);
    this.#followFolder({ row, arrival, page, event });
  }

  /** False for a file that needs a closer look, such as one with several parents. */
  #upsert({ record, home }: Arrival, { crawl, now }: Page): boolean {
    if (severalParents(valueOf(record, 'extra')) !== undefined) return false;
    return this.#sql.upsert.run(home.pk, crawl ?? null, now, now, ...record.values).changes > 0;
  }

  /** False outside of a crawl, and for a file that needs a closer look. */
  #markUnchanged({ record, home }: Arrival, { crawl }: Page): boolean {
    if (crawl === undefined || home.generation_pk !== crawl) return false;
    const { id, values } = record;
    return this.#sql.markUnchanged.run(crawl, id, home.pk, crawl, ...withoutId(values)).changes > 0;
  }

  #noteAlive({ record, decisive }: Arrival, { by, hasCandidates }: Page): void {
    if (decisive && hasCandidates) this.#tables.candidates.seenAlive(record.id, by);
  }

  #judge({ row, arrival, page, places }: Sighted): WriteDecision {
    const { home, decisive } = arrival;
    const { by, now } = page;
    return decideWrite({
      by,
      decisive,
      newer: row.newer,
      same: places.length === 0,
      rehomed: row.source_pk !== home.pk,
      removed: row.removed_at !== null,
      youngRemoval: row.removal === 'log' && (row.removed_at ?? 0) > now - LISTING_LAG_MS,
    });
  }

  #insert(arrival: Arrival, page: Page): void {
    const { record, home, decisive } = arrival;
    // A row that its home has not listed is confirmed at the end of the home's crawl.
    const generation = decisive ? home.generation_pk : null;
    const { lastInsertRowid } = this.#sql.insert.run(
      home.pk,
      generation,
      page.now,
      page.now,
      Number(page.walk !== undefined && home.id === USER_SOURCE),
      ...record.values,
    );
    this.#parents.follow(lastInsertRowid, null, valueOf(record, 'extra'));
    page.stale?.push(Number(lastInsertRowid));
    this.#noteAlive(arrival, page);
    this.#askWhereLate(arrival, page);
    if (home.current_at !== null && page.walk?.silent !== true) {
      const event = { kind: 'created', inherited: isWalk(page), changes: {} } as const;
      this.#tables.events.add(lastInsertRowid, event, page.now);
      page.added += 1;
    }
    this.#followFolder({ row: undefined, arrival, page, event: undefined });
  }

  /**
   * The home's log may have told since the request that the file is gone, when there was no row to remove.
   */
  #askWhereLate({ record, home, decisive }: Arrival, { source, sentAt = Infinity }: Page): void {
    if (!decisive && (home.read_sent_at ?? -Infinity) >= sentAt - CLOCK_STEP_MS)
      this.#tables.candidates.ask(record.id, source.pk);
  }

  /** Carries out a verdict and returns what changed. */
  #write(verdict: WriteDecision, sighted: Sighted): RowEvent | undefined {
    const { row, arrival, page } = sighted;
    const { record, home } = arrival;
    if (verdict === 'ask') {
      this.#tables.candidates.ask(record.id, home.pk);
      page.hasCandidates = true;
      return undefined;
    }
    if (verdict === 'ignore') {
      this.#noteSeen(sighted);
      return undefined;
    }
    const changes = changesOf(verdict, sighted);
    this.#sql.update(row.pk, changes);
    if (changes.has('extra'))
      this.#parents.follow(row.pk, row.values[EXTRA_AT] ?? null, changes.get('extra') ?? null);
    if (SEARCHED_COLUMNS.some((column) => changes.has(column))) page.stale?.push(row.pk);
    return this.#record(verdict, sighted);
  }

  /** An unchanged row counts as seen. */
  #noteSeen({ row, arrival: { home, decisive }, page }: Sighted): void {
    if (!decisive) return;
    const generation = home.generation_pk;
    if (generation !== null && row.removed_at === null && row.generation_pk !== generation)
      this.#sql.markSeen.run(generation, row.pk);
    if (row.walk_only === 1 && isFlat(page)) this.#sql.noteFlat.run(row.pk);
  }

  #record(verdict: WriteDecision, { row, arrival, page, places }: Sighted): RowEvent | undefined {
    const { record, home } = arrival;
    const difference = rowEvent(row.values, record.values, places);
    const returned = row.removed_at !== null && verdict === 'write';
    const event: RowEvent | undefined = returned
      ? { kind: 'returned', changes: difference?.changes ?? {}, inherited: false }
      : difference;
    // The history begins when the copy is complete for the first time.
    if (event === undefined || home.current_at === null) return event;
    const inherited = event.inherited || isWalk(page);
    this.#tables.events.add(row.pk, { ...event, inherited }, page.now);
    page.changed += 1;
    return event;
  }

  /**
   * A change of a folder concerns its children, unless its home's own crawl shows it, which shows the
   * children as well. The first log or listing that shows the change creates the work: for later ones nothing
   * differs any more.
   */
  #followFolder(told: Told): void {
    const { record, home, decisive } = told.arrival;
    const { source, by, fresh } = told.page;
    if (!isFolder(record)) return;
    const isListed = by === 'listing' && decisive;
    if (isListed && told.page.crawl !== undefined) return;
    const isFresh = fresh?.has(record.id) === true;
    const sighting = folderChangeOf(told);
    // A listing that finds subfolders lists them itself.
    const changed = isListed ? { ...sighting, appeared: false, mayHideChildren: false } : sighting;
    for (const kind of workAfterChange(changed))
      this.#tables.folderWork.add(home.pk, record.id, kind, isFresh);
    // The folder has left the source whose log tells of it, or was never in it.
    if (by === 'log' && !decisive) this.#tables.folderWork.add(source.pk, record.id, 'doubt', isFresh);
  }
}
