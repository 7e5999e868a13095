import { parentPort } from 'node:worker_threads';
import type { LogLevel } from '../log';
import { toWireError, type WireError } from './wire-error';

/** A call of another thread. `close` is the last one. */
export interface Call {
  id: number;
  method: string;
  args: readonly unknown[];
}

/** `note`: what is told before the answer; `done` or `failed` follows. */
export type Answer =
  | { id: number; kind: 'note'; note: unknown }
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: WireError }
  | { kind: 'log'; level: LogLevel; message: string };

/** Carries a call out. `tell` tells something of it before it is done, and moves memory with it. */
export type CarryOut<T> = (call: Call, tell: (note: unknown, memory?: ArrayBuffer[]) => void) => Promise<T>;

/** Has the thread that started this one log an event. */
export function postLog(level: LogLevel, message: string): void {
  post({ kind: 'log', level, message });
}

function post(message: Answer, memory: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, memory);
}

/** Answers what the thread that has started this one asks for, until it asks to close. `memoryOf`: memory that moves to it with an answer. */
export function serveCalls<T>(carryOut: CarryOut<T>, memoryOf: (value: T) => ArrayBuffer[] = () => []): void {
  async function answer(call: Call): Promise<void> {
    const { id } = call;
    try {
      const value = await carryOut(call, (note, memory) => post({ id, kind: 'note', note }, memory));
      post({ id, kind: 'done', value }, memoryOf(value));
    } catch (error) {
      post({ id, kind: 'failed', error: toWireError(error) });
    }
    // Without its port the thread ends.
    if (call.method === 'close') parentPort?.close();
  }

  parentPort?.on('message', (call: Call) => void answer(call));
}
