/** The writer's thread: opens the store and carries out what the main thread asks for. */
import { promisify } from 'node:util';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { gunzip } from 'node:zlib';
import type { RawBody } from '../drive/wire/json';
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

const inflate = promisify(gunzip);

/** Unpacks a body on a thread of the pool meanwhile; what is no gzip is left to whoever decodes it. */
async function unpacked(body: RawBody): Promise<RawBody> {
  if (!body.gzip) return body;
  try {
    return { bytes: await inflate(body.bytes), gzip: false };
  } catch {
    return body;
  }
}

async function carryOut({ id, method, args }: Call, post: (answer: Answer) => void): Promise<unknown> {
  const onAhead = (ahead: string | undefined): void => post({ id, kind: 'ahead', ahead });
  if (method === 'commitPage') {
    const [fence, body] = args as Parameters<StoreWriter['commitPage']>;
    const ready = await unpacked(body);
    return await writer().commitPage(fence, ready, onAhead);
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

/** Pages that are still being unpacked belong to what was asked before. */
const underWay = new Set<Promise<void>>();

async function close(call: Call, port: MessagePort): Promise<void> {
  await Promise.all(underWay);
  if (opened === undefined) port.postMessage({ id: call.id, kind: 'done', value: undefined });
  else await answer(call, (message) => port.postMessage(message));
  // Without its port the thread ends.
  port.close();
}

function receive(call: Call, port: MessagePort): void {
  if (call.method === 'close') return void close(call, port);
  const task = answer(call, (message) => port.postMessage(message));
  underWay.add(task);
  void task.finally(() => underWay.delete(task));
}

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (call: Call) => receive(call, port));
}
