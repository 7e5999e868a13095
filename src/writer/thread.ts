/** The writer's thread: opens the store and carries out what the main thread asks for. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openForWriting } from '../store/open';
import { createTransactor } from '../store/transactor';
import { createStoreWriter, type StoreWriter } from './store-writer';
import type { Answer, Call, ThreadData } from './thread-messages';
import { toWireError } from './wire-error';

let opened: StoreWriter | undefined;

/** A store that cannot be opened is an answer like any other, and may be mended by the next call. */
function writer(): StoreWriter {
  opened ??= createStoreWriter(createTransactor(openForWriting((workerData as ThreadData).path)));
  return opened;
}

async function carryOut({ id, method, args }: Call, post: (answer: Answer) => void): Promise<unknown> {
  if (method !== 'commitPage') {
    const write = writer()[method] as (...given: unknown[]) => Promise<unknown>;
    return await write(...args);
  }
  const [fence, body] = args as Parameters<StoreWriter['commitPage']>;
  return await writer().commitPage(fence, body, (ahead) => post({ id, kind: 'ahead', ahead }));
}

async function answer(port: MessagePort, call: Call): Promise<void> {
  const post = (message: Answer): void => port.postMessage(message);
  const { id, method } = call;
  try {
    if (method !== 'close' || opened !== undefined) {
      const value = await carryOut(call, post);
      post({ id, kind: 'done', value });
    } else post({ id, kind: 'done', value: undefined });
  } catch (error) {
    post({ id, kind: 'failed', error: toWireError(error) });
  }
  // Nothing comes after it; without its port the thread ends.
  if (method === 'close') port.close();
}

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (call: Call) => void answer(port, call));
}
