import { readFileSync, rmSync } from 'node:fs';
import { errorCode } from '../errors';
import type { HomePlaces } from './home';
import { writeWhole } from '../whole-file';

/** What a home's worker notes of itself, for other processes of the home. */
export interface WorkerRecord {
  pid: number;
  /** The root URL of the Drive that it talks to, where it is not Google's. */
  driveUrl: string | null;
  /** The account that its settings select, and the fingerprint of the credentials that they give to it. */
  account: string;
  credentials: string | null;
}

/** The worker that was noted last. Whether it still holds the home only the lock tells: its pid may be another process's by now. */
export type NotedWorker = { state: 'none' } | { state: 'alive' | 'dead'; record: WorkerRecord };

/** Notes this process as the home's worker; only for the holder of the worker's role. */
export function noteWorker({ workerFile }: HomePlaces, record: WorkerRecord): void {
  writeWhole(workerFile, JSON.stringify(record));
}

/** Forgets the worker; only for the holder of its role. */
export function forgetWorker({ workerFile }: HomePlaces): void {
  rmSync(workerFile, { force: true });
}

/** Reads who was noted; what cannot be understood was noted by nobody. */
export function notedWorker({ workerFile }: HomePlaces): NotedWorker {
  const record = readRecord(workerFile);
  if (record === undefined) return { state: 'none' };
  return { state: isAlive(record.pid) ? 'alive' : 'dead', record };
}

function readRecord(file: string): WorkerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<WorkerRecord> | null;
    const { pid, driveUrl = null, account = '', credentials = null } = record ?? {};
    // A pid of 0 or below would mean a group of processes.
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return { pid, driveUrl, account, credentials };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process lives too.
    return errorCode(error) === 'EPERM';
  }
}
