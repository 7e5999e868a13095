import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import type { Reader } from '../../store/reader';
import { isWalkUnfinished } from './walk-state';

/** How old and how complete the copy is that an answer comes from. */
export interface Freshness {
  /** A moment, on Drive's clock, whose state every source shows, ms since 1970; undefined if that is not known of one. */
  currentAt: number | undefined;
  /** Sources that are known to be incomplete, or were never complete. */
  partial: number;
  /** Folders shared with the user are still to be looked into, so that files in them may be missing. */
  walkUnfinished: boolean;
  /** Whether the search index is built. */
  indexed: boolean;
}

/** Reads how far answers can be relied on. */
export function freshness(reader: Reader): Freshness {
  const row = reader.get(/* sql */ `
    SELECT min(coalesce(as_of, 0)) AS at, coalesce(sum(gap IS NOT NULL OR current_at IS NULL), 0) AS partial,
      (SELECT indexed FROM store) AS indexed
    FROM source WHERE ${IS_IN_COPY}`);
  return {
    currentAt: Number(row?.['at'] ?? 0) || undefined,
    partial: Number(row?.['partial'] ?? 0),
    walkUnfinished: isWalkUnfinished(reader),
    indexed: row?.['indexed'] === 'ready',
  };
}
