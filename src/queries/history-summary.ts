import type { Reader, Row } from '../store/reader';
import { lastPathsOf } from './files/paths';
import { conditionOf, PLACE_COLUMNS, placeTest, withinTimes, type HistoryFilter } from './history';

/** How many events of each kind a day or a folder has. */
export interface EventCounts {
  /** A local day (`2026-09-01`), or the path of a folder. */
  key: string;
  events: number;
  /** By kind. */
  kinds: Record<string, number>;
}

/** What to count by. */
export type SummaryKey = 'day' | 'folder';

/** Every time zone is a whole number of these from UTC, so each lies in one local day. */
const SLOT_MS = 900_000;

/** Counts the matching events: by day, the oldest first, or by the folder they lie in, the most events first. */
export function summarize(
  reader: Reader,
  filter: HistoryFilter,
  { by, inherited }: { by: SummaryKey; inherited: boolean },
): EventCounts[] {
  const isWanted = placeTest(reader, filter);
  const pathOf = lastPathsOf(reader);
  const keyOf = (row: Row): string =>
    by === 'day' ? dayOf(Number(row['slot']) * SLOT_MS) : folderOf(pathOf({ ...row, name: '' }));
  const counts = new Map<string, EventCounts>();
  for (const row of countedRows(reader, filter, { by, inherited, perFile: isWanted !== undefined })) {
    if (isWanted?.(row) === false) continue;
    const key = keyOf(row);
    const entry = counts.get(key) ?? { key, events: 0, kinds: {} };
    const events = Number(row['events']);
    const kind = String(row['kind']);
    entry.events += events;
    entry.kinds[kind] = (entry.kinds[kind] ?? 0) + events;
    counts.set(key, entry);
  }
  const all = [...counts.values()];
  return by === 'day'
    ? all.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    : all.toSorted((a, b) => b.events - a.events || (a.key < b.key ? -1 : 1));
}

/** Counts of events by kind and time, or by kind and file, which then has its `PLACE_COLUMNS`. */
function countedRows(
  reader: Reader,
  filter: HistoryFilter,
  { by, inherited, perFile }: { by: SummaryKey; inherited: boolean; perFile: boolean },
): IterableIterator<Row> {
  const { where, params } = conditionOf(withinTimes(reader, filter), inherited ? 'with' : 'without');
  const slot = by === 'day' ? `file_event.at / ${String(SLOT_MS)}` : 'NULL';
  const file = by === 'folder' || perFile ? 'file_pk' : 'NULL';
  const counted = /* sql */ `SELECT ${slot} AS slot, ${file} AS file_pk, kind, count(*) AS events
    FROM file_event WHERE ${where} GROUP BY 1, 2, 3`;
  const sql =
    file === 'NULL'
      ? counted
      : `SELECT slot, kind, events, ${PLACE_COLUMNS} FROM (${counted}) JOIN file ON file.pk = file_pk`;
  return reader.iterate(sql, ...params);
}

function dayOf(ms: number): string {
  const at = new Date(ms);
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

/** The path without the empty name at its end. */
function folderOf(path: string): string {
  return path.slice(0, -1);
}
