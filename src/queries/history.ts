import type { Differences, EventKind } from '../model/event';
import { FOLDER_TYPE } from '../model/file';
import { USER_SOURCE } from '../model/job';
import { childrenOf } from '../store/files/parents';
import type { Reader, Row } from '../store/reader';
import { belowFolder } from './files/below-folder';
import { lastPathsOf } from './files/paths';
import { PLACES, type Place } from './files/places';
import { text } from './row-values';

/** An event of a file, as the copy learned of it. */
export interface HistoryEvent {
  /** Higher for later events. */
  number: number;
  /** When it was written, ms since 1970. */
  at: number;
  kind: string;
  /** It only follows from an event of a folder above. */
  inherited: boolean;
  id: string;
  /** The file's present or last name. */
  name: string | undefined;
  /** The path that it has, or had when it was removed. */
  path: string;
  mimeType: string | undefined;
  source: string;
  /** The values before and after, for each field that changed. */
  changes: Differences;
  /**
   * For a move: the names of both folders, or of the shared drives if only those changed. Undefined names are
   * not known.
   */
  folders: { from: string | undefined; to: string | undefined } | undefined;
}

/** Selects events. */
export interface HistoryFilter {
  /** Not before, ms since 1970. */
  since?: number | undefined;
  /** Before, ms since 1970. */
  until?: number | undefined;
  kinds?: readonly EventKind[] | undefined;
  /** Only events of this folder and of what lies below it now, or lay there when it was removed. */
  folder?: string | undefined;
  /** Only events of what is shown in this place, or was when it was removed. */
  place?: Place | undefined;
  /** Only events of this file itself. */
  file?: string | undefined;
  /** Only events with a higher number. */
  after?: number | undefined;
  /** Only events with this number or a lower one. */
  upTo?: number | undefined;
}

const EVENTS_A_PAGE = 1_000;
/** The columns that tell where a file is. */
export const PLACE_COLUMNS =
  'file.id, file.name, file.parent_id, file.owned_by_me, file.drive_id, file.removed_at';
const NUMBERED_PLACE = `file_event.pk, ${PLACE_COLUMNS}`;
const EVENT_COLUMNS = `${NUMBERED_PLACE}, file_event.at, kind, inherited, changes, mime_type, source.id AS source`;

/** Whether inherited events are left out, included, or alone. */
export type Inherited = 'without' | 'with' | 'only';

const INHERITED: Readonly<Record<Inherited, string>> = {
  without: 'inherited = 0',
  with: 'TRUE',
  only: 'inherited = 1',
};

/** The part of a filter that SQL evaluates, as a condition on `file_event`: everything but folder and place. */
export function conditionOf(
  filter: HistoryFilter,
  inherited: Inherited,
): { where: string; params: (string | number)[] } {
  const { since = 0, until = Number.MAX_SAFE_INTEGER, after = 0, upTo = Number.MAX_SAFE_INTEGER } = filter;
  const { file, kinds } = filter;
  const times = [after, upTo, since, until];
  const ofFile = file === undefined ? '' : ' AND file_pk = (SELECT pk FROM file WHERE id = ?)';
  const ofKinds = kinds === undefined ? '' : ' AND kind IN (SELECT value FROM json_each(?))';
  return {
    // The plus keeps SQLite from using the index on times, which would sort all events for each page.
    where: `file_event.pk > ? AND file_event.pk <= ? AND +file_event.at >= ? AND +file_event.at < ?
      AND ${INHERITED[inherited]}${ofFile}${ofKinds}`,
    params: [
      ...times,
      ...(file === undefined ? [] : [file]),
      ...(kinds === undefined ? [] : [JSON.stringify(kinds)]),
    ],
  };
}

/** A test on rows with `PLACE_COLUMNS` for the other part of a filter; undefined if any row passes. */
export function placeTest(
  reader: Reader,
  { folder, place }: HistoryFilter,
): ((row: Row) => boolean) | undefined {
  if (folder !== undefined) {
    const isBelow = belowFolder(reader, folder);
    return (row) => isBelow(String(row['id']));
  }
  if (place === undefined) return undefined;
  const pathOf = lastPathsOf(reader);
  return (row) => pathOf(row).startsWith(`/${PLACES[place]}/`);
}

/** How to read events: the columns, and whether from the oldest or from the newest. */
interface Reading {
  columns: string;
  inherited: Inherited;
  from: 'oldest' | 'newest';
}

/** The matching events in pages. Each page is a transaction of its own (see `inPages`). */
function* readEvents(
  reader: Reader,
  filter: HistoryFilter,
  { columns, inherited, from }: Reading,
): Generator<Row> {
  const isWanted = placeTest(reader, filter);
  for (let rest = filter; ;) {
    const { where, params } = conditionOf(rest, inherited);
    const page = reader.all(
      /* sql */ `SELECT ${columns}
      FROM file_event JOIN file ON file.pk = file_pk JOIN source ON source.pk = file.source_pk
      WHERE ${where} ORDER BY file_event.pk ${from === 'oldest' ? 'ASC' : 'DESC'} LIMIT ?`,
      ...params,
      EVENTS_A_PAGE,
    );
    for (const row of page) if (isWanted?.(row) !== false) yield row;
    const last = page.at(-1);
    if (last === undefined || page.length < EVENTS_A_PAGE) return;
    const number = Number(last['pk']);
    rest = { ...rest, ...(from === 'oldest' ? { after: number } : { upTo: number - 1 }) };
  }
}

/** Which events to show. */
export interface ShownEvents {
  /** Include events that only follow from an event of a folder above. */
  inherited: boolean;
}

/** The matching events, oldest first, one at a time. */
export function* eventsOf(
  reader: Reader,
  filter: HistoryFilter,
  { inherited }: ShownEvents,
): Generator<HistoryEvent> {
  const reading: Reading = {
    columns: EVENT_COLUMNS,
    inherited: inherited ? 'with' : 'without',
    from: 'oldest',
  };
  const pathOf = lastPathsOf(reader);
  for (const row of readEvents(reader, filter, reading)) yield toEvent(reader, row, pathOf(row));
}

/** Narrows a filter to the newest matching events. */
export function newestOf(
  reader: Reader,
  filter: HistoryFilter,
  { inherited, limit }: ShownEvents & { limit: number },
): HistoryFilter {
  const reading: Reading = {
    columns: NUMBERED_PLACE,
    inherited: inherited ? 'with' : 'without',
    from: 'newest',
  };
  const within = withinTimes(reader, filter);
  let found = 0;
  for (const row of readEvents(reader, within, reading)) {
    found += 1;
    if (found === limit) return { ...within, after: Number(row['pk']) - 1 };
  }
  return within;
}

/** The same filter with bounds for the numbers of its events, so that older ones are not read. */
export function withinTimes(reader: Reader, filter: HistoryFilter): HistoryFilter {
  const { since } = filter;
  return since === undefined ? filter : { ...filter, after: lastBefore(reader, since) };
}

/** A number below those of all events since a time. */
function lastBefore(reader: Reader, since: number): number {
  const row = reader.get('SELECT min(pk) AS first FROM file_event WHERE at >= ?', since);
  return Number(row?.['first'] ?? Number.MAX_SAFE_INTEGER) - 1;
}

/** The newest matching events, oldest first. */
export function historyEvents(
  reader: Reader,
  filter: HistoryFilter,
  shown: ShownEvents & { limit: number },
): HistoryEvent[] {
  return [...eventsOf(reader, newestOf(reader, filter, shown), shown)];
}

/** Counts the matching inherited events. */
export function countInherited(reader: Reader, filter: HistoryFilter): number {
  if (filter.folder === undefined && filter.place === undefined) {
    const { where, params } = conditionOf(filter, 'only');
    const row = reader.get(`SELECT count(*) AS events FROM file_event WHERE ${where}`, ...params);
    return Number(row?.['events'] ?? 0);
  }
  const reading: Reading = { columns: NUMBERED_PLACE, inherited: 'only', from: 'oldest' };
  const events = readEvents(reader, filter, reading);
  let count = 0;
  while (events.next().done !== true) count += 1;
  return count;
}

/** The number of the newest event; 0 if there is none. */
export function lastEvent(reader: Reader): number {
  return Number(reader.get('SELECT coalesce(max(pk), 0) AS last FROM file_event')?.['last'] ?? 0);
}

/** True if the store knows a file, folder or shared drive with this id, existing or removed. */
export function knowsTarget(reader: Reader, id: string): boolean {
  const sql = /* sql */ `
    SELECT EXISTS (SELECT 1 FROM file WHERE id = ? OR pk IN (${childrenOf('?')})) OR EXISTS (SELECT 1 FROM source WHERE id = ? AND id <> '${USER_SOURCE}') AS known`;
  return Number(reader.get(sql, id, id, id, id)?.['known']) === 1;
}

/** True for a file, existing or removed, that is no folder. */
export function isSingleFile(reader: Reader, id: string): boolean {
  const row = reader.get('SELECT mime_type FROM file WHERE id = ?', id);
  return row !== undefined && row['mime_type'] !== FOLDER_TYPE;
}

function toEvent(reader: Reader, row: Row, path: string): HistoryEvent {
  const changes = JSON.parse(String(row['changes'])) as Differences;
  return {
    number: Number(row['pk']),
    at: Number(row['at']),
    kind: String(row['kind']),
    inherited: Number(row['inherited']) === 1,
    id: String(row['id']),
    name: text(row, 'name'),
    path,
    mimeType: text(row, 'mime_type'),
    source: String(row['source']),
    changes,
    folders: foldersOf(reader, changes),
  };
}

function foldersOf(reader: Reader, changes: Differences): HistoryEvent['folders'] {
  // A file enters a drive without leaving its folder if the folder moves.
  const places = changes['parent_id'] ?? changes['drive_id'];
  if (places === undefined) return undefined;
  const [from, to] = places;
  return { from: folderName(reader, from), to: folderName(reader, to) };
}

/** The root of a shared drive has the drive's id and no name of its own. */
function folderName(reader: Reader, id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  const row = reader.get(
    'SELECT coalesce((SELECT name FROM source WHERE id = ?), (SELECT name FROM file WHERE id = ?)) AS name',
    id,
    id,
  );
  return row && text(row, 'name');
}
