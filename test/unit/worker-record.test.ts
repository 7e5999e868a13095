import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome, type Home } from '../../src/process/home';
import { forgetWorker, notedWorker, noteWorker } from '../../src/process/worker-record';
import { takeBriefRole, tryWorkerRole } from '../../src/process/worker-role';

const RECORD = { driveUrl: null, account: 'default', credentials: null, nextAt: null, service: false };

let home: Home;

beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'worker-record-')));
});

afterEach(() => {
  rmSync(home.path, { recursive: true });
});

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

test('a worker is noted, found alive, and forgotten', () => {
  expect(notedWorker(home)).toEqual({ state: 'none' });
  const record = { ...RECORD, pid: process.pid, driveUrl: 'http://127.0.0.1:1/' };
  noteWorker(home, record);
  expect(notedWorker(home)).toEqual({ state: 'alive', record });
  forgetWorker(home);
  forgetWorker(home);
  expect(notedWorker(home)).toEqual({ state: 'none' });
});

test('a worker whose process has ended is dead', () => {
  noteWorker(home, { ...RECORD, pid: deadPid() });
  expect(notedWorker(home)).toMatchObject({ state: 'dead' });
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"pid":"12"}',
  '{"pid":-1}',
  '{"pid":0}',
  '{"pid":1.5}',
  '{"account":"x"}',
])('what holds %j was noted by nobody', (content) => {
  writeFileSync(home.workerFile, content);
  expect(notedWorker(home)).toEqual({ state: 'none' });
});

test('a short write waits for another one, though a worker that was killed is still noted', async () => {
  noteWorker(home, { ...RECORD, pid: deadPid() });
  const other = tryWorkerRole(home);
  const role = takeBriefRole(home);
  setTimeout(() => other?.release(), 200);
  const taken = await role;
  expect(taken).toBeDefined();
  taken?.release();
});

test('a short write does not wait for a worker', async () => {
  noteWorker(home, { ...RECORD, pid: process.pid });
  const worker = tryWorkerRole(home);
  const startedAt = Date.now();
  expect(await takeBriefRole(home)).toBeUndefined();
  expect(Date.now() - startedAt).toBeLessThan(2_000);
  worker?.release();
});
