import { join } from 'node:path';
import { threadClient, type Served } from '../threads/client';

/**
 * 192 MB. The more pages wait, the more writes of the same page are copied only once. SQLite itself copies at
 * twice this number.
 */
const PAGES = 24_000;
const HEAP = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64 };
const IDLE_MS = 10_000;

function noop(): void {
  // The default ignores failures.
}

/** The data that the thread starts with. */
export interface CheckpointerData {
  /** The store's file. */
  path: string;
  /**
   * 1 while the thread has a copy to make. It is in shared memory, because a busy writer receives answers
   * seconds late.
   */
  requested: Int32Array;
}

/** The calls of the thread. */
export interface CopierThread {
  /** Copies the write-ahead log into the database, except for what readers still use. */
  copy(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Copies a store's write-ahead log into its database (a checkpoint) in a separate thread, so that a busy
 * writer neither copies nor waits for the disk. The thread lives while there is much to copy. If it fails,
 * the writer's own connection makes the checkpoint, as SQLite does by default.
 */
export class Checkpointer {
  readonly #pagesBehind: () => number;
  readonly #pages: number;
  readonly #onFailure: () => void;
  readonly #requested = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #copier: Served<CopierThread>;

  /** `pagesBehind`: how many pages of the log the database at `path` lacks; `pages`: how many it may lack. */
  constructor(
    pagesBehind: () => number,
    path: string,
    {
      pages = PAGES,
      script = join(__dirname, 'checkpointer-thread.js'),
      onFailure = noop,
    }: { pages?: number; script?: string; onFailure?: () => void } = {},
  ) {
    this.#pagesBehind = pagesBehind;
    this.#pages = pages;
    this.#onFailure = onFailure;
    const workerData: CheckpointerData = { path, requested: this.#requested };
    this.#copier = threadClient<CopierThread>(script, { workerData, resourceLimits: HEAP, idleMs: IDLE_MS });
  }

  /** Call this after each commit. It takes microseconds, and waits for nothing. */
  look(): void {
    if (Atomics.load(this.#requested, 0) === 1 || this.#pagesBehind() < this.#pages) return;
    Atomics.store(this.#requested, 0, 1);
    this.#copier.copy().catch(() => {
      Atomics.store(this.#requested, 0, 0);
      this.#onFailure();
    });
  }

  /** Call this before closing the store: whoever closes it last deletes its log. */
  async close(): Promise<void> {
    await this.#copier.close().catch(() => undefined);
  }
}
