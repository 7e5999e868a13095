import { readFileSync, rmSync } from 'node:fs';
import { errorCode } from '../errors';
import type { HomePlaces } from './home';
import { writeWhole } from '../whole-file';

/** What a home's worker records about itself for other processes of the home. */
export interface WorkerRecord {
  pid: number;
  /** The root URL of its Drive; null for Google's. */
  driveUrl: string | null;
  /** The account that its settings select, and the fingerprint of the access token that they set for it. */
  account: string;
  credentials: string | null;
  /** When it syncs every account next, ms since 1970; null if it does so only when asked. */
  nextAt: number | null;
  /** It works until it is stopped, as `up` does, and not only for one job. */
  service: boolean;
}

/** The last recorded worker. Only the lock shows whether it runs: another process may have its pid by now. */
export type NotedWorker = { state: 'none' } | { state: 'alive' | 'dead'; record: WorkerRecord };

/** Records this process as the home's worker. Only for the holder of the worker lock. */
export function noteWorker({ workerFile }: HomePlaces, record: WorkerRecord): void {
  writeWhole(workerFile, JSON.stringify(record));
}

/** Records when this process syncs next. Only for the holder of the worker lock. */
export function noteNextSync(home: HomePlaces, nextAt: number): void {
  const record = readRecord(home.workerFile);
  if (record?.pid === process.pid) noteWorker(home, { ...record, nextAt });
}

/** When the home's worker syncs every account next, ms since 1970. */
export function nextSyncAt(home: HomePlaces): number | undefined {
  const worker = notedWorker(home);
  return worker.state === 'alive' ? (worker.record.nextAt ?? undefined) : undefined;
}

/** Deletes the worker's record. Only for the holder of the worker lock. */
export function forgetWorker({ workerFile }: HomePlaces): void {
  rmSync(workerFile, { force: true });
}

/** Reads the recorded worker; an unreadable record counts as none. */
export function notedWorker({ workerFile }: HomePlaces): NotedWorker {
  const record = readRecord(workerFile);
  if (record === undefined) return { state: 'none' };
  return { state: isAlive(record.pid) ? 'alive' : 'dead', record };
}

function readRecord(file: string): WorkerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<WorkerRecord> | null;
    const {
      pid,
      driveUrl = null,
      account = '',
      credentials = null,
      nextAt = null,
      service = false,
    } = record ?? {};
    // For `kill`, a pid of 0 or below means a process group.
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return { pid, driveUrl, account, credentials, nextAt, service };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process is alive, but belongs to another user.
    return errorCode(error) === 'EPERM';
  }
}
