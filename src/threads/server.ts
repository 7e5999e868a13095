import { parentPort } from 'node:worker_threads';
import type { LogLevel } from '../log';
import { movedWith, type ThreadAnswer, type ThreadCall } from './messages';
import { toWireError } from './wire-error';

type Method = (...args: unknown[]) => Promise<unknown>;

/** An object to serve: all of its methods return promises. */
interface Served {
  close(): Promise<void>;
}

/** Logs an event in the thread that started this one. */
export function postLog(level: LogLevel, message: string): void {
  post({ kind: 'log', level, message });
}

function post(message: ThreadAnswer, value?: unknown): void {
  parentPort?.postMessage(message, movedWith(value));
}

/**
 * Serves the methods of an object to the thread that started this one (`threadClient`), until `close` is
 * called. The first call runs `open`, which makes the object; if `open` throws, that call fails, and the next
 * one tries again.
 */
export function serveThread(
  open: () => Served,
  { afterCall = () => undefined }: { afterCall?: () => void } = {},
): void {
  let opened: Served | undefined;

  async function carryOut({ method, args, hasNotes, id }: ThreadCall): Promise<unknown> {
    if (method === 'close') return await opened?.close();
    opened ??= open();
    const target = opened[method as keyof Served] as Method;
    const result = await target(...(hasNotes ? withNotes(args, id) : args));
    afterCall();
    return result;
  }

  async function answer(call: ThreadCall): Promise<void> {
    const { id } = call;
    try {
      const value = await carryOut(call);
      post({ id, kind: 'done', value }, value);
    } catch (error) {
      post({ id, kind: 'failed', error: toWireError(error) });
    }
    // The thread ends once its port is closed.
    if (call.method === 'close') parentPort?.close();
  }

  parentPort?.on('message', (call: ThreadCall) => void answer(call));
}

/** Gives the last argument an `onNote` that posts notes back. */
function withNotes(args: readonly unknown[], id: number): unknown[] {
  const onNote = (note: unknown): void => post({ id, kind: 'note', note }, note);
  return [...args.slice(0, -1), { ...(args.at(-1) as object), onNote }];
}
