import type { Differences } from '../model/event';
import { childrenOf } from '../store/files/parents';
import type { Reader, Row } from '../store/reader';
import { belowFolder } from './files/below-folder';
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
  /** Only events of this folder and of what lies below it now, or lay there when it was removed. */
  folder?: string | undefined;
  /** Only events of this file itself. */
  file?: string | undefined;
  /** Only events with a higher number. */
  after?: number | undefined;
  /** Only events with this number or a lower one. */
  upTo?: number | undefined;
}

const EVENTS_A_PAGE = 1_000;
/** The columns that tell whether an event is below a folder. */
const PLACE_COLUMNS = 'file_event.pk, file.id';
const EVENT_COLUMNS = `${PLACE_COLUMNS}, file_event.at, kind, inherited, changes, file.name, mime_type, source.id AS source`;

/** Whether inherited events are left out, included, or alone. */
type Inherited = 'without' | 'with' | 'only';

const INHERITED: Readonly<Record<Inherited, string>> = {
  without: 'inherited = 0',
  with: 'TRUE',
  only: 'inherited = 1',
};

/** The part of a filter that SQL evaluates: everything but the folder. */
function conditionOf(
  { since = 0, file, after = 0, upTo = Number.MAX_SAFE_INTEGER }: HistoryFilter,
  inherited: Inherited,
): { where: string; params: (string | number)[] } {
  const ofFile = file === undefined ? '' : ' AND file_pk = (SELECT pk FROM file WHERE id = ?)';
  return {
    // The plus keeps SQLite from using the index on times, which would sort all events for each page.
    where: `file_event.pk > ? AND file_event.pk <= ? AND +file_event.at >= ? AND ${INHERITED[inherited]}${ofFile}`,
    params: [after, upTo, since, ...(file === undefined ? [] : [file])],
  };
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
  const { folder } = filter;
  const isWanted = folder === undefined ? () => true : belowFolder(reader, folder);
  for (let rest = filter; ;) {
    const { where, params } = conditionOf(rest, inherited);
    const page = reader.all(
      /* sql */ `SELECT ${columns}
      FROM file_event JOIN file ON file.pk = file_pk JOIN source ON source.pk = file.source_pk
      WHERE ${where} ORDER BY file_event.pk ${from === 'oldest' ? 'ASC' : 'DESC'} LIMIT ?`,
      ...params,
      EVENTS_A_PAGE,
    );
    for (const row of page) if (isWanted(String(row['id']))) yield row;
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
  for (const row of readEvents(reader, filter, reading)) yield toEvent(reader, row);
}

/** Narrows a filter to the newest matching events. */
export function newestOf(
  reader: Reader,
  filter: HistoryFilter,
  { inherited, limit }: ShownEvents & { limit: number },
): HistoryFilter {
  const reading: Reading = {
    columns: PLACE_COLUMNS,
    inherited: inherited ? 'with' : 'without',
    from: 'newest',
  };
  const { since } = filter;
  const within = since === undefined ? filter : { ...filter, after: lastBefore(reader, since) };
  let found = 0;
  for (const row of readEvents(reader, within, reading)) {
    found += 1;
    if (found === limit) return { ...within, after: Number(row['pk']) - 1 };
  }
  return within;
}

/** A number below those of all events since a time, so that older ones are not read. */
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
  if (filter.folder === undefined) {
    const { where, params } = conditionOf(filter, 'only');
    const row = reader.get(`SELECT count(*) AS events FROM file_event WHERE ${where}`, ...params);
    return Number(row?.['events'] ?? 0);
  }
  const reading: Reading = { columns: PLACE_COLUMNS, inherited: 'only', from: 'oldest' };
  const events = readEvents(reader, filter, reading);
  let count = 0;
  while (events.next().done !== true) count += 1;
  return count;
}

/** The number of the newest event; 0 if there is none. */
export function lastEvent(reader: Reader): number {
  return Number(reader.get('SELECT coalesce(max(pk), 0) AS last FROM file_event')?.['last'] ?? 0);
}

/** True if the store knows a folder or shared drive with this id, existing or removed. */
export function knowsFolder(reader: Reader, id: string): boolean {
  const sql = /* sql */ `
    SELECT EXISTS (SELECT 1 FROM file WHERE id = ? OR pk IN (${childrenOf('?')})) OR EXISTS (SELECT 1 FROM source WHERE id = ?) AS known`;
  return Number(reader.get(sql, id, id, id, id)?.['known']) === 1;
}

function toEvent(reader: Reader, row: Row): HistoryEvent {
  const changes = JSON.parse(String(row['changes'])) as Differences;
  return {
    number: Number(row['pk']),
    at: Number(row['at']),
    kind: String(row['kind']),
    inherited: Number(row['inherited']) === 1,
    id: String(row['id']),
    name: text(row, 'name'),
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
