import type { FailureKind } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import { GONE, KEPT } from '../../store/removals/candidate-words';
import type { Reader, Row } from '../../store/reader';
import { count, text } from '../row-values';

/** A folder that Drive does not list, or a file that Drive does not answer for. Nothing waits for it. */
export interface Exception {
  id: string;
  name: string | undefined;
  /** `folder`: its children cannot be listed. `file`: it is kept although it may be gone. */
  kind: 'folder' | 'file';
  sourceId: string;
  /** Why the last request failed, and how many failed in a row. */
  reason: FailureKind | undefined;
  tries: number;
  /** When the next request is due, ms since 1970. */
  retryAt: number | undefined;
}

/** The number of exceptions of an account, and some examples. */
export interface Exceptions {
  count: number;
  examples: Exception[];
}

const EXAMPLES = 10;

const USER_PK = `(SELECT pk FROM source WHERE id = '${USER_SOURCE}')`;

const ALL = /* sql */ `
SELECT folder_id AS id, 'folder' AS kind, work.source_pk, reason, tries, retry_at
FROM folder_work AS work WHERE work.kind = 'list' AND retry_at IS NOT NULL
UNION ALL
SELECT folder_id, 'folder', ${USER_PK}, reason, refusals, retry_at FROM walk_folder
WHERE reason IS NOT NULL AND due > 0 AND folder_id NOT IN (SELECT folder_id FROM folder_work WHERE kind = 'list' AND retry_at IS NOT NULL)
UNION ALL
SELECT file_id, 'file', source_pk, reason, tries, retry_at FROM candidate WHERE verdict = ${KEPT}
UNION ALL
SELECT file_id, 'file', ${USER_PK}, reason, tries, retry_at FROM walk_candidate WHERE reason IS NOT NULL`;

/** Files that are gone, or wait to be removed, are no exceptions. */
const LIVE = /* sql */ `
FROM (${ALL}) AS exception JOIN source ON source.pk = exception.source_pk LEFT JOIN file ON file.id = exception.id
WHERE removed_at IS NULL AND ${IS_IN_COPY}
  AND NOT EXISTS (SELECT 1 FROM candidate WHERE file_id = exception.id AND verdict = ${GONE})`;

/** The items of an account that Drive refuses. */
export function exceptions(reader: Pick<Reader, 'all' | 'get'>): Exceptions {
  const found = Number(reader.get(`SELECT count(*) AS n ${LIVE}`)?.['n'] ?? 0);
  if (found === 0) return { count: 0, examples: [] };
  const rows = reader.all(
    `SELECT exception.*, file.name, source.id AS source ${LIVE} ORDER BY retry_at DESC, exception.id LIMIT ${String(EXAMPLES)}`,
  );
  return { count: found, examples: rows.map(toException) };
}

function toException(row: Row): Exception {
  return {
    id: String(row['id']),
    name: text(row, 'name'),
    kind: row['kind'] === 'folder' ? 'folder' : 'file',
    sourceId: String(row['source']),
    reason: text(row, 'reason') as FailureKind | undefined,
    tries: Number(row['tries']),
    retryAt: count(row, 'retry_at'),
  };
}
