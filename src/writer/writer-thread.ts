/** The writer's thread: opens the store and serves its writes to the main thread. */
import { workerData } from 'node:worker_threads';
import { pagesBehind } from '../store/sqlite/checkpoint';
import { openForWriting } from '../store/sqlite/open';
import { createTransactor } from '../store/transactor';
import { postLog, serveThread } from '../threads/server';
import { Checkpointer } from './checkpointer';
import { createPageWriter, type PageWriter } from './page-writer';
import type { ThreadData } from './thread-writer';

let checkpointer: Checkpointer | undefined;

function openStore(): PageWriter {
  const { path } = workerData as ThreadData;
  const db = openForWriting(path);
  const writer = createPageWriter(createTransactor(db));
  checkpointer = new Checkpointer(pagesBehind(db), path, {
    onFailure: () => postLog('warn', 'the write-ahead log could not be copied by its thread'),
  });
  return {
    ...writer,
    async close() {
      await checkpointer?.close();
      await writer.close();
    },
  };
}

serveThread(openStore, { afterCall: () => checkpointer?.look() });
