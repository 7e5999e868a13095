import type { HomePlaces } from '../../src/process/home';
import { noteWorker, type WorkerRecord } from '../../src/process/worker-record';

/** Records a worker of the home: this process, as `up` does, unless `more` says otherwise. */
export function noteTestWorker(home: HomePlaces, more: Partial<WorkerRecord> = {}): void {
  const record = { driveUrl: null, account: 'default', credentials: null, nextAt: null, service: true };
  noteWorker(home, { pid: process.pid, ...record, ...more });
}
