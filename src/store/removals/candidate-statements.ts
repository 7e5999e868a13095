import type Database from 'better-sqlite3';
import type { CandidateVerdict, RemovalCause } from '../../model/reasons';
import { CHECKED, GONE, KEPT, LOG, OPEN, SCOPE } from './candidate-words';
import { parentsOf } from '../files/parents';

const ADD = /* sql */ `
INSERT INTO candidate (file_id, source_pk, verdict, cause) VALUES (?, ?, ${GONE}, ${LOG})
ON CONFLICT (file_id) DO UPDATE SET source_pk = excluded.source_pk, verdict = excluded.verdict, cause = excluded.cause, retry_at = NULL`;

/** Older versions stored kept files without a time. */
const REOPEN_KEPT = /* sql */ `
UPDATE candidate SET verdict = ${OPEN}, cause = ${CHECKED}
WHERE verdict = ${KEPT} AND (@all OR coalesce(retry_at, 0) <= @now)`;

const REOPEN_GONE = /* sql */ `
UPDATE candidate SET verdict = ${OPEN}, cause = ${CHECKED} WHERE verdict = ${GONE} AND cause <> ${SCOPE}`;

const NO_ANSWER = /* sql */ `
UPDATE candidate SET verdict = @verdict, cause = ${CHECKED}, tries = @tries, reason = @reason, retry_at = @retryAt
WHERE file_id = @fileId AND verdict = ${OPEN}`;

const IS_GONE = /* sql */ `
SELECT EXISTS (SELECT 1 FROM candidate WHERE file_id = @id AND verdict = ${GONE})
  OR EXISTS (SELECT 1 FROM file WHERE id = @id AND removed_at IS NOT NULL)`;

const NEXT_OPEN = /* sql */ `
SELECT file_id, extra ->> '$.resourceKey' AS key, tries FROM candidate LEFT JOIN file ON file.id = file_id
WHERE candidate.source_pk = ? AND verdict = ${OPEN}`;

interface OpenRow {
  file_id: string;
  key: string | null;
  tries: number;
}

/** The files of the account that are gone and whose rows still live. */
export const LIVE_GONE = `FROM candidate JOIN file ON file.id = file_id AND removed_at IS NULL WHERE verdict = ${GONE}`;

/** The same for one source; its key is the parameter. */
export const LIVE_GONE_OF_SOURCE = `${LIVE_GONE} AND candidate.source_pk = ?`;

/** True for a row of `file` if a folder above it is gone too, so that its removal follows from that one. */
export const goesWithFolder = (candidates: 'candidate' | 'walk_candidate'): string => /* sql */ `
EXISTS (SELECT 1 FROM ${candidates} AS above WHERE above.file_id IN (${parentsOf('file')}) AND above.verdict = ${GONE})
  OR EXISTS (SELECT 1 FROM file AS above WHERE above.id IN (${parentsOf('file')}) AND above.removed_at IS NOT NULL)`;

/** Makes a file a candidate to ask Drive for, unless it is a candidate already. */
export const ADD_OPEN = /* sql */ `
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause) VALUES (?, ?, ${OPEN}, ${CHECKED})`;

/** A live row to remove. */
interface GoneRow {
  pk: number;
  id: string;
  cause: RemovalCause;
  /** A folder above is gone too. */
  inherited: number;
}

/** Prepares the statements on files that may be gone. */
export function candidateStatements(db: Database.Database) {
  return {
    any: db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM candidate)').pluck(),
    has: db
      .prepare<[number, CandidateVerdict], number>(
        'SELECT EXISTS (SELECT 1 FROM candidate WHERE source_pk = ? AND verdict = ?)',
      )
      .pluck(),
    isLive: db.prepare<[string], number>('SELECT 1 FROM file WHERE id = ? AND removed_at IS NULL').pluck(),
    isGone: db.prepare<[{ id: string }], number>(IS_GONE).pluck(),
    addGone: db.prepare(ADD),
    addOpen: db.prepare<[string, number]>(ADD_OPEN),
    forget: db.prepare('DELETE FROM candidate WHERE file_id = ?'),
    forgetWalk: db.prepare('DELETE FROM walk_folder WHERE folder_id = ?'),
    forgetDoubt: db.prepare(`DELETE FROM candidate WHERE file_id = ? AND cause <> ${LOG}`),
    forgetGone: db.prepare(`DELETE FROM candidate WHERE source_pk = ? AND verdict = ${GONE}`),
    reopen: db.prepare(
      `UPDATE candidate SET verdict = ${OPEN} WHERE file_id = ? AND verdict = ${GONE} AND cause = ${LOG}`,
    ),
    reopenKept: db.prepare<[{ all: number; now: number }]>(REOPEN_KEPT),
    reopenGone: db.prepare(REOPEN_GONE),
    notFound: db.prepare(
      `UPDATE candidate SET verdict = ${GONE}, cause = ${CHECKED}, retry_at = NULL WHERE file_id = ? AND verdict = ${OPEN}`,
    ),
    tries: db.prepare<[string], number>('SELECT tries FROM candidate WHERE file_id = ?').pluck(),
    noAnswer: db.prepare(NO_ANSWER),
    open: db.prepare<[number, number], OpenRow>(`${NEXT_OPEN} LIMIT ?`),
    openUntried: db.prepare<[number, number], OpenRow>(`${NEXT_OPEN} AND tries = 0 LIMIT ?`),
    countGone: db
      .prepare<[number, number], number>(`SELECT count(*) FROM (SELECT 1 ${LIVE_GONE_OF_SOURCE} LIMIT ?)`)
      .pluck(),
    countLive: db
      .prepare<[number], number>('SELECT count(*) FROM file WHERE source_pk = ? AND removed_at IS NULL')
      .pluck(),
    countAllGone: db
      .prepare<[number], number>(`SELECT count(*) FROM (SELECT 1 ${LIVE_GONE} LIMIT ?)`)
      .pluck(),
    countAllLive: db.prepare<[], number>('SELECT count(*) FROM file WHERE removed_at IS NULL').pluck(),
    countRecent: db.prepare<[number], number>('SELECT sum(files) FROM removal_hour WHERE hour > ?').pluck(),
    noteRecent: db.prepare<[number, number]>(
      'INSERT INTO removal_hour (hour, files) VALUES (?, ?) ON CONFLICT DO UPDATE SET files = files + excluded.files',
    ),
    pruneRecent: db.prepare<[number]>('DELETE FROM removal_hour WHERE hour <= ?'),
    forgetRecent: db.prepare('DELETE FROM removal_hour'),
    jobAccepts: db
      .prepare<[], number>('SELECT accept_removals FROM job WHERE epoch = (SELECT epoch FROM store)')
      .pluck(),
    gone: db.prepare<[number, number], GoneRow>(
      `SELECT file.pk, file.id, cause, ${goesWithFolder('candidate')} AS inherited ${LIVE_GONE_OF_SOURCE} LIMIT ?`,
    ),
    remove: db.prepare('UPDATE file SET removed_at = ?, removal = ?, changed_at = ? WHERE pk = ?'),
    countRemoved: db.prepare('UPDATE generation SET removed = removed + ? WHERE pk = ?'),
  };
}
