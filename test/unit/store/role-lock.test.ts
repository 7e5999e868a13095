import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryRoleLock } from '../../../src/store/sqlite/role-lock';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'role-'));
  path = join(folder, 'deep', 'worker.lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('one holds the role until it lets go', () => {
  const first = tryRoleLock(path);
  expect(first).toBeDefined();
  expect(tryRoleLock(path)).toBeUndefined();
  first?.release();
  const second = tryRoleLock(path);
  expect(second).toBeDefined();
  second?.release();
});

test('the role falls free the instant its holder is killed', async () => {
  tryRoleLock(path)?.release();
  const holder = spawn(process.execPath, [
    '-e',
    `const db = require('better-sqlite3')(process.argv[1]); db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000)`,
    path,
  ]);
  try {
    await once(holder.stdout, 'data');
    expect(tryRoleLock(path)).toBeUndefined();
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  const successor = tryRoleLock(path);
  expect(successor).toBeDefined();
  successor?.release();
});

test('a lock file that is not a database does not brick the home', () => {
  const damaged = join(folder, 'damaged.lock');
  writeFileSync(damaged, 'not a database, but long enough to be read as one'.repeat(50));
  const role = tryRoleLock(damaged);
  expect(role).toBeDefined();
  role?.release();
});
