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
export interface Observation {
  source: SourceRow;
  by: Authority;
  now: number;
  /** The crawl that listed them; undefined outside of a crawl. */
  crawl?: number;
  /** Drive's clock when a page of a log was requested, ms since 1970. */
  sentAt?: number;
  /** Files that changed so recently that listings may lag behind. */
  mayLag?: ReadonlySet<string>;
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
  put(files: Iterable<FileRecord>, observation: Observation): void;
}

interface ObservedPage extends Observation {
  homes: Map<string | undefined, SourceRow>;
  hasCandidates: boolean;
  /** Rows whose entry in the search index is out of date; undefined while there is no index. */
  stale: number[] | undefined;
  added: number;
  changed: number;
}

interface Incoming {
  record: FileRecord;
  home: SourceRow;
  decisive: boolean;
}

/** An incoming file next to its row. */
interface Match {
  row: FoundRow;
  incoming: Incoming;
  page: ObservedPage;
  /** The columns that differ. */
  places: readonly number[];
}

/** A file that was written or left unchanged. */
interface WrittenFile {
  row: FoundRow | undefined;
  incoming: Incoming;
  page: ObservedPage;
  event: RowEvent | undefined;
}

/** Prepares the writer of files. Each call runs inside the caller's transaction. */
export function fileTable(db: Database.Database, tables: FileTables): FileTable {
  const writer = new FileWriter(fileStatements(db), parentTable(db), tables);
  return { put: (files, observation) => writer.put(files, observation) };
}

/** True for the listing of a folder: what it shows follows from an event of the folder. */
function isWalk({ by, crawl }: Observation): boolean {
  return by === 'listing' && crawl === undefined;
}

/** True if a crawl or the user's log shows the file without a listing of its folder. */
function isFlat({ by, crawl }: Observation): boolean {
  return by === 'log' || crawl !== undefined;
}

/** The columns to set in a row. */
function changesOf(
  decision: 'write' | 'content',
  { row, incoming, page, places }: Match,
): Map<string, SqlValue> {
  const { record, home } = incoming;
  const changes = new Map<string, SqlValue>([['changed_at', page.now]]);
  if (row.source_pk !== home.pk) changes.set('source_pk', home.pk);
  if (decision === 'write') changes.set('generation_pk', home.generation_pk);
  if (decision === 'write' && row.removed_at !== null) changes.set('removed_at', null).set('removal', null);
  const walkOnly = walkOnlyOf({ row, incoming, page });
  if (walkOnly !== row.walk_only) changes.set('walk_only', walkOnly);
  for (const at of places) changes.set(RECORD_COLUMNS[at] ?? '', record.values[at] ?? null);
  return changes;
}

/** Whether only listings of its folder have shown the file, after this one. */
function walkOnlyOf({ row, incoming, page }: Omit<Match, 'places'>): number {
  const { home, decisive } = incoming;
  if (decisive && isFlat(page)) return 0;
  const returns = row.removed_at !== null && page.walk !== undefined && home.id === USER_SOURCE;
  return returns ? 1 : row.walk_only;
}

function folderChangeOf({
  row,
  incoming: { record, home, decisive },
  page: { by, source, crawl },
  event,
}: WrittenFile): FolderChange {
  const changed = (...fields: string[]): boolean =>
    fields.some((field) => event?.changes[field] !== undefined);
  const moved = row === undefined || row.source_pk !== home.pk;
  return {
    // A first crawl lists the folder's children itself, and its log tells of later changes.
    appeared: decisive ? moved || row.removed_at !== null : moved && home.current_at !== null,
    // A folder that is new outside of a crawl may hold children that are known from elsewhere.
    rehomed: row === undefined ? crawl === undefined : row.source_pk !== home.pk,
    trashChanged: changed('trashed') || (changed('parent_id') && valueOf(record, 'trashed') === 1),
    accessChanged: changed('permissionIds', 'shared', 'owned_by_me'),
    mayHideChildren: by === 'log' && decisive && (source.generation_pk !== null || source.list_changed === 1),
  };
}

/**
 * What a change does not require, because the listing that shows it does it itself: its home's crawl lists
 * the children as well, and the listing of a folder lists the subfolders that it finds.
 */
function shownBy(crawl: number | undefined): Partial<FolderChange> {
  const listed = { appeared: false, mayHideChildren: false };
  return crawl === undefined ? listed : { ...listed, accessChanged: false, trashChanged: false };
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

  put(files: Iterable<FileRecord>, observation: Observation): void {
    const hasCandidates = this.#tables.candidates.any();
    const stale = this.#sql.isIndexed.get() === 1 ? [] : undefined;
    const page: ObservedPage = {
      ...observation,
      homes: new Map(),
      hasCandidates,
      stale,
      added: 0,
      changed: 0,
    };
    for (const record of files) {
      const home = this.#homeOf(record, page);
      const decisive = observation.by === 'get' || home.pk === observation.source.pk;
      this.#putOne({ record, home, decisive }, page);
    }
    if (observation.crawl !== undefined && page.added + page.changed > 0)
      this.#sql.countFindings.run(page.added, page.changed, observation.crawl);
    if (stale !== undefined && stale.length > 0) this.#sql.noteStale.run(JSON.stringify(stale));
  }

  /** A file belongs to its drive's source if that is followed, otherwise to the user's own. */
  #homeOf(record: FileRecord, { homes, source }: ObservedPage): SourceRow {
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

  #putOne(incoming: Incoming, page: ObservedPage): void {
    const { record, home, decisive } = incoming;
    const isFirstCrawl = page.crawl !== undefined && home.current_at === null;
    const isPlain = decisive && !page.hasCandidates;
    if (isPlain && isFirstCrawl && page.stale === undefined && this.#upsert(incoming, page)) return;
    if (isPlain && !isFirstCrawl && this.#markUnchanged(incoming, page)) return;
    const row = this.#sql.find(record);
    if (row === undefined) return this.#insert(incoming, page);
    const match = { row, incoming, page, places: differences(row.values, record.values) };
    const decision = this.#decide(match);
    if (decision !== 'ask') this.#noteAlive(incoming, page);
    const event = this.#write(decision, match);
    this.#followFolder({ row, incoming, page, event });
  }

  /** False for a file that needs a closer look, such as one with several parents. */
  #upsert({ record, home }: Incoming, { crawl, now }: ObservedPage): boolean {
    if (severalParents(valueOf(record, 'extra')) !== undefined) return false;
    return this.#sql.upsert.run(home.pk, crawl ?? null, now, now, ...record.values).changes > 0;
  }

  /** False outside of a crawl, and for a file that needs a closer look. */
  #markUnchanged({ record, home }: Incoming, { crawl }: ObservedPage): boolean {
    if (crawl === undefined || home.generation_pk !== crawl) return false;
    const { id, values } = record;
    return this.#sql.markUnchanged.run(crawl, id, home.pk, crawl, ...withoutId(values)).changes > 0;
  }

  #noteAlive({ record, decisive }: Incoming, { by, hasCandidates }: ObservedPage): void {
    if (decisive && hasCandidates) this.#tables.candidates.seenAlive(record.id, by);
  }

  #decide({ row, incoming, page, places }: Match): WriteDecision {
    const { home, decisive } = incoming;
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

  #insert(incoming: Incoming, page: ObservedPage): void {
    const { record, home, decisive } = incoming;
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
    this.#noteAlive(incoming, page);
    this.#askWhereLate(incoming, page);
    if (home.current_at !== null && page.walk?.silent !== true) {
      const event = { kind: 'created', inherited: isWalk(page), changes: {} } as const;
      this.#tables.events.add(lastInsertRowid, event, page.now);
      page.added += 1;
    }
    this.#followFolder({ row: undefined, incoming, page, event: undefined });
  }

  /** Since the request, the home's log may have reported the removal of a file that had no row then. */
  #askWhereLate({ record, home, decisive }: Incoming, { source, sentAt = Infinity }: ObservedPage): void {
    if (!decisive && (home.read_sent_at ?? -Infinity) >= sentAt - CLOCK_STEP_MS)
      this.#tables.candidates.ask(record.id, source.pk);
  }

  /** Carries out a decision and returns what changed. */
  #write(decision: WriteDecision, match: Match): RowEvent | undefined {
    const { row, incoming, page } = match;
    const { record, home } = incoming;
    if (decision === 'ask') {
      this.#tables.candidates.ask(record.id, home.pk);
      page.hasCandidates = true;
      return undefined;
    }
    if (decision === 'ignore') {
      this.#noteSeen(match);
      return undefined;
    }
    const changes = changesOf(decision, match);
    this.#sql.update(row.pk, changes);
    if (changes.has('extra'))
      this.#parents.follow(row.pk, row.values[EXTRA_AT] ?? null, changes.get('extra') ?? null);
    if (SEARCHED_COLUMNS.some((column) => changes.has(column))) page.stale?.push(row.pk);
    return this.#record(decision, match);
  }

  /** An unchanged row counts as seen. */
  #noteSeen({ row, incoming: { home, decisive }, page }: Match): void {
    if (!decisive) return;
    const generation = home.generation_pk;
    if (generation !== null && row.removed_at === null && row.generation_pk !== generation)
      this.#sql.markSeen.run(generation, row.pk);
    if (row.walk_only === 1 && isFlat(page)) this.#sql.noteFlat.run(row.pk);
  }

  #record(decision: WriteDecision, { row, incoming, page, places }: Match): RowEvent | undefined {
    const { record, home } = incoming;
    const difference = rowEvent(row.values, record.values, places);
    const returned = row.removed_at !== null && decision === 'write';
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
   * A change of a folder concerns its children. The first log or listing that shows the change creates the
   * work: for later ones nothing differs.
   */
  #followFolder(written: WrittenFile): void {
    const { record, home, decisive } = written.incoming;
    const { by, crawl, mayLag } = written.page;
    if (!isFolder(record)) return;
    const lags = mayLag?.has(record.id) === true;
    const change = folderChangeOf(written);
    const shown = by === 'listing' && decisive ? shownBy(crawl) : {};
    for (const kind of workAfterChange({ ...change, ...shown }))
      this.#tables.folderWork.add(home.pk, record.id, kind, lags);
  }
}
