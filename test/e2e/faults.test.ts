import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions, type Fault } from '../../emulator';
import {
  difference,
  EXACT,
  expectPlainError,
  openRig,
  OWN_TEMPORAL,
  pagesAnswered,
  pagesAsked,
  pagesReach,
  waitFor,
  type Env,
  type Rig,
} from '../support/cli';

const FILES = 3_000;

let emulator: Emulator;
let rig: Rig;

async function setUp(options: EmulatorOptions = {}, settings: Env = {}): Promise<void> {
  const corpus = { kind: 'seed', seed: 31, files: FILES } as const;
  emulator = await startEmulator({ corpus, pageCap: 100, latencyMs: 30, ...options });
  rig = openRig(emulator.url, settings);
}

/** What of the files, their owners and the credentials stands in the files of a folder. */
function secretsIn(folder: string): string[] {
  const state = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  expect(state.some((bytes) => bytes.includes('syncAccount'))).toBe(true);
  const secrets = new Set(['emulator-token', '@example.com']);
  for (const { id, name } of emulator.truth()) {
    secrets.add(id);
    if (name.length > 12) secrets.add(name);
  }
  return [...secrets].filter((secret) => state.some((bytes) => bytes.includes(secret)));
}

/** Lets the pages asked for at these ordinals go wrong. */
function script(faults: Readonly<Record<number, Fault>>): void {
  emulator.failEvery('files.list', (ordinal) => faults[ordinal]);
}

function driveError(
  status: number,
  reason: string,
  more: { location?: string; retryAfter?: string } = {},
): Fault {
  return { kind: 'drive-error', status, reason, ...more };
}

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

test('a sync that meets server errors, rate limits and broken answers ends exact, and Temporal learns no secret', async () => {
  await setUp({}, OWN_TEMPORAL);
  script({
    4: driveError(503, 'backendError'),
    5: driveError(503, 'backendError'),
    9: driveError(403, 'userRateLimitExceeded', { retryAfter: '1' }),
    13: { kind: 'reset' },
    17: { kind: 'truncated' },
    21: { kind: 'html-200' },
  });
  // Before there is a job, too.
  emulator.failNext('about.get', driveError(503, 'backendError'), 2);
  const sync = rig.spawn(['sync']);
  const [server] = await waitFor('the server runs', () => rig.servers().length > 0 && rig.servers());
  expect(readFileSync(`/proc/${String(server)}/environ`, 'utf8')).not.toContain('emulator-token');
  const { code, stderr } = await sync.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  const [job] = await rig.jobs();
  expect(job).toMatchObject({ state: 'completed', files: FILES });
  expect(pagesAsked(emulator)).toBe((job?.pages ?? 0) + 6);
  expect(secretsIn(join(rig.home, 'temporal'))).toEqual([]);
});

test('a sync whose page tokens are rejected ends exact', async () => {
  await setUp();
  script({
    5: driveError(400, 'invalid', { location: 'pageToken' }),
    11: driveError(403, 'pageTokenExpired'),
    17: driveError(410, 'pageTokenExpired'),
  });
  const { code, stderr } = await rig.run(['sync']);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect(await rig.jobs()).toEqual([expect.objectContaining({ state: 'completed' })]);
});

test('a listing that Drive calls incomplete ends partial with exit 3', async () => {
  await setUp();
  script({ 6: { kind: 'patch', patch: (body) => ({ ...body, incompleteSearch: true }) } });
  const { code, stdout } = await rig.run(['sync']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringContaining('partial') });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect(await rig.jobs()).toEqual([expect.objectContaining({ state: 'partial' })]);
});

test('access tokens that expire in mid-crawl are refreshed unnoticed', async () => {
  await setUp({ latencyMs: 50 });
  const credentials = writeCredentials();
  const sync = rig.spawn(['sync'], credentials);
  await pagesReach(emulator, 6, sync);
  emulator.expireAccessTokens();
  await pagesReach(emulator, 16, sync);
  emulator.expireAccessTokens();
  const { code, stderr } = await sync.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('gdrive-sync:') });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect(emulator.counts['oauth2.token']).toBeGreaterThanOrEqual(3);
});

test('a job whose token dies in mid-crawl waits, and the next sync with a good login finishes it', async () => {
  await setUp({ latencyMs: 50 });
  const first = rig.spawn(['sync']);
  await pagesReach(emulator, 8, first);
  emulator.expireAccessTokens();
  const outcome = await first.done;
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(outcome, /^gdrive-sync: job [0-9a-f]{8} is waiting: the login does not work/);

  const [waiting] = await waitFor('the job waits', async () => {
    const jobs = await rig.jobs();
    return jobs[0]?.state === 'waiting' && jobs;
  });
  expect(waiting?.reason).toMatch(/the login does not work/);

  const answered = pagesAnswered(emulator);
  const second = await rig.run(['sync'], writeCredentials());
  expect(second).toEqual({ ...second, code: 0 });
  expect(second.stderr).toContain(`Job ${waiting!.jobId} continues where it stopped`);
  expect(await rig.jobs()).toEqual([
    expect.objectContaining({ jobId: waiting!.jobId, state: 'completed', files: FILES }),
  ]);
  expect(await difference(rig, emulator)).toEqual(EXACT);
  const [done] = await rig.jobs();
  expect(answered).toBeGreaterThanOrEqual(7);
  expect(pagesAnswered(emulator)).toBeLessThanOrEqual(done!.pages + 1);
});

/** A login that can be refreshed, and the settings that name it in place of the ready token. */
function writeCredentials(): Env {
  const file = join(rig.home, 'login.json');
  const login = {
    type: 'authorized_user',
    client_id: 'emulator-client',
    client_secret: 'emulator-secret',
    refresh_token: 'emulator-refresh',
  };
  writeFileSync(file, JSON.stringify(login), { mode: 0o600 });
  return {
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
    GOOGLE_APPLICATION_CREDENTIALS: file,
    GDRIVE_SYNC_OAUTH_URL: emulator.url,
  };
}
