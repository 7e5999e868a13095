import { countedAsRecent } from '../../planning/removal-guard';
import { LIVE_GONE } from '../../store/removals/candidate-statements';
import type { Reader } from '../../store/reader';
import { text } from '../row-values';

/** Files of all sources that are gone and wait to be removed. */
export interface AccountRemovals {
  files: number;
  /** Live rows of the account. */
  of: number;
  /** Files removed within the last day without consent. */
  recent: number;
  examples: { id: string; name: string | undefined }[];
}

const EXAMPLES = 10;

/** The files of an account that wait to be removed; undefined if there are none. `now` in ms since 1970. */
export function accountRemovals(reader: Reader, now: number): AccountRemovals | undefined {
  const counted = (sql: string, ...params: number[]): number =>
    Number(reader.get(`SELECT (${sql}) AS n`, ...params)?.['n'] ?? 0);
  const files = counted(`SELECT count(*) ${LIVE_GONE}`);
  if (files === 0) return undefined;
  const examples = reader.all(`SELECT file.id, name ${LIVE_GONE} LIMIT ${String(EXAMPLES)}`);
  return {
    files,
    of: counted('SELECT count(*) FROM file WHERE removed_at IS NULL'),
    recent: counted('SELECT sum(files) FROM removal_hour WHERE hour > ?', countedAsRecent(now)),
    examples: examples.map((row) => ({ id: String(row['id']), name: text(row, 'name') })),
  };
}
