import { Worker, type ResourceLimits } from 'node:worker_threads';
import { errorFields, type Log } from '../log';
import type { RawBody } from '../drive/wire/json';
import type { Answer, Call } from './thread-calls';
import { fromWireError } from './wire-error';

/** Is told what comes before the answer to a call. */
type OnNote = (note: unknown) => void;

interface Pending {
  settle: (value: unknown) => void;
  fail: (error: Error) => void;
  onNote: OnNote | undefined;
}

/** What goes with a call: memory that moves to the thread, and who is told what comes before the answer. */
export interface CallExtras {
  transfer?: readonly ArrayBuffer[];
  onNote?: OnNote;
}

/** How a thread is run. */
export interface ThreadOptions {
  workerData?: unknown;
  resourceLimits: ResourceLimits;
  /** Ends a thread that was not asked for anything for so long; it must have nothing to lose. */
  idleMs?: number;
  log?: Log;
}

/** Calls to a thread, and their answers. One that breaks fails what it was asked for; the next call after its end starts another. */
export class ThreadLink {
  readonly #script: string;
  readonly #options: ThreadOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #calls = 0;

  constructor(script: string, options: ThreadOptions) {
    this.#script = script;
    this.#options = options;
  }

  async call<T>(method: string, args: readonly unknown[], extras: CallExtras = {}): Promise<T> {
    const { transfer = [], onNote } = extras;
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle);
    const call: Call = { id: this.#calls++, method, args };
    // First: what cannot be sent is nothing to wait for.
    worker.postMessage(call, transfer);
    // A thread that is waited for keeps the process alive, an idle one does not.
    worker.ref();
    return await new Promise<T>((resolve, fail) => {
      this.#pending.set(call.id, { settle: resolve as Pending['settle'], fail, onNote });
    });
  }

  /** Waits until the thread has carried out what it was asked for, and has ended. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    await this.call('close', []);
    worker.ref();
    await gone;
  }

  #start(): Worker {
    const { workerData, resourceLimits, log } = this.#options;
    const worker = new Worker(this.#script, { workerData, resourceLimits });
    let broken: Error | undefined;
    worker.on('message', (answer: Answer) => this.#receive(worker, answer));
    worker.on('error', (error: Error) => {
      broken = error;
      log?.write('error', 'a thread has broken', errorFields(error, { messages: false }));
    });
    worker.on('exit', () => {
      // One that was ended for being idle had nothing to answer.
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const lost = [...this.#pending.values()];
      this.#pending.clear();
      for (const { fail } of lost) fail(broken ?? new Error('the thread has ended'));
    });
    return worker;
  }

  #rest(worker: Worker): void {
    worker.unref();
    const { idleMs } = this.#options;
    if (idleMs === undefined) return;
    const end = (): void => {
      this.#worker = undefined;
      void worker.terminate();
    };
    this.#idle = setTimeout(end, idleMs).unref();
  }

  #receive(worker: Worker, answer: Answer): void {
    if (answer.kind === 'log') return this.#options.log?.write(answer.level, answer.message);
    const pending = this.#pending.get(answer.id);
    if (answer.kind === 'note') return pending?.onNote?.(answer.note);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#rest(worker);
    if (answer.kind === 'done') pending?.settle(answer.value);
    else pending?.fail(fromWireError(answer.error));
  }
}

/** A body as it can be moved to another thread, after which its bytes are of no use here. */
export function movable({ bytes, gzip }: RawBody): { body: RawBody; transfer: ArrayBuffer[] } {
  // Only memory that nobody else has a view of can be handed over.
  const owned = bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
  return { body: { bytes: owned, gzip }, transfer: [owned.buffer as ArrayBuffer] };
}
