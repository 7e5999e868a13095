import type { EventKind } from '../../model/event';
import type { RemovalCause } from '../../model/reasons';
import { literal } from '../../store/sqlite/literals';
import type { Reader } from '../../store/reader';

const LEFT = /* sql */ `
SELECT count(*) AS files FROM file_event JOIN file ON file.pk = file_pk
WHERE file_event.at BETWEEN ? AND ? AND kind = ${literal<EventKind>('removed')} AND removal = ${literal<RemovalCause>('scope')} AND removed_at = file_event.at`;

/**
 * Counts files that left the copy in a time span because their shared drive is no longer followed. Times
 * in ms since 1970.
 */
export function leftScope(
  reader: Reader,
  { startedAt, endedAt }: { startedAt: number | undefined; endedAt: number | undefined },
): number {
  if (startedAt === undefined) return 0;
  return Number(reader.get(LEFT, startedAt, endedAt ?? Number.MAX_SAFE_INTEGER)?.['files'] ?? 0);
}
