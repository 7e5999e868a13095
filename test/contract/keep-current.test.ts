/** The accounts that `up` syncs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepCurrent, type Starter } from '../../src/commands/sync/keep-current';
import type { Context } from '../../src/commands/shared/context';
import { parseConfig } from '../../src/config';
import { createLog } from '../../src/log';
import { openHome, type Home } from '../../src/process/home';
import { LOGIN } from '../support/emulated';
import { noteTestWorker } from '../support/worker-notes';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'gdrive-sync-up-'));
});

afterEach(() => {
  rmSync(path, { recursive: true });
});

/** What `up` works with; `told` gets its lines. */
function contextOf(home: Home, told: string[]): Context {
  const log = createLog();
  return {
    config: parseConfig({ HOME: path, GDRIVE_SYNC_HOME: path }, {}),
    home,
    accountNamed: false,
    tell: (line: string) => told.push(line),
    complete: (text: string) => text,
    log,
    fileLog: log,
  } as unknown as Context;
}

test('an account that logs in while `up` runs is synced from the next interval on', async () => {
  const home = openHome(path);
  const stop = new AbortController();
  const started: string[] = [];
  const logIn = (account: string): void =>
    writeFileSync(home.credentialsOf(account), JSON.stringify(LOGIN), { mode: 0o600 });
  const start: Starter['jobs']['start'] = (job) => {
    started.push(job.account);
    if (job.account === 'late') stop.abort();
    else logIn('late');
    return Promise.resolve({ ...job, joined: false } as never);
  };
  const context = contextOf(home, started);
  logIn('early');
  await keepCurrent(context, { jobs: { start } as Starter['jobs'] }, { everyMs: 1, signal: stop.signal });
  expect(started.filter((account) => account !== 'early')).toEqual(['late']);
  expect(home.accounts()).toEqual(['early', 'late']);
});

test('syncs go on although the time of the next one cannot be written down, and that is told once', async () => {
  const home = openHome(path);
  const stop = new AbortController();
  const told: string[] = [];
  noteTestWorker(home);
  // The record cannot be written while a folder has the name of its draft.
  mkdirSync(`${home.workerFile}.${String(process.pid)}.new`);
  writeFileSync(home.credentialsOf('a'), JSON.stringify(LOGIN), { mode: 0o600 });
  let starts = 0;
  const start: Starter['jobs']['start'] = (job) => {
    starts += 1;
    if (starts === 4) stop.abort();
    return Promise.resolve({ ...job, joined: false } as never);
  };
  await keepCurrent(
    contextOf(home, told),
    { jobs: { start } as Starter['jobs'] },
    { everyMs: 1, signal: stop.signal },
  );
  expect(starts).toBe(4);
  expect(told).toEqual([expect.stringMatching(/^\d{4}-.* cannot write down when the next sync is: /)]);
});
