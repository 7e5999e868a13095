/** The writer's thread: opens the store and carries out what the main thread asks for. */
import { workerData } from 'node:worker_threads';
import { openForWriting } from '../store/open';
import { createTransactor } from '../store/transactor';
import { createThreadDecoder } from './decoder';
import { createStoreWriter, type StoreWriter } from './store-writer';
import { serveCalls } from './thread-calls';
import type { ThreadData } from './thread-writer';

let opened: StoreWriter | undefined;

/** A store that cannot be opened is an answer like any other, and may be mended by the next call. */
function writer(): StoreWriter {
  const { path } = workerData as ThreadData;
  opened ??= createStoreWriter(createTransactor(openForWriting(path)), createThreadDecoder());
  return opened;
}

serveCalls(async ({ method, args }, onAhead) => {
  switch (method) {
    case 'close':
      return await opened?.close();
    case 'commitPage': {
      const [fence, body] = args as Parameters<StoreWriter['commitPage']>;
      return await writer().commitPage(fence, body, onAhead);
    }
    case 'commitChanges': {
      const [turn, asked, body] = args as Parameters<StoreWriter['commitChanges']>;
      return await writer().commitChanges(turn, asked, body, onAhead);
    }
    default: {
      const write = writer()[method as keyof StoreWriter] as (...given: unknown[]) => Promise<unknown>;
      return await write(...args);
    }
  }
});
