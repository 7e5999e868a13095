import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import type { Reader } from '../../store/reader';
import { isWalkUnfinished } from './walk-state';

/** How old and how complete the copy behind an answer is. */
export interface Freshness {
  /**
   * A moment on Drive's clock whose state every source shows, ms since 1970; undefined if a source has none.
   */
  currentAt: number | undefined;
  /** Sources that are incomplete, or never were complete. */
  partial: number;
  /** Shared folders are still to be walked, so files in them may be missing. */
  walkUnfinished: boolean;
  /** The search index is complete. */
  indexed: boolean;
}

/** Reads how old and how complete the copy is. */
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
