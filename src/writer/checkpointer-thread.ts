/** The checkpointer's thread. */
import { workerData } from 'node:worker_threads';
import { takeNoMoreRoom } from '../process/heap';
import { openLogCopier, type LogCopier } from '../store/sqlite/checkpoint';
import type { CheckpointerData } from './checkpointer';
import { serveCalls } from './thread-calls';

takeNoMoreRoom();

const { path, asked } = workerData as CheckpointerData;
let copier: LogCopier | undefined;

serveCalls(async ({ method }) => {
  if (method === 'close') copier?.close();
  else {
    copier ??= openLogCopier(path);
    copier.copy();
    Atomics.store(asked, 0, 0);
  }
  await Promise.resolve();
});
