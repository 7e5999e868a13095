import { spawn, type ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import type { ExtractionProblem, ExtractionResult } from '../model/extraction';
import { FrameReader, encodeFrame, type Frame } from '../model/frame';
import { LARGEST_ANSWER, readAnswer, type ExtractionRequest } from '../model/messages';
import { extractorCommand } from './command';
import { timeFor, type ExtractionLimits } from './limits';
import { residentMemory } from './resident-memory';

/** How a process that aborts itself ends: V8 has no memory left. */
const OUT_OF_MEMORY: readonly unknown[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 134];

/** What a process is started with. */
export interface ChildOptions {
  script: string;
  /** The descriptors of the slots, in order. */
  descriptors: readonly number[];
  limits: ExtractionLimits;
}

/** A process that extracts one file after another. */
export class ExtractorChild {
  /** True when it is ready for a file; false if it ended before. */
  readonly ready: Promise<boolean>;
  /** Settles when the process is gone. */
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  readonly #limits: ExtractionLimits;
  readonly #frames = new FrameReader(LARGEST_ANSWER);
  #isReady: (ready: boolean) => void = () => undefined;
  #answer: ((result: ExtractionResult) => void) | undefined;
  /** Why this side killed it. */
  #verdict: ExtractionProblem | undefined;
  #isOver = false;
  #files = 0;
  #busyMs = 0;
  #rss = 0;

  constructor({ script, descriptors, limits }: ChildOptions) {
    this.#limits = limits;
    const [command, ...args] = extractorCommand(script);
    const child = spawn(command, args, {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'pipe', 'ignore', ...descriptors],
    });
    this.#process = child;
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#end(signal ?? code);
        resolve();
      };
      child.once('close', end);
      // It could not be started.
      child.once('error', () => {
        end(null, null);
      });
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      this.#receive(bytes);
    });
    // That it is gone is told by its end.
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('error', () => undefined);
    const slowStart = setTimeout(() => {
      this.kill();
    }, limits.startMs);
    void Promise.race([this.ready, this.exited]).finally(() => {
      clearTimeout(slowStart);
    });
  }

  /** True if it may get another file. */
  get isUsable(): boolean {
    const { replaceFiles, replaceRss, replaceBusyMs } = this.#limits;
    const isWorn = this.#files >= replaceFiles || this.#rss > replaceRss || this.#busyMs > replaceBusyMs;
    return !this.#isOver && !isWorn;
  }

  /** Extracts what is in a slot. Never rejects. When the answer is a crash or a limit, the process is gone. */
  async extract(request: ExtractionRequest): Promise<ExtractionResult> {
    if (this.#isOver) return { ok: false, problem: 'crashed' };
    const started = performance.now();
    const answered = new Promise<ExtractionResult>((resolve) => {
      this.#answer = resolve;
    });
    this.#process.stdin?.write(Buffer.concat(encodeFrame(request)));
    const clock = setTimeout(
      () => {
        this.#kill('timeout');
      },
      timeFor(request.size, this.#limits),
    );
    const poll = setInterval(() => {
      void this.#watchMemory();
    }, this.#limits.pollMs);
    const result = await answered;
    clearTimeout(clock);
    clearInterval(poll);
    this.#files += 1;
    this.#busyMs += performance.now() - started;
    return result;
  }

  /** Ends the process at once. */
  kill(): void {
    this.#kill('crashed');
  }

  #kill(verdict: ExtractionProblem): void {
    this.#verdict ??= verdict;
    this.#isOver = true;
    this.#process.kill('SIGKILL');
  }

  async #watchMemory(): Promise<void> {
    const { pid } = this.#process;
    const rss = pid === undefined ? undefined : await residentMemory(pid);
    if (rss !== undefined && rss > this.#limits.rss) this.#kill('memory');
  }

  #receive(bytes: Buffer): void {
    // What comes after the verdict is not read.
    if (this.#verdict !== undefined) return;
    try {
      for (const frame of this.#frames.push(bytes)) this.#take(frame);
    } catch {
      this.#kill('crashed');
    }
  }

  #take(frame: Frame): void {
    if (frame.header['ready'] === true) {
      this.#isReady(true);
      return;
    }
    const answer = this.#answer;
    if (answer === undefined) throw new Error('an answer without a question');
    const { result, rss } = readAnswer(frame);
    this.#answer = undefined;
    this.#rss = rss;
    answer(result);
  }

  #end(how: number | string | null): void {
    this.#isOver = true;
    const own = OUT_OF_MEMORY.includes(how) ? 'memory' : how === 'SIGXCPU' ? 'timeout' : 'crashed';
    this.#answer?.({ ok: false, problem: this.#verdict ?? own });
    this.#answer = undefined;
    this.#isReady(false);
  }
}
