import { EVENT_KINDS, type EventKind } from '../../model/event';
import type { HistoryFilter } from '../../queries/history';
import { summarize, type EventCounts, type SummaryKey } from '../../queries/history-summary';
import type { Reader } from '../../store/reader';
import type { Context } from '../shared/context';
import { jsonLine } from '../render/json';
import { formatTable } from '../render/table';
import { countOf, kindsText } from '../render/text';

/** What to count, and how many rows to show. */
export interface SummaryOptions {
  filter: HistoryFilter;
  by: SummaryKey;
  inherited: boolean;
  limit: number;
}

/**
 * Prints how many events each day or folder has: the newest days, or the folders with the most events.
 * Returns the number of rows.
 */
export function showSummary(
  { json, out, tell, streams }: Context,
  reader: Reader,
  { filter, by, inherited, limit }: SummaryOptions,
): number {
  const all = summarize(reader, filter, { by, inherited });
  const rows = by === 'day' ? all.slice(-limit) : all.slice(0, limit);
  if (json) for (const { key, events, kinds } of rows) out(jsonLine({ [by]: key, events, kinds }));
  else if (rows.length > 0) {
    const columns = [{ title: by.toUpperCase(), keepsEnd: true }, 'EVENTS', 'KINDS'];
    const cells = rows.map((row) => [row.key, row.events, kindsText(mostFrequent(row))]);
    for (const line of formatTable(columns, cells, streams.stdout)) out(line);
  }
  const more = all.length - rows.length;
  if (more > 0) tell(`and ${countOf(more, `more ${by}`)}; --limit shows more`);
  return rows.length;
}

/** The most frequent kind first. */
function mostFrequent({ kinds }: EventCounts): [EventKind, number][] {
  return EVENT_KINDS.map((kind): [EventKind, number] => [kind, kinds[kind] ?? 0])
    .filter(([, events]) => events > 0)
    .toSorted(([, a], [, b]) => b - a);
}
