import { Worker, type ResourceLimits } from 'node:worker_threads';
import { errorFields, type Log } from '../log';
import { movedWith, type ThreadAnswer, type ThreadCall } from './messages';
import { fromWireError } from './wire-error';

/** The options of a thread. */
export interface ThreadOptions {
  workerData?: unknown;
  resourceLimits: ResourceLimits;
  /** Ends a thread that was idle for this long, in ms; it must have nothing to lose. */
  idleMs?: number;
  log?: Log | undefined;
}

/** The methods that a thread serves. Each takes and returns plain data; typed arrays move (`movedWith`). */
export type Served<M> = {
  [K in keyof M]: M[K] extends (...args: never[]) => Promise<unknown> ? M[K] : never;
};

/** A callback for the progress of a call, before its result. */
interface Noting {
  onNote: (note: unknown) => void;
}

interface Pending {
  settle: (value: unknown) => void;
  fail: (error: Error) => void;
  onNote: Noting['onNote'] | undefined;
}

/**
 * Calls the methods of an object that another thread serves. If the thread breaks, its calls fail, and the
 * next call starts another one. `close` must be the last call; it waits until the thread has ended.
 */
export function threadClient<M extends { close(): Promise<void> }>(
  script: string,
  options: ThreadOptions,
): Served<M> {
  const thread = new Thread(script, options);
  return new Proxy({} as Served<M>, {
    get(_, method) {
      // `await` looks for a method `then`, which would make this object a promise.
      if (typeof method !== 'string' || method === 'then') return undefined;
      if (method === 'close') return async () => await thread.close();
      return async (...args: unknown[]) => await thread.call(method, args);
    },
  });
}

class Thread {
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

  async call(method: string, args: readonly unknown[]): Promise<unknown> {
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle);
    const { sent, onNote } = withoutNotes(args);
    const call: ThreadCall = { id: this.#calls++, method, args: sent, hasNotes: onNote !== undefined };
    // Send first: a call that cannot be sent must not be pending.
    worker.postMessage(
      call,
      sent.flatMap((arg) => movedWith(arg)),
    );
    // A thread with pending calls keeps the process alive; an idle one does not.
    worker.ref();
    return await new Promise((settle, fail) => {
      this.#pending.set(call.id, { settle, fail, onNote });
    });
  }

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
    worker.on('message', (answer: ThreadAnswer) => this.#receive(worker, answer));
    worker.on('error', (error: Error) => {
      broken = error;
      log?.write('error', 'a thread has broken', errorFields(error, { messages: false }));
    });
    worker.on('exit', () => {
      // A thread that was ended because it was idle had no pending calls.
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

  #receive(worker: Worker, answer: ThreadAnswer): void {
    if (answer.kind === 'log') return this.#options.log?.write(answer.level, answer.message);
    const pending = this.#pending.get(answer.id);
    if (answer.kind === 'note') return pending?.onNote?.(answer.note);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#rest(worker);
    if (answer.kind === 'done') pending?.settle(answer.value);
    else pending?.fail(fromWireError(answer.error));
  }
}

function isNoting(value: unknown): value is Noting {
  return typeof value === 'object' && value !== null && 'onNote' in value;
}

/**
 * Functions cannot be sent: `onNote` of the last argument stays here, and is called with the notes that come
 * back.
 */
function withoutNotes(args: readonly unknown[]): {
  sent: readonly unknown[];
  onNote: Noting['onNote'] | undefined;
} {
  const last = args.at(-1);
  if (!isNoting(last)) return { sent: args, onNote: undefined };
  const { onNote, ...rest } = last;
  return { sent: [...args.slice(0, -1), rest], onNote };
}
