import type { Differences } from '../model/event';
import { childrenOf } from '../store/files/parents';
import type { Reader, Row } from '../store/reader';
import { belowFolder } from './files/below-folder';
import { text } from './row-values';

/** Something that happened to a file, as the copy learned of it. */
export interface HistoryEvent {
  /** Grows from event to event. */
  number: number;
  /** When it was written, ms since 1970. */
  at: number;
  kind: string;
  /** It only follows from what happened to a folder above. */
  inherited: boolean;
  id: string;
  /** The name that the file has now, or had last. */
  name: string | undefined;
  mimeType: string | undefined;
  source: string;
  /** From what to what, for each field that changed. */
  changes: Differences;
  /** For a file that was moved: the names of the two folders, or of the shared drives alone, as far as they are known. */
  folders: { from: string | undefined; to: string | undefined } | undefined;
}

/** Which events are meant. */
export interface HistoryFilter {
  /** Not before, ms since 1970. */
  since?: number | undefined;
  /** Only what happened to this folder and to what lies below it now, or lay there when it was removed. */
  folder?: string | undefined;
  /** Only what happened to this file itself. */
  file?: string | undefined;
  /** Only those with a higher number. */
  after?: number | undefined;
  /** Only those with this number or a lower one. */
  upTo?: number | undefined;
}

const EVENTS_A_PAGE = 1_000;
/** What tells whether an event is below a folder. */
const PLACE_COLUMNS = 'file_event.pk, file.id';
const EVENT_COLUMNS = `${PLACE_COLUMNS}, file_event.at, kind, inherited, changes, file.name, mime_type, source.id AS source`;

/** Inherited events are left out, among the others, or alone. */
type Inherited = 'without' | 'with' | 'only';

const INHERITED: Readonly<Record<Inherited, string>> = {
  without: 'inherited = 0',
  with: 'TRUE',
  only: 'inherited = 1',
};

/** The part of a filter that SQL answers: all but the folder. */
function conditionOf(
  { since = 0, file, after = 0, upTo = Number.MAX_SAFE_INTEGER }: HistoryFilter,
  inherited: Inherited,
): { where: string; params: (string | number)[] } {
  const ofFile = file === undefined ? '' : ' AND file_pk = (SELECT pk FROM file WHERE id = ?)';
  return {
    // The plus keeps the order of numbers: the index on times would have all of them sorted for each page.
    where: `file_event.pk > ? AND file_event.pk <= ? AND +file_event.at >= ? AND ${INHERITED[inherited]}${ofFile}`,
    params: [after, upTo, since, ...(file === undefined ? [] : [file])],
  };
}

/** How events are read: from the oldest or from the newest on, each as a row with `columns`. */
interface Reading {
  columns: string;
  inherited: Inherited;
  from: 'oldest' | 'newest';
}

/** The events that fit, in pages, each of which is a transaction of its own (see `inPages`). */
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
export interface Shown {
  /** With those that only follow from what happened to a folder. */
  inherited: boolean;
}

/** The events that fit, oldest first, one at a time. */
export function* eventsOf(
  reader: Reader,
  filter: HistoryFilter,
  { inherited }: Shown,
): Generator<HistoryEvent> {
  const reading: Reading = {
    columns: EVENT_COLUMNS,
    inherited: inherited ? 'with' : 'without',
    from: 'oldest',
  };
  for (const row of readEvents(reader, filter, reading)) yield toEvent(reader, row);
}

/** Narrows a filter to the newest events that fit. */
export function newestOf(
  reader: Reader,
  filter: HistoryFilter,
  { inherited, limit }: Shown & { limit: number },
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

/** A number below those of all events since a time, so that older ones need not be read. */
function lastBefore(reader: Reader, since: number): number {
  const row = reader.get('SELECT min(pk) AS first FROM file_event WHERE at >= ?', since);
  return Number(row?.['first'] ?? Number.MAX_SAFE_INTEGER) - 1;
}

/** The newest events that fit, oldest first. */
export function historyEvents(
  reader: Reader,
  filter: HistoryFilter,
  shown: Shown & { limit: number },
): HistoryEvent[] {
  return [...eventsOf(reader, newestOf(reader, filter, shown), shown)];
}

/** How many inherited events fit. */
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

/** The number of the newest event; 0 where there is none. */
export function lastEvent(reader: Reader): number {
  return Number(reader.get('SELECT coalesce(max(pk), 0) AS last FROM file_event')?.['last'] ?? 0);
}

/** True if the store knows a folder or a shared drive by this id, whether it still exists or not. */
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
  // A file can come into a drive without leaving its folder, when that is moved.
  const places = changes['parent_id'] ?? changes['drive_id'];
  if (places === undefined) return undefined;
  const [from, to] = places;
  return { from: folderName(reader, from), to: folderName(reader, to) };
}

/** A drive's root has the drive's id and is called after nothing. */
function folderName(reader: Reader, id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  const row = reader.get(
    'SELECT coalesce((SELECT name FROM source WHERE id = ?), (SELECT name FROM file WHERE id = ?)) AS name',
    id,
    id,
  );
  return row && text(row, 'name');
}
