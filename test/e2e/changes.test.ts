import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import {
  difference,
  EXACT,
  expectPlainError,
  openRig,
  OWN_TEMPORAL,
  type Env,
  waitFor,
  type ListedJob,
  type Outcome,
  type Rig,
  type Running,
} from '../support/cli';

let emulator: Emulator;
let rig: Rig;

async function setUp(options: EmulatorOptions & { files?: number } = {}, settings: Env = {}): Promise<void> {
  const { files = 1_000, ...rest } = options;
  const drives = [{ name: 'Team', files: 120 }];
  const corpus = { kind: 'seed', seed: 51, files, drives } as const;
  emulator = await startEmulator({ corpus, latencyMs: 5, ...rest });
  rig = openRig(emulator.url, settings);
}

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

/** With a worker in the background the commands need not start a server each. */
async function startWorker(): Promise<Running> {
  const up = rig.spawn(['up', '--every', 'never']);
  await waitFor('the worker works', () => up.stderr.includes('Working in'));
  return up;
}

/** Runs a command that has to end well; a failure shows what it said. */
async function succeeds(...args: string[]): Promise<Outcome> {
  const outcome = await rig.run(args);
  expect(outcome).toEqual({ ...outcome, code: 0 });
  return outcome;
}

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse((await succeeds('--json', ...args)).stdout) as T;
}

interface SyncResult {
  jobId: string;
  state: string;
  listed: number;
  changes: number;
  files: number;
  corrected?: { added: number; changed: number; removed: number };
}

interface Event {
  kind: string;
  id: string;
  name: string;
  inherited: boolean;
  changes: Record<string, [unknown, unknown]>;
  folders?: { from?: string; to?: string };
}

async function history(...args: string[]): Promise<Event[]> {
  const { stdout } = await succeeds('--json', 'history', ...args);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
}

/** A random number generator that repeats itself. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('a sync after a sync applies the changes of all logs, ends exact, and history tells of them', async () => {
  await setUp();
  const { world } = emulator;
  const first = await json<SyncResult>('sync');
  expect(first).toMatchObject({ state: 'completed', files: emulator.fileCount, changes: 0 });
  expect(first.corrected).toBeUndefined();
  expect(await history()).toEqual([]);

  const folder = world.createFolder({ name: 'Plans' });
  const file = world.createFile({ parent: folder, name: 'draft.txt' });
  await succeeds('sync');
  world.rename(file, 'final\u001b[31m.txt');
  const second = await json<SyncResult>('sync');
  expect(second).toMatchObject({ state: 'completed', listed: 0, changes: 1 });
  world.move(file, world.rootId);
  world.trash(folder);
  await succeeds('sync');

  expect(await difference(rig, emulator)).toEqual(EXACT);
  const events = (await history()).map(({ kind, id }) => ({ kind, id }));
  expect(events).toHaveLength(5);
  expect(events).toEqual(
    expect.arrayContaining([
      { kind: 'created', id: folder },
      { kind: 'created', id: file },
      { kind: 'renamed', id: file },
      { kind: 'moved', id: file },
      { kind: 'trashed', id: folder },
    ]),
  );
  const { stdout } = await succeeds('history', '--limit', '3');
  expect(stdout).toContain('draft.txt → final\uFFFD[31m.txt');
  expect(stdout).toMatch(/moved {5}\/My Drive\/final.*: Plans → /);
  expect(stdout.trimEnd().split('\n')).toHaveLength(3);
});

test('after hundreds of random changes of every kind, twice, the copy is exact', async () => {
  await setUp();
  await succeeds('sync');
  const random = seeded(7);
  for (const _ of [1, 2]) {
    emulator.world.addDrive({ name: 'Joined', files: 40 });
    emulator.world.receiveFolder({ folders: 3, files: 20, listed: false });
    for (let i = 0; i < 250; i++) emulator.world.mutate(random, { access: true });
    const { stdout } = await succeeds('sync', '--walk');
    expect(stdout).toMatch(/^folders shared with you: (\d+) of \1 listed; \d+ files? found only in them$/m);
    expect(await difference(rig, emulator)).toEqual(EXACT);
  }
});

test('history shows what is below a folder, hides what only follows, and goes on with what happens', async () => {
  await setUp();
  await startWorker();
  const { world } = emulator;
  const top = world.createFolder({ name: 'Top' });
  const inner = world.createFolder({ name: 'Inner', parent: top });
  for (let i = 0; i < 5; i++) world.createFile({ parent: inner, name: `in ${String(i)}` });
  await succeeds('sync');
  // The first changes after a crawl may hide what it missed, so that folders are listed once more.
  world.touch(world.ids({ folders: false })[0]!);
  await succeeds('sync');
  world.trash(top);
  const outside = world.createFile({ name: 'outside' });
  await succeeds('sync');

  const shown = await rig.run(['history', '--folder', top]);
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/trashed {3}\/My Drive\/Top/) });
  expect(shown.stdout).not.toContain('outside');
  expect(shown.stderr).toMatch(/and 6 more that were inherited/);
  const all = await history('--folder', top, '--all');
  expect(all.filter(({ inherited }) => inherited)).toHaveLength(6);
  expect((await history('--since', '1h')).map(({ id }) => id).toSorted((a, b) => a.localeCompare(b))).toEqual(
    [top, outside].toSorted((a, b) => a.localeCompare(b)),
  );
  expect(await history('--since', new Date(Date.now() + 60_000).toISOString())).toEqual([]);

  const following = rig.spawn(['history', '--follow', '--folder', inner]);
  await waitFor('history has said what it hides', () => following.stderr.includes('--all shows them'));
  world.rename(inner, 'Renamed');
  world.rename(outside, 'elsewhere');
  await succeeds('sync');
  await waitFor('the event comes', () => following.stdout.includes('Inner → Renamed'));
  expect(await following.kill('SIGINT')).toMatchObject({ code: 0 });
  expect(following.stdout).not.toContain('elsewhere');
});

test('a full crawl on top of a copy tells what it corrected', async () => {
  await setUp();
  await startWorker();
  await succeeds('sync');
  expect((await json<SyncResult>('sync', '--full')).corrected).toEqual({ added: 0, changed: 0, removed: 0 });
  const { stdout } = await succeeds('sync', '--full');
  expect(stdout).toContain('the full crawl found nothing to correct');
  emulator.world.loseEverything({ silent: true });
  const { corrected } = await json<SyncResult>('sync', '--full');
  expect(corrected?.removed).toBeGreaterThan(0);
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

test('settings are kept: drives that are not wanted are let go of, and come back when they are', async () => {
  await setUp();
  await startWorker();
  const [drive] = emulator.world.drives();
  const inDrive = async () =>
    (await json<{ held: number }>('sql', `SELECT count(*) AS held FROM files WHERE source = '${drive!.id}'`))
      .held;
  await succeeds('sync');
  expect(await inDrive()).toBeGreaterThanOrEqual(120);
  await succeeds('sync', '--drives', 'none', '--no-walk');
  expect(await inDrive()).toBe(0);
  await succeeds('sync');
  expect(await inDrive()).toBe(0);
  await succeeds('initiate', '--drives', drive!.id, '--walk');
  await succeeds('sync');
  expect(await inDrive()).toBeGreaterThanOrEqual(120);
  expect(await difference(rig, emulator)).toEqual(EXACT);
  const settings = await json('sql', 'SELECT drives, walk, full_every_ms, history_ms FROM store');
  expect(settings).toMatchObject({ drives: JSON.stringify([drive!.id]), walk: 1 });

  const kept = await succeeds('history', '--keep', '90d');
  expect(kept.stderr).toContain('kept for 90d');
  const { history_ms: keptMs } = await json<{ history_ms: number }>('sql', 'SELECT history_ms FROM store');
  expect(keptMs).toBe(90 * 86_400_000);
});

async function jobInState(state: string, jobId?: string): Promise<ListedJob> {
  return await waitFor(`a job is ${state}`, async () =>
    (await rig.jobs()).find((job) => job.state === state && (jobId === undefined || job.jobId === jobId)),
  );
}

test('a paused job stays paused over restarts of the worker until it is resumed', async () => {
  await setUp({ files: 3_000, pageCap: 20, latencyMs: 300 }, OWN_TEMPORAL);
  const first = await startWorker();
  await succeeds('initiate');
  await waitFor('pages are asked for', () => (emulator.counts['files.list'] ?? 0) > 5);
  expect((await succeeds('pause')).stdout).toMatch(/: paused$/m);
  const { jobId, reason } = await jobInState('waiting');
  expect(reason).toBe('paused; `gdrive-sync resume` continues it');
  const again = await rig.run(['pause']);
  expect(again).toMatchObject({ code: 1 });
  expectPlainError(again, /is already paused/);
  const joined = await succeeds('initiate', '--full', '--drives', 'all', '--no-walk');
  expect(joined.stderr).toContain(`Job ${jobId} was already running, and not as a full crawl`);
  expect(joined.stderr).toContain('the new settings apply from the next job on');
  expect(await json('sql', 'SELECT walk FROM store')).toEqual({ walk: 0 });
  await first.kill('SIGKILL');

  const stopped = await rig.run(['sync']);
  expect(stopped).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(stopped, new RegExp(`job ${jobId} is waiting: paused`));
  const asked = emulator.counts['files.list'];

  const second = rig.spawn(['up', '--every', '5s']);
  await waitFor('the worker works', () => second.stderr.includes('Syncing every account now'));
  expect(await jobInState('waiting')).toMatchObject({ jobId });
  expect(emulator.counts['files.list']).toBe(asked);
  const [page] = /http:\S+\/namespaces\/gdrive-sync\/workflows/.exec(second.stderr)!;
  const { webUi } = await json<{ webUi: string }>('status', jobId);
  expect(webUi).toMatch(`${page}/sync%2Fdefault%2F`);
  expect((await succeeds('status', jobId)).stdout).toContain(`Temporal Web UI: ${webUi}\n`);
  expect((await succeeds('resume')).stdout).toMatch(/: resumed$/m);
  expect(await jobInState('completed')).toMatchObject({ jobId });
  await second.kill('SIGINT');
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

test('without a worker a job is paused and resumed too', async () => {
  await setUp();
  await succeeds('initiate');
  expect((await succeeds('pause')).stdout).toMatch(/: paused$/m);
  expect(await jobInState('waiting')).toMatchObject({ pages: 0 });
  const stopped = await rig.run(['sync']);
  expect(stopped).toMatchObject({ code: 1 });
  expectPlainError(stopped, /is waiting: paused/);
  expect((await succeeds('resume')).stdout).toMatch(/: resumed\ncompleted: /);
  const notWaiting = await rig.run(['resume']);
  expect(notWaiting).toMatchObject({ code: 1 });
  expectPlainError(notWaiting, /is already completed/);
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

interface Depth {
  sources: { sourceId: string; removals?: { files: number; of: number; examples: unknown[] } }[];
}

test('unusually many removals wait for consent, which is asked for with examples', async () => {
  await setUp({ files: 2_500 });
  await succeeds('sync');
  emulator.world.loseEverything({ silent: false });
  const stopped = await rig.run(['sync']);
  expect(stopped).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(stopped, /is waiting: [\d,]+ of [\d,]+ files are gone from Drive/);
  const { jobId } = await jobInState('waiting');
  const { sources } = await json<Depth>('status', jobId);
  const { files, examples } = sources[0]!.removals!;
  expect(files).toBeGreaterThan(1_000);
  expect(examples).toHaveLength(10);
  expect((await succeeds('status', jobId)).stdout).toContain('gdrive-sync sync --accept-removals');

  await succeeds('resume', '--accept-removals');
  await jobInState('completed', jobId);
  expect(await difference(rig, emulator)).toEqual(EXACT);
});
