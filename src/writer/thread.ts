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
  const onAhead = (ahead: string | undefined): void => post({ id, kind: 'ahead', ahead });
  if (method === 'commitPage') {
    const [fence, body] = args as Parameters<StoreWriter['commitPage']>;
    return await writer().commitPage(fence, body, onAhead);
  }
  if (method === 'commitChanges') {
    const [turn, asked, body] = args as Parameters<StoreWriter['commitChanges']>;
    return await writer().commitChanges(turn, asked, body, onAhead);
  }
  const write = writer()[method] as (...given: unknown[]) => Promise<unknown>;
  return await write(...args);
}

async function answer(call: Call, post: (answer: Answer) => void): Promise<void> {
  const { id } = call;
  try {
    post({ id, kind: 'done', value: await carryOut(call, post) });
  } catch (error) {
    post({ id, kind: 'failed', error: toWireError(error) });
  }
}

async function close(call: Call, port: MessagePort): Promise<void> {
  if (opened === undefined) port.postMessage({ id: call.id, kind: 'done', value: undefined });
  else await answer(call, (message) => port.postMessage(message));
  // Without its port the thread ends.
  port.close();
}

function receive(call: Call, port: MessagePort): void {
  if (call.method === 'close') void close(call, port);
  else void answer(call, (message) => port.postMessage(message));
}

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (call: Call) => receive(call, port));
}
