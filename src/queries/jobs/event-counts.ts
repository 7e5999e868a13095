import type { EventKind } from '../../model/event';
import type { Reader } from '../../store/reader';

/** How many events of a span follow from the event of a folder above. Times in ms since 1970. */
export function inheritedCount(reader: Reader, { from, to }: { from: number; to: number }): number {
  const sql = 'SELECT count(*) AS n FROM file_event WHERE at BETWEEN ? AND ? AND inherited = 1';
  return Number(reader.get(sql, from, to)?.['n'] ?? 0);
}

/**
 * How many events of each kind were written in a span, without those that only follow from others; the most
 * frequent kind first. Times in ms since 1970.
 */
export function eventCounts(
  reader: Reader,
  { from, to }: { from: number; to: number },
): [EventKind, number][] {
  const rows = reader.all(
    'SELECT kind, count(*) AS n FROM file_event WHERE at BETWEEN ? AND ? AND inherited = 0 GROUP BY kind ORDER BY n DESC, kind',
    from,
    to,
  );
  return rows.map((row) => [String(row['kind']) as EventKind, Number(row['n'])]);
}
