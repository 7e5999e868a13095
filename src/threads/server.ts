import { parentPort } from 'node:worker_threads';
import type { LogLevel } from '../log';
import { movedWith, type ThreadAnswer, type ThreadCall } from './messages';
import { toWireError } from './wire-error';

type Method = (...args: unknown[]) => Promise<unknown>;

/** What is served: methods that return promises. */
interface Served {
  close(): Promise<void>;
}

/** Has the thread that started this one log an event. */
export function postLog(level: LogLevel, message: string): void {
  post({ kind: 'log', level, message });
}

function post(message: ThreadAnswer, value?: unknown): void {
  parentPort?.postMessage(message, movedWith(value));
}

/**
 * Serves the methods of an object to the thread that has started this one (`threadClient`), until `close` is called. `open` makes the object at the first
 * call; where it throws, that call fails and the next one tries again.
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
    // Without its port the thread ends.
    if (call.method === 'close') parentPort?.close();
  }

  parentPort?.on('message', (call: ThreadCall) => void answer(call));
}

/** Gives the last argument its `onNote` back. */
function withNotes(args: readonly unknown[], id: number): unknown[] {
  const onNote = (note: unknown): void => post({ id, kind: 'note', note }, note);
  return [...args.slice(0, -1), { ...(args.at(-1) as object), onNote }];
}
