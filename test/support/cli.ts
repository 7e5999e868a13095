/** A temporary home and the command line that works in it: every process that a test starts goes through here and ends with it. */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Emulator, RequestRecord } from '../../emulator';
import { requestedPart } from '../../src/model/file';
import type { JsonObject } from '../../src/model/values';
import { endWarm, isWarm, runWarm, type Env, type Outcome } from './warm-process';

export type { Env, Outcome } from './warm-process';

/** The command as it is built. */
export const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');
const LOOK_EVERY_MS = 40;
const GONE_LIMIT_MS = 8_000;
/** A command that takes longer is killed, so that a test can tell what it had said. */
const COMMAND_LIMIT_MS = 40_000;

/** A command that still runs, or has ended. */
export interface Running {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly done: Promise<Outcome>;
  /** Types a line into the command. */
  type(line: string): void;
  /** Resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<Outcome>;
}

/** A job as `status --json` lists it. */
export interface ListedJob {
  jobId: string;
  account: string;
  state: string;
  attempt: number;
  reason?: string;
  pages: number;
  files: number;
}

/** A home with its command line. */
export interface Rig {
  readonly home: string;
  /** The environment of its commands. */
  readonly env: Env;
  readonly store: string;
  /** Runs a command, in a process that an earlier command may have used; one that takes longer than `limitMs` is killed. */
  run(args: readonly string[], env?: Env, limitMs?: number): Promise<Outcome>;
  /** Starts a command in a process of its own. */
  spawn(args: readonly string[], env?: Env, limitMs?: number): Running;
  jobs(): Promise<ListedJob[]>;
  /** The Temporal servers of this home that are alive, without their guards. */
  servers(): number[];
  close(): Promise<void>;
}

/** Waits until `look` returns something else than false and undefined, and fails with `what` after the deadline. */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  limitMs = 20_000,
): Promise<Exclude<T, false | undefined>> {
  for (const endsAt = Date.now() + limitMs; ;) {
    const found = await look();
    if (found !== false && found !== undefined) return found as Exclude<T, false | undefined>;
    if (Date.now() > endsAt) throw new Error(`${what}: not within ${String(limitMs)} ms`);
    await delay(LOOK_EVERY_MS);
  }
}

/** Settings of a rig with an embedded Temporal server of its own, for tests that are about it. */
export const OWN_TEMPORAL: Env = { TEMPORAL_ADDRESS: undefined, TEMPORAL_NAMESPACE: undefined };

/** The server that end-to-end tests share; other projects have none. */
function sharedTemporal(): Env {
  const { SHARED_TEMPORAL_ADDRESS: address, SHARED_TEMPORAL_NAMESPACE: namespace } = process.env;
  return address === undefined ? OWN_TEMPORAL : { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
}

afterAll(endWarm);

/** Opens a rig in a new home; `drive` is the root URL of the emulated Drive. */
export function openRig(drive: string, settings: Env = {}): Rig {
  const home = mkdtempSync(join(tmpdir(), 'gdrive-sync-test-'));
  const alive = new Set<Running>();
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const base: Env = {
    PATH,
    HOME,
    XDG_CACHE_HOME,
    NO_PROXY: '127.0.0.1',
    GDRIVE_SYNC_HOME: home,
    GDRIVE_SYNC_DRIVE_URL: drive,
    // An emulator without a quota need not be spared.
    GDRIVE_SYNC_UNITS_PER_MINUTE: '100000000',
    GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token',
    ...sharedTemporal(),
    ...settings,
  };

  function start(args: readonly string[], env: Env = {}, limitMs = COMMAND_LIMIT_MS): Running {
    const running = startCommand(args, { ...base, ...env }, limitMs);
    alive.add(running);
    void running.done.finally(() => alive.delete(running));
    return running;
  }

  return {
    home,
    env: base,
    store: join(home, 'accounts', 'default.db'),
    spawn: start,
    async run(args, env, limitMs = COMMAND_LIMIT_MS) {
      const whole = { ...base, ...env };
      return await (isWarm(whole) ? runWarm(args, whole, limitMs) : start(args, env, limitMs).done);
    },
    async jobs() {
      const { code, stdout, stderr } = await this.run(['status', '--json']);
      if (code !== 0) throw new Error(`status ended with ${String(code)}: ${stderr}`);
      return (JSON.parse(stdout) as { jobs: ListedJob[] }).jobs;
    },
    servers: () => processesOf(home, 'server'),
    async close() {
      await Promise.all([...alive].map(async (running) => await running.kill()));
      try {
        await waitFor(
          `the processes of ${home} end`,
          () => processesOf(home, 'any').length === 0,
          GONE_LIMIT_MS,
        );
      } finally {
        for (const pid of processesOf(home, 'any')) process.kill(pid, 'SIGKILL');
        rmSync(home, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

function startCommand(args: readonly string[], env: Env, limitMs: number): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  collect(child, output);
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const done = new Promise<Outcome>((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code) => settle({ code, ...output }));
  }).finally(() => clearTimeout(limit));
  return {
    pid: child.pid ?? 0,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    done,
    type: (line) => void child.stdin.write(`${line}\n`),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      return await done;
    },
  };
}

function collect(child: ChildProcess, output: { stdout: string; stderr: string }): void {
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
}

/** The processes with the home in their command line: its servers, or those and their guards. */
function processesOf(home: string, kind: 'server' | 'any'): number[] {
  return commandLines()
    .filter(({ words }) => words.some((word) => word.includes(home)))
    .filter(({ words }) => kind === 'any' || (words[1] === 'server' && words[2] === 'start-dev'))
    .map(({ pid }) => pid);
}

function commandLines(): { pid: number; words: string[] }[] {
  if (!existsSync('/proc/self/cmdline')) {
    const table = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' });
    return table.split('\n').flatMap((line) => {
      const [pid, ...words] = line.trim().split(/\s+/);
      return pid === undefined || pid === '' ? [] : [{ pid: Number(pid), words }];
    });
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), words: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** How an export differs from what the emulated Drive holds; all zero where it is exact. */
export interface Difference {
  missing: number;
  extra: number;
  different: number;
  doubled: number;
}

/** Nothing missing, nothing doubled, nothing different. */
export const EXACT: Difference = { missing: 0, extra: 0, different: 0, doubled: 0 };

/** Compares `export --format jsonl` with what the emulated Drive holds, field by field. */
export async function difference(
  rig: Pick<Rig, 'run'>,
  emulator: Pick<Emulator, 'truth'>,
): Promise<Difference> {
  const { code, stdout, stderr } = await rig.run(['export', '--format', 'jsonl']);
  if (code !== 0) throw new Error(`the export ended with ${String(code)}: ${stderr}`);
  const exported = new Map<unknown, JsonObject>();
  const result = { ...EXACT };
  for (const line of stdout.split('\n').filter((each) => each !== '')) {
    const file = JSON.parse(line) as JsonObject;
    if (exported.has(file['id'])) result.doubled += 1;
    exported.set(file['id'], file);
  }
  for (const file of emulator.truth()) {
    const expected = requestedPart(file);
    const found = exported.get(expected['id']);
    exported.delete(expected['id']);
    if (found === undefined) result.missing += 1;
    else if (!isDeepStrictEqual(found, expected)) result.different += 1;
  }
  result.extra = exported.size;
  return result;
}

/** The pages of crawls, without those of single folders: the walk asks for these behind the job's back. */
function crawlPages(emulator: Emulator): RequestRecord[] {
  return emulator
    .requests()
    .filter(({ method, params }) => method === 'files.list' && !(params['q'] ?? '').includes(' in parents'));
}

/** Requests for pages of crawls that have reached the emulated Drive. */
export function pagesAsked(emulator: Emulator): number {
  return crawlPages(emulator).length;
}

/** Requests for pages of crawls that the emulated Drive has answered with a page. */
export function pagesAnswered(emulator: Emulator): number {
  return crawlPages(emulator).filter(({ status }) => status === 200).length;
}

/** Waits until the command has had so many pages asked for; fails with what it said if it ends before. */
export async function pagesReach(emulator: Emulator, count: number, command: Running): Promise<void> {
  let ended: Outcome | undefined;
  void command.done.then((outcome) => (ended = outcome));
  await waitFor(
    `${String(count)} pages asked`,
    () => {
      const isReached = pagesAsked(emulator) >= count;
      if (!isReached && ended !== undefined)
        throw new Error(`the command has ended: ${JSON.stringify(ended)}`);
      return isReached;
    },
    20_000,
  );
}

/** One sentence and a hint on stderr, without a stack; other lines may come before. */
export function expectPlainError({ stderr }: Outcome, sentence: RegExp): void {
  const lines = stderr.trimEnd().split('\n');
  const at = lines.findIndex((line) => line.startsWith('gdrive-sync: '));
  expect({ stderr, told: lines[at], hint: lines[at + 1], more: lines.slice(at + 2) }).toEqual({
    stderr,
    told: expect.stringMatching(sentence),
    hint: expect.stringMatching(/^hint: \S/),
    more: [],
  });
  expect(stderr).not.toMatch(/\n\s+at /);
}
