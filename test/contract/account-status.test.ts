/** How `status` and `status --check` judge accounts, from the stores alone. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createEmulation, type Emulation } from '../../emulator';
import { EXIT } from '../../src/errors';
import { placesOf } from '../../src/process/home';
import { tryRoleLock } from '../../src/store/sqlite/role-lock';
import { createEngine, type Engine } from '../support/engine';
import { runHere, type Written } from '../support/in-process';
import { noteTestWorker } from '../support/worker-notes';

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

/** Changes the store as no sync here does. */
function change(sql: string, ...params: unknown[]): void {
  const db = new Database(join(folder, 'accounts', 'default.db'));
  db.prepare(sql).run(...params);
  db.close();
}

/** Ends the newest job as a job that waits. */
function park(reason: string): void {
  change("UPDATE job SET state = 'waiting', reason = ?, ended_at = NULL", reason);
}

/** Lets the newest job fail for a source. */
function fail(sourceId: string | undefined, reason: string): void {
  change(
    "INSERT INTO job_source (job_id, source_id, outcome, reason) SELECT id, ?, 'failed', ? FROM job",
    sourceId,
    reason,
  );
}

const driveId = (): string | undefined => cloud.world.drives()[0]?.id;
const MINUTE = 60_000;

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
    stdout: expect.stringContaining('(2 h ago), older than 1h'),
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
  change("UPDATE job SET state = 'partial'");
  change('UPDATE source SET as_of = 1 WHERE id = ?', driveId());
  fail(driveId(), 'transient');
  expect(await check()).toMatchObject({
    code: EXIT.partial,
    stdout: expect.stringMatching(/^default: partial: as of .*: 1 source incomplete/),
  });
});

test('the age of an account includes My Drive, although it fails', async () => {
  await engine.sync();
  change("UPDATE source SET as_of = ? WHERE id = 'user'", Date.now() - 30 * MINUTE);
  change("UPDATE job SET state = 'failed', reason = 'domain-policy'");
  fail('user', 'domain-policy');
  expect(await check('--max-age', '10m')).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringMatching(
      /^default: problem: as of .* \(30 min ago\), older than 10m.*administrators/,
    ),
  });
  expect(await check()).toMatchObject({
    code: EXIT.ok,
    stdout: expect.stringMatching(
      /^default: ok: as of .* \(30 min ago\); the last sync failed: .*administrators/,
    ),
  });
});

test('when all sources fail, the copy still has its age', async () => {
  await engine.sync();
  change("UPDATE job SET state = 'failed', reason = 'api-disabled'");
  for (const sourceId of ['user', driveId()]) fail(sourceId, 'api-disabled');
  expect((await check()).stdout).toMatch(/^default: ok: as of .* ago\); the last sync failed: /);
});

test('a first copy that is complete in its drives only is no complete copy', async () => {
  await engine.sync();
  change("UPDATE job SET state = 'running', ended_at = NULL, answered_state = NULL");
  change("UPDATE source SET as_of = NULL, current_at = NULL WHERE id = 'user'");
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringContaining('default: problem: no complete copy yet'),
  });
  change("UPDATE source SET as_of = 1, current_at = 1 WHERE id = 'user'");
  change('UPDATE source SET as_of = NULL, current_at = NULL WHERE id = ?', driveId());
  expect((await check()).stdout).toContain('no complete copy yet');
});

test('a drive that joins later leaves the copy complete while it is listed', async () => {
  await engine.sync();
  change('UPDATE source SET as_of = NULL, current_at = NULL WHERE id = ?', driveId());
  expect(await check()).toMatchObject({ code: EXIT.ok });
});

test('a clock that is behind makes no old copy young', async () => {
  await engine.sync();
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now - 2 * HOUR);
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringContaining("which is in the future: this machine's clock is wrong"),
  });
});

test('files of the walk that wait for consent are a problem', async () => {
  cloud.world.receiveFolder({ access: 'link', folders: 1, files: 1_200, listed: false });
  await engine.sync();
  expect(await engine.walk()).toMatchObject({ state: 'done' });
  change(
    "INSERT INTO walk_candidate (file_id, verdict) SELECT id, 'gone' FROM file WHERE walk_only = 1 LIMIT 1100",
  );
  expect(await check()).toMatchObject({
    code: EXIT.failure,
    stdout: expect.stringMatching(/^default: problem: waits for you: .*sync --walk --accept-removals/),
  });
});

test('a job that Drive does not answer is retried, and the check says why it is late', async () => {
  await engine.sync();
  change("UPDATE job SET state = 'running', ended_at = NULL");
  change("UPDATE source SET failure = 'network', failures = 3, retry_at = 1, as_of = 1 WHERE id = 'user'");
  writeFileSync(join(folder, 'worker.lock'), '');
  const lock = tryRoleLock(join(folder, 'worker.lock'));
  const says = (await check()).stdout;
  const { stdout } = await run(['status']);
  lock?.release();
  expect(says).toMatch(/older than 1h.*: Google Drive cannot be reached/);
  expect(stdout).toMatch(/^default\tretrying\t/);
});

test('a login that only the running worker has counts as a login', async () => {
  await engine.sync();
  const none = { GDRIVE_SYNC_ACCESS_TOKEN: '' };
  noteTestWorker(placesOf(folder), { credentials: 'fingerprint' });
  expect(await run(['status', '--check'], none)).toMatchObject({ code: EXIT.ok });
});

test.each([
  [
    'an account that there is not',
    ['--account', 'wrok', 'status', '--check'],
    EXIT.failure,
    /no account "wrok"/,
  ],
  ['the same without --check', ['--account', 'wrok', 'status'], EXIT.failure, /no account "wrok"/],
  ['an age without --check', ['status', '--max-age', '5m'], EXIT.usage, /--max-age/],
  ['a job with --check', ['status', '--check', 'abc'], EXIT.usage, /--check/],
  ['--follow with --check', ['status', '--check', '--follow'], EXIT.usage, /--check/],
])('%s is refused', async (_name, args, code, says) => {
  await engine.sync();
  const login = { GDRIVE_SYNC_ACCESS_TOKEN: '' };
  expect(await run(args, login)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
});

test('the check makes no home', async () => {
  const home = join(folder, 'elsewhere');
  expect(await run(['status', '--check'], { GDRIVE_SYNC_HOME: home })).toMatchObject({ code: EXIT.failure });
  expect(existsSync(home)).toBe(false);
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
    stdout: expect.stringMatching(/^broken\tunreadable\t.*\ndefault\tcurrent\t.*\nbroken: .*; /),
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
  expect(jobs[1]).toMatch(/^3 jobs\tdefault\tcompleted\t.*\tsince /);
});
