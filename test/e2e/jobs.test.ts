import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import {
  difference,
  EXACT,
  expectPlainError,
  openRig,
  pagesAnswered,
  pagesReach,
  waitFor,
  type ListedJob,
  type Rig,
} from '../support/cli';

const FILES = 3_000;
const MOST_PAGES_AGAIN = 2;

let emulator: Emulator;
let rig: Rig;

async function setUp(options: EmulatorOptions = {}): Promise<void> {
  const corpus = { kind: 'seed', seed: 41, files: FILES } as const;
  emulator = await startEmulator({ corpus, pageCap: 100, latencyMs: 30, ...options });
  // One lane, so that every page can be accounted for.
  rig = openRig(emulator.url, { GDRIVE_SYNC_LANES: '1' });
}

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

async function jobInState(state: string): Promise<ListedJob> {
  return await waitFor(`a job is ${state}`, async () =>
    (await rig.jobs()).find((job) => job.state === state),
  );
}

async function initiate(): Promise<{ jobId: string; joined: boolean }> {
  const { code, stdout, stderr } = await rig.run(['--json', 'initiate']);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  return JSON.parse(stdout) as { jobId: string; joined: boolean };
}

/** Runs a command that has to end well; a failure shows what it said. */
async function succeeds(args: readonly string[]): Promise<void> {
  const outcome = await rig.run(args);
  expect(outcome).toEqual({ ...outcome, code: 0 });
}

test('two initiates at once make one job, which status shows as pending and up runs to its end', async () => {
  await setUp();
  const made = await Promise.all([initiate(), initiate()]);
  expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(1);
  expect(made.filter(({ joined }) => joined)).toHaveLength(1);
  const [{ jobId }] = made;
  expect(await rig.jobs()).toEqual([expect.objectContaining({ jobId, state: 'pending', pages: 0 })]);
  expect(rig.servers()).toEqual([]);

  const up = rig.spawn(['up']);
  const done = await jobInState('completed');
  expect(done).toMatchObject({ jobId, files: FILES });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  await up.kill('SIGINT');
  await waitFor('the server ends with up', () => rig.servers().length === 0, 5_000);
});

describe('a job that fails', () => {
  let isBroken = true;

  beforeEach(async () => {
    isBroken = true;
    await setUp();
    emulator.failEvery('files.list', (ordinal) =>
      isBroken && ordinal >= 12 ? { kind: 'drive-error', status: 400, reason: 'badRequest' } : undefined,
    );
    const outcome = await rig.run(['sync']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /^gdrive-sync: job [0-9a-f]{8} failed: Google Drive refuses the request/);
  });

  test('is shown as failed with the reason, and reset and sync go on from its checkpoint', async () => {
    const failed = await jobInState('failed');
    expect(failed.reason).toMatch(/Google Drive refuses the request/);
    expect(failed.pages).toBeGreaterThanOrEqual(10);

    isBroken = false;
    const reset = await rig.run(['reset', failed.jobId.slice(0, 5)]);
    expect(reset).toMatchObject({ code: 0, stdout: expect.stringContaining('attempt 2') });
    const again = await rig.run(['sync']);
    expect(again).toMatchObject({ code: 0 });
    const [done] = await rig.jobs();
    expect(done).toMatchObject({ jobId: failed.jobId, state: 'completed', attempt: 2 });
    expect(await difference(rig, emulator)).toEqual(EXACT);
    expect(pagesAnswered(emulator)).toBeLessThanOrEqual(done!.pages + MOST_PAGES_AGAIN);
  });

  test('and a pending one are deleted with their records, and the files stay', async () => {
    const failed = await jobInState('failed');
    const unasked = await rig.run(['delete', failed.jobId]);
    expect(unasked).toMatchObject({ code: 2 });
    expectPlainError(unasked, /needs a confirmation/);
    await succeeds(['delete', failed.jobId, '--yes']);
    expect(await rig.jobs()).toEqual([]);

    const { jobId } = await initiate();
    expect(await rig.jobs()).toEqual([expect.objectContaining({ jobId, state: 'pending' })]);
    await succeeds(['delete', '--yes']);
    expect(await rig.jobs()).toEqual([]);
    const { stdout } = await rig.run(['--json', 'sql', 'SELECT count(*) AS held FROM file']);
    expect((JSON.parse(stdout) as { held: number }).held).toBeGreaterThanOrEqual(1_000);
  });
});

test.each([
  ['cancel', 'canceled'],
  ['terminate', 'terminated'],
])('%s ends a running job, and a later sync goes on from its checkpoint', async (command, state) => {
  await setUp({ latencyMs: 100 });
  const { jobId } = await initiate();
  const up = rig.spawn(['up']);
  await pagesReach(emulator, 6, up);

  const refused = await rig.run(['delete', jobId, '--yes']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(refused, new RegExp(`job ${jobId} has not ended`));

  expect(await rig.run([command, jobId.slice(0, 6)])).toMatchObject({ code: 0 });
  const ended = await jobInState(state);
  expect(ended).toMatchObject({ jobId });
  expect(ended.pages).toBeGreaterThanOrEqual(5);
  await up.kill('SIGINT');

  const again = await rig.run(['sync']);
  expect(again).toEqual({ ...again, code: 0 });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  const jobs = await rig.jobs();
  expect(new Set(jobs.map((job) => job.state))).toEqual(new Set([state, 'completed']));
  // All windows, the hour before the start once more, and what the end of the first job may have cost.
  const all = Math.ceil(FILES / 100) + 1;
  expect(pagesAnswered(emulator)).toBeLessThanOrEqual(all + 1 + 2 + MOST_PAGES_AGAIN);
});

test('a job is named by a unique prefix, and an ambiguous or unknown one is refused', async () => {
  await setUp({ corpus: { kind: 'seed', seed: 41, files: 50 } });
  await succeeds(['sync']);
  await succeeds(['--account', 'second', 'sync']);
  const jobs = await rig.jobs();
  expect(new Set(jobs.map(({ account }) => account))).toEqual(new Set(['default', 'second']));

  const [one, other] = jobs.map(({ jobId }) => jobId);
  const length = Array.from(one!, (digit, at) => digit === other![at]).indexOf(false) + 1;
  const shown = await rig.run(['--json', 'status', one!.slice(0, length)]);
  expect(shown).toMatchObject({ code: 0 });
  expect(JSON.parse(shown.stdout)).toMatchObject({ jobId: one, state: 'completed' });

  const ambiguous = await rig.run(['status', one!.slice(0, length - 1)]);
  expect(ambiguous).toMatchObject({ code: 2, stdout: '' });
  expectPlainError(ambiguous, /more than one job id begins with/);
  const unknown = await rig.run(['status', 'x']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expectPlainError(unknown, /there is no job "x"/);
});
