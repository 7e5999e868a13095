import { parentPort } from 'node:worker_threads';
import type { OnAhead } from './page-tasks';
import { toWireError, type WireError } from './wire-error';

/** A call of another thread. `close` is the last one. */
export interface Call {
  id: number;
  method: string;
  args: readonly unknown[];
}

/** `ahead`: where the listing of a page goes on, told before the page is committed; `done` or `failed` follows. */
export type Answer =
  | { id: number; kind: 'ahead'; ahead: string | undefined }
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: WireError };

/** Carries a call out. `onAhead` tells where its listing goes on before it is done. */
export type CarryOut<T> = (call: Call, onAhead: OnAhead) => Promise<T>;

function post(message: Answer, memory: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, memory);
}

/** Answers what the thread that has started this one asks for, until it asks to close. `memoryOf`: memory that moves to it with an answer. */
export function serveCalls<T>(carryOut: CarryOut<T>, memoryOf: (value: T) => ArrayBuffer[] = () => []): void {
  async function answer(call: Call): Promise<void> {
    const { id } = call;
    try {
      const value = await carryOut(call, (ahead) => post({ id, kind: 'ahead', ahead }));
      post({ id, kind: 'done', value }, memoryOf(value));
    } catch (error) {
      post({ id, kind: 'failed', error: toWireError(error) });
    }
    // Without its port the thread ends.
    if (call.method === 'close') parentPort?.close();
  }

  parentPort?.on('message', (call: Call) => void answer(call));
}
