import { GONE, OPEN } from '../../store/removals/candidate-words';
import { IS_WALK_DUE, isWalked, WALKS } from '../../store/walk/walk-rules';
import { FOLDER_TYPE } from '../../model/file';
import { waitsForLogin, type FailureKind } from '../../model/failure';
import type { JobState } from '../../model/job';
import { PAUSED, type JobReason } from '../../model/reasons';
import type { Reader, Row } from '../../store/reader';
import { count, text } from '../row-values';

/**
 * The phase of the walk, from the store alone. `due`: there is work now. `waiting`: folders are tried again
 * at `retryAt`. `stopped`: the newest job waits for a person because of `reason`, and so does the walk.
 */
export type WalkPhase =
  | { phase: 'complete' }
  | { phase: 'due' }
  | { phase: 'waiting'; retryAt: number | undefined }
  | { phase: 'stopped'; reason: JobReason };

/** The state of the walk. Times in ms since 1970. */
export interface WalkState {
  state: WalkPhase;
  /** Folders listed since the last plan made all of them due. */
  done: number;
  /** Folders still to be listed, without those that Drive refuses. */
  left: number;
  /** Files in them that neither a crawl nor the log has shown. */
  found: number;
  /** Folders left out because no listing of their class found anything. */
  sampled: number;
  /** Drive's clock at the oldest listing of all folders. */
  oldest: number | undefined;
  /** Folders that Drive refuses to list. */
  refused: RefusedFolder[];
  /** Files that are gone and wait for consent. */
  removals: number;
}

/** A folder that Drive refuses to list, why, and when the next try is due. */
export interface RefusedFolder {
  id: string;
  name: string | undefined;
  reason: FailureKind | undefined;
  retryAt: number | undefined;
}

const MOST_REFUSED = 100;

const COUNTS = /* sql */ `
SELECT count(*) FILTER (WHERE due = 0 AND round = walk_round AND walk_plan_pk IS NULL) AS done,
  count(*) FILTER (WHERE due > 0 AND reason IS NULL) AS left,
  coalesce(sum(found), 0) AS found,
  count(*) FILTER (WHERE due = 0 AND round < walk_round) AS sampled,
  min(listed_at) AS oldest,
  (SELECT count(*) FROM walk_candidate WHERE verdict = ${GONE}) AS removals
FROM walk_folder, store`;

/** Folders that the open plan has not reached yet. */
const UNPLANNED = /* sql */ `
SELECT count(*) AS unplanned FROM file, store
WHERE file.pk > walk_plan_pk AND ${isWalked('file')}
  AND NOT EXISTS (SELECT 1 FROM walk_folder WHERE folder_id = file.id AND due > 0)`;

/** An index answers this, and nearly always at its first entries. */
const HAS_UNPLANNED = /* sql */ `
EXISTS (SELECT 1 FROM file WHERE mime_type = '${FOLDER_TYPE}' AND owned_by_me = 0 AND removed_at IS NULL
  AND pk > walk_plan_pk)`;

const REFUSED = /* sql */ `
SELECT folder_id, name, reason, retry_at FROM walk_folder LEFT JOIN file ON file.id = folder_id
WHERE reason IS NOT NULL ORDER BY folder_id LIMIT ${String(MOST_REFUSED)}`;

/** The state of the walk at `now`; undefined if it is switched off, or no crawl has ended yet. */
export function walkState(reader: Reader, now = Date.now()): WalkState | undefined {
  if (reader.get(`SELECT ${WALKS} AS walks`)?.['walks'] !== 1n) return undefined;
  const row = reader.get(COUNTS) ?? {};
  const counted = (name: string): number => Number(row[name] ?? 0);
  const unplanned = Number(reader.get(UNPLANNED)?.['unplanned'] ?? 0);
  const left = counted('left') + unplanned;
  return {
    state: phaseOf(reader, left, now),
    done: counted('done'),
    left,
    found: counted('found'),
    sampled: unplanned > 0 ? 0 : counted('sampled'),
    oldest: count(row, 'oldest'),
    refused: reader.all(REFUSED).map(toRefused),
    removals: counted('removals'),
  };
}

const NEWEST_JOB = 'SELECT state, reason FROM job ORDER BY requested_at DESC LIMIT 1';
const RETRY_AT = 'SELECT min(retry_at) AS retry_at FROM walk_folder WHERE due > 0 AND reason IS NULL';

function phaseOf(reader: Reader, left: number, now: number): WalkPhase {
  const job = reader.get(NEWEST_JOB) ?? {};
  const isWaiting = (text(job, 'state') as JobState | undefined) === 'waiting';
  const reason = isWaiting ? (text(job, 'reason') as JobReason | undefined) : undefined;
  const isStopped = reason === PAUSED || waitsForLogin(reason);
  if (left === 0 && !isWalkUnfinished(reader)) return { phase: 'complete' };
  if (reason !== undefined && isStopped) return { phase: 'stopped', reason };
  if (isWalkDue(reader, now)) return { phase: 'due' };
  return { phase: 'waiting', retryAt: count(reader.get(RETRY_AT) ?? {}, 'retry_at') };
}

function toRefused(row: Row): RefusedFolder {
  return {
    id: String(row['folder_id']),
    name: text(row, 'name'),
    reason: text(row, 'reason') as FailureKind | undefined,
    retryAt: count(row, 'retry_at'),
  };
}

/** True while folders are to be listed or files to be asked for; counts nothing. */
export function isWalkUnfinished(reader: Reader): boolean {
  const row = reader.get(/* sql */ `
    SELECT ${WALKS} AND (walk_plan_pk IS NOT NULL AND ${HAS_UNPLANNED}
      OR EXISTS (SELECT 1 FROM walk_folder WHERE due > 0 AND reason IS NULL)
      OR EXISTS (SELECT 1 FROM walk_candidate WHERE verdict = ${OPEN} AND reason IS NULL)) AS unfinished FROM store`);
  return row?.['unfinished'] === 1n;
}

/** True if the walk has work now. */
export function isWalkDue(reader: Reader, now: number): boolean {
  return reader.get(`SELECT ${IS_WALK_DUE.replaceAll('@now', String(now))} AS due`)?.['due'] === 1n;
}

/** True if the account's settings switch the walk on. */
export function isWalkWanted(reader: Reader): boolean {
  return reader.get('SELECT walk FROM store')?.['walk'] === 1n;
}
