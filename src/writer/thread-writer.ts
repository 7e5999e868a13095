import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RawBody } from '../drive/wire/json';
import type { OnAhead, StoreWriter } from './store-writer';
import type { Answer, Call, ThreadData } from './thread-messages';
import { fromWireError } from './wire-error';

/** Room for the short-lived objects of a page or two, and a bound that keeps garbage from piling up. */
const HEAP = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 256 };

interface Pending {
  settle: (value: unknown) => void;
  fail: (error: Error) => void;
  onAhead: OnAhead | undefined;
}

/** The calls that pass on what they were given as it is. */
const PLAIN_CALLS = {
  bindIdentity: true,
  recordJob: true,
  startJob: true,
  settings: true,
  changeSettings: true,
  followDrives: true,
  leaveSource: true,
  sources: true,
  openGenerations: true,
  setJobState: true,
  removeJob: true,
  claim: true,
  usefulLanes: true,
  rejectToken: true,
  recordFailure: true,
  advanceSource: true,
  restartListing: true,
  endListing: true,
  commitAnswers: true,
  recordSourceFailure: true,
  buildIndexes: true,
  noteUnits: true,
  progress: true,
} satisfies Record<
  Exclude<keyof StoreWriter, 'commitPage' | 'commitChanges' | 'commitChildren' | 'close'>,
  true
>;

/**
 * Writes to the store at `path` in a thread of its own, so that parsing and committing keep neither requests nor Temporal waiting. A thread
 * that breaks fails what it was asked for; the next call starts another one.
 */
export function createThreadWriter(path: string, script = join(__dirname, 'thread.js')): StoreWriter {
  const link = new ThreadLink(path, script);
  const plain = Object.keys(PLAIN_CALLS) as (keyof typeof PLAIN_CALLS)[];
  const calls = plain.map((method) => [method, (...args: unknown[]) => link.call(method, args)]);
  return {
    ...(Object.fromEntries(calls) as Pick<StoreWriter, keyof typeof PLAIN_CALLS>),
    commitPage: (fence, body, onAhead) => link.callWithBody('commitPage', [fence], body, onAhead),
    commitChanges: (turn, asked, body, onAhead) =>
      link.callWithBody('commitChanges', [turn, asked], body, onAhead),
    commitChildren: (turn, listing, body) => link.callWithBody('commitChildren', [turn, listing], body),
    close: () => link.close(),
  };
}

/** Calls to a thread and their answers. */
class ThreadLink {
  readonly #data: ThreadData;
  readonly #script: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #calls = 0;

  constructor(path: string, script: string) {
    this.#data = { path };
    this.#script = script;
  }

  async call<T>(method: keyof StoreWriter, args: readonly unknown[]): Promise<T> {
    return await this.#send({ method, args }, []);
  }

  /** The body's bytes move to the thread: they are of no use here afterwards. */
  async callWithBody<T>(
    method: keyof StoreWriter,
    args: readonly unknown[],
    { bytes, gzip }: RawBody,
    onAhead?: OnAhead,
  ): Promise<T> {
    // Only memory that nobody else has a view of can be handed over.
    const owned = bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
    const call = { method, args: [...args, { bytes: owned, gzip }] };
    return await this.#send(call, [owned.buffer as ArrayBuffer], onAhead);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    await this.call('close', []);
    worker.ref();
    await gone;
  }

  async #send<T>(call: Omit<Call, 'id'>, transfer: ArrayBuffer[], onAhead?: OnAhead): Promise<T> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#calls++;
    // First: what cannot be sent is nothing to wait for.
    worker.postMessage({ id, ...call }, transfer);
    // A thread that is waited for keeps the process alive, an idle one does not.
    worker.ref();
    return await new Promise<T>((resolve, fail) => {
      this.#pending.set(id, { settle: resolve as Pending['settle'], fail, onAhead });
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { workerData: this.#data, resourceLimits: HEAP });
    let broken: Error | undefined;
    worker.on('message', (answer: Answer) => this.#receive(worker, answer));
    worker.on('error', (error: Error) => (broken = error));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      const lost = [...this.#pending.values()];
      this.#pending.clear();
      for (const { fail } of lost) fail(broken ?? new Error("the writer's thread has ended"));
    });
    return worker;
  }

  #receive(worker: Worker, answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (answer.kind === 'ahead') return pending?.onAhead?.(answer.ahead);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) worker.unref();
    if (answer.kind === 'done') pending?.settle(answer.value);
    else pending?.fail(fromWireError(answer.error));
  }
}
