import { setMaxListeners } from 'node:events';
import type { Log } from '../../log';
import type { ExtractionResult } from '../model/extraction';
import type { DocumentKind } from '../model/kind';
import { ExtractorChild } from './child';
import { EXTRACTOR } from './command';
import { EXTRACTION_LIMITS, type ExtractionLimits } from './limits';
import { Line } from './line';
import { closeSlotFiles, emptySlotFile, openSlotFiles, type Slot, type SlotFile } from './slots';

/** After this many processes in a row that were never ready, something other than a file is wrong. */
const MOST_FAILED_STARTS = 3;

/** Extractors cannot be started here. It holds until the extraction is opened again. */
export class ExtractionStopped extends Error {
  override readonly name = 'ExtractionStopped';

  constructor() {
    super('the processes that extract texts end before they are ready');
  }
}

/** What an extraction is opened with. */
export interface ExtractionOptions {
  /** Where the scratch files are, which have no names. */
  folder: string;
  slots: number;
  /** The most processes at a time. */
  children: number;
  limits?: Partial<ExtractionLimits> | undefined;
  log: Log;
  /** The program of the processes, in tests. */
  script?: string | undefined;
}

/** Extracts the texts of files in processes of its own. */
export interface Extraction {
  /**
   * Takes a slot when one is free, in the order of the calls.
   * @throws the signal's reason.
   */
  takeSlot(signal: AbortSignal): Promise<Slot>;
  /**
   * Extracts the text of the first `size` bytes in a slot. A crash, a limit or garbage is a result.
   * @throws ExtractionStopped if processes cannot be started; the signal's reason, after the process is gone.
   */
  extract(
    slot: Slot,
    request: { size: number; kind: DocumentKind | undefined },
    signal: AbortSignal,
  ): Promise<ExtractionResult>;
  /** Ends all processes and removes the scratch files. */
  close(): Promise<void>;
}

/** Opens the scratch files. Processes start with the first file, and all of them inherit all slots. */
export function openExtraction(options: ExtractionOptions): Extraction {
  return new ExtractionPool(options);
}

class ExtractionPool implements Extraction {
  readonly #log: Log;
  readonly #script: string;
  readonly #limits: ExtractionLimits;
  readonly #files: readonly SlotFile[];
  readonly #slots: Line<SlotFile>;
  readonly #held = new WeakMap<Slot, SlotFile>();
  /** One permit for each process that may work. */
  readonly #turns: Line<number>;
  readonly #children = new Set<ExtractorChild>();
  readonly #idle = new Map<ExtractorChild, NodeJS.Timeout>();
  #failedStarts = 0;
  #closed: Error | undefined;

  constructor({ folder, slots, children, limits, log, script }: ExtractionOptions) {
    this.#log = log;
    this.#script = script ?? EXTRACTOR;
    this.#limits = { ...EXTRACTION_LIMITS, ...limits };
    this.#files = openSlotFiles(folder, slots);
    this.#slots = new Line(this.#files);
    this.#turns = new Line(Array.from({ length: children }, (_, index) => index));
  }

  async takeSlot(signal: AbortSignal): Promise<Slot> {
    const file = await this.#slots.take(signal);
    const slot: Slot = {
      fd: file.fd,
      release: () => {
        if (!this.#held.delete(slot)) return;
        emptySlotFile(file);
        this.#slots.give(file);
      },
    };
    this.#held.set(slot, file);
    return slot;
  }

  async extract(
    slot: Slot,
    { size, kind }: { size: number; kind: DocumentKind | undefined },
    signal: AbortSignal,
  ): Promise<ExtractionResult> {
    const file = this.#held.get(slot);
    if (file === undefined) throw new Error('the slot was given back');
    const turn = await this.#turns.take(signal);
    try {
      const child = await this.#readyChild(signal);
      return await this.#extractIn(child, { slot: file.number, size, kind }, signal);
    } finally {
      this.#turns.give(turn);
    }
  }

  async close(): Promise<void> {
    this.#closed = new Error('the extraction is closed');
    this.#slots.close(this.#closed);
    this.#turns.close(this.#closed);
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all(
      Array.from(this.#children, (child) => {
        child.kill();
        return child.exited;
      }),
    );
    closeSlotFiles(this.#files);
  }

  async #extractIn(
    child: ExtractorChild,
    request: Parameters<ExtractorChild['extract']>[0],
    signal: AbortSignal,
  ): Promise<ExtractionResult> {
    const kill = (): void => {
      child.kill();
    };
    setMaxListeners(0, signal);
    signal.addEventListener('abort', kill, { once: true });
    try {
      this.#throwIfOver(signal);
      const result = await child.extract(request);
      this.#throwIfOver(signal);
      return result;
    } finally {
      signal.removeEventListener('abort', kill);
      this.#rest(child);
    }
  }

  #throwIfOver(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
  }

  /** A process that is ready, idle or new. */
  async #readyChild(signal: AbortSignal): Promise<ExtractorChild> {
    for (;;) {
      this.#throwIfOver(signal);
      const child = this.#takeIdle() ?? this.#start();
      if (await child.ready) {
        this.#failedStarts = 0;
        return child;
      }
      this.#failedStarts += 1;
      this.#log.write('warn', 'an extractor ended before it was ready', { count: this.#failedStarts });
      if (this.#failedStarts < MOST_FAILED_STARTS) continue;
      const stopped = new ExtractionStopped();
      this.#turns.close(stopped);
      throw stopped;
    }
  }

  #start(): ExtractorChild {
    const descriptors = this.#files.map(({ readOnlyFd }) => readOnlyFd);
    const child = new ExtractorChild({ script: this.#script, descriptors, limits: this.#limits });
    this.#children.add(child);
    void child.exited.finally(() => {
      this.#children.delete(child);
      this.#wake(child);
    });
    return child;
  }

  #takeIdle(): ExtractorChild | undefined {
    for (const child of this.#idle.keys()) {
      this.#wake(child);
      if (child.isUsable) return child;
    }
    return undefined;
  }

  #wake(child: ExtractorChild): void {
    clearTimeout(this.#idle.get(child));
    this.#idle.delete(child);
  }

  /** Keeps a process for the next file, for a while, unless it is worn. */
  #rest(child: ExtractorChild): void {
    if (!child.isUsable) {
      child.kill();
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.delete(child);
      child.kill();
    }, this.#limits.idleMs);
    this.#idle.set(child, timer.unref());
  }
}
