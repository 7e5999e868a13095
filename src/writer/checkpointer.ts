import { join } from 'node:path';
import { threadClient, type Served } from '../threads/client';

/** 192 MB: the more there are, the more often a page was written that is copied once. SQLite itself copies at twice as many. */
const PAGES = 24_000;
const HEAP = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64 };
const IDLE_MS = 10_000;

function noop(): void {
  // Nobody wants to know.
}

/** What the thread is started with. */
export interface CheckpointerData {
  /** The store's file. */
  path: string;
  /** 1 from when the thread is asked to copy until it has; in shared memory, since a writer with pages to write hears answers seconds late. */
  asked: Int32Array;
}

/** What the thread does. */
export interface CopierThread {
  /** Copies the write-ahead log into the database, as far as nobody reads it. */
  copy(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Has the write-ahead log of a store copied into its database in a thread of its own, so that a writer who writes much neither copies nor waits for the
 * disk. The thread lives while there is much to copy. Where it fails, the writer's own connection copies, as SQLite does by itself.
 */
export class Checkpointer {
  readonly #pagesBehind: () => number;
  readonly #pages: number;
  readonly #onFailure: () => void;
  readonly #asked = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #copier: Served<CopierThread>;

  /** `pagesBehind`: how many pages of the log the store at `path` lacks; `pages`: how many it may lack. */
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
    const workerData: CheckpointerData = { path, asked: this.#asked };
    this.#copier = threadClient<CopierThread>(script, { workerData, resourceLimits: HEAP, idleMs: IDLE_MS });
  }

  /** To be called when something was committed. Costs microseconds, and waits for nothing. */
  look(): void {
    if (Atomics.load(this.#asked, 0) === 1 || this.#pagesBehind() < this.#pages) return;
    Atomics.store(this.#asked, 0, 1);
    this.#copier.copy().catch(() => {
      Atomics.store(this.#asked, 0, 0);
      this.#onFailure();
    });
  }

  /** To be called before the store is closed: who closes it last takes its log away. */
  async close(): Promise<void> {
    await this.#copier.close().catch(() => undefined);
  }
}
