/** How `status` and `status --check` judge accounts, from the stores alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createEmulation, type Emulation } from '../../emulator';
import { EXIT } from '../../src/errors';
import { createEngine, type Engine } from '../support/engine';
import { runHere, type Written } from '../support/in-process';

const HOUR = 3_600_000;

let folder: string;
let cloud: Emulation;
let engine: Engine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-status-'));
  mkdirSync(join(folder, 'accounts'));
  cloud = await createEmulation({
    corpus: { kind: 'seed', seed: 1, files: 1_200, drives: [{ name: 'Plans', files: 5 }] },
  });
  engine = createEngine(cloud, { path: join(folder, 'accounts', 'default.db') });
});
afterEach(() => {
  jest.restoreAllMocks();
  engine.close();
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Written> {
  const login = { GDRIVE_SYNC_ACCESS_TOKEN: 'token' };
  return await runHere(args, { env: { HOME: folder, GDRIVE_SYNC_HOME: folder, ...login, ...env } });
}

const check = async (...more: string[]) => await run(['status', '--check', ...more]);

/** Ends the newest job as a job that waits. */
function park(reason: string): void {
  const db = new Database(join(folder, 'accounts', 'default.db'));
  db.prepare("UPDATE job SET state = 'waiting', reason = ?, ended_at = NULL").run(reason);
  db.close();
}

test('a copy that is young and complete is fine, even if Temporal is away', async () => {
  await engine.sync();
  expect(await check()).toMatchObject({
    code: EXIT.ok,
    stdout: expect.stringMatching(/^default: ok: as of \d{4}-\S+ \S+ \+00:00 \(\d+ s ago\)\n$/),
  });
  const away = { TEMPORAL_ADDRESS: '127.0.0.1:9' };
  expect(await run(['status', '--check'], away)).toMatchObject({ code: EXIT.ok });
  const { code, stdout, stderr } = await run(['status'], away);
  expect([code, stderr]).toEqual([EXIT.ok, expect.stringContaining('Temporal cannot be reached')]);
  expect(stdout).toMatch(/^default\tcurrent\t/);
});

test('a copy that is older than allowed is a problem', async () => {
  await engine.sync();
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 2 * HOUR);
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringContaining('(2 h ago), older than 1 h'),
  });
  expect(await check('--max-age', '3h')).toMatchObject({ code: EXIT.ok });
});

test('before the first complete copy there is a problem', async () => {
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: 'default: problem: no complete copy yet\n',
  });
});

test.each([
  ['needs-login', 'lost'],
  ['paused', 'yes'],
])('a job that waits for a person is a problem (%s)', async (reason, login) => {
  await engine.sync();
  park(reason);
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringContaining('default: problem: waits for you: '),
  });
  const { accounts } = JSON.parse((await run(['status', '--json'])).stdout) as { accounts: object[] };
  expect(accounts).toEqual([expect.objectContaining({ account: 'default', state: 'waiting', login })]);
});

test('removals that wait for consent are a problem', async () => {
  await engine.sync();
  for (const id of cloud.world.ids({ folders: false })) cloud.world.remove(id);
  expect(await engine.sync()).toMatchObject({ state: 'waiting' });
  park('needs-confirmation');
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringContaining('unusually many files are gone'),
  });
});

test('a drive that fails makes it partial', async () => {
  await engine.sync();
  const db = new Database(join(folder, 'accounts', 'default.db'));
  const [drive] = cloud.world.drives();
  db.prepare("UPDATE job SET state = 'partial'").run();
  db.prepare('UPDATE source SET as_of = 1 WHERE id = ?').run(drive?.id);
  db.prepare(
    "INSERT INTO job_source (job_id, source_id, outcome, reason) SELECT id, ?, 'failed', 'transient' FROM job",
  ).run(drive?.id);
  db.close();
  expect(await check()).toMatchObject({
    code: EXIT.partial,
    stdout: expect.stringMatching(/^default: partial: partial, as of .*: 1 source incomplete/),
  });
});

test('a store that is damaged or held by another program is a problem, and the others are shown', async () => {
  await engine.sync();
  writeFileSync(
    join(folder, 'accounts', 'broken.db'),
    'not a database at all, but long enough to be read as one',
  );
  const { code, stdout } = await check();
  expect([code, stdout]).toEqual([
    EXIT.failure,
    expect.stringMatching(/^broken: problem: .*\ndefault: ok: /),
  ]);
  expect(await run(['status'])).toMatchObject({
    code: EXIT.ok,
    stdout: expect.stringMatching(/^broken\tunreadable\t.*\ndefault\tcurrent\t/),
  });
});

test('an account without a login is not judged, and alone it is a problem', async () => {
  await engine.sync();
  const none = { GDRIVE_SYNC_ACCESS_TOKEN: '' };
  expect(await run(['status', '--check'], none)).toMatchObject({
    code: EXIT.failure,
    stdout: 'default: ignored: not kept current, because it has no login\n',
  });
});

test('jobs that found nothing to do are one row', async () => {
  for (let syncs = 0; syncs < 4; syncs++) await engine.sync();
  cloud.world.rename(cloud.world.createFile(), 'new');
  await engine.sync();
  const lines = (await run(['status'])).stdout.trimEnd().split('\n');
  const jobs = lines.slice(lines.indexOf('') + 1);
  expect(jobs).toHaveLength(3);
  expect(jobs[1]).toMatch(/^3 jobs\tdefault\tcompleted\t.*\tno changes since /);
});
