/** The checkpointer's thread. */
import { workerData } from 'node:worker_threads';
import { limitSemiSpace } from '../process/heap';
import { openLogCopier } from '../store/sqlite/checkpoint';
import { serveThread } from '../threads/server';
import type { CheckpointerData, CopierThread } from './checkpointer';

limitSemiSpace();

const { path, requested } = workerData as CheckpointerData;

function openCopier(): CopierThread {
  const copier = openLogCopier(path);
  return {
    async copy() {
      copier.copy();
      Atomics.store(requested, 0, 0);
      await Promise.resolve();
    },
    async close() {
      copier.close();
      await Promise.resolve();
    },
  };
}

serveThread(openCopier);
