/** The accounts that `up` syncs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepCurrent, type Starter } from '../../src/commands/sync/keep-current';
import type { Context } from '../../src/commands/shared/context';
import { parseConfig } from '../../src/config';
import { createLog } from '../../src/log';
import { openHome } from '../../src/process/home';
import { LOGIN } from '../support/emulated';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'gdrive-sync-up-'));
});

afterEach(() => {
  rmSync(path, { recursive: true });
});

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
  const log = createLog();
  const context = {
    config: parseConfig({ HOME: path, GDRIVE_SYNC_HOME: path }, {}),
    home,
    accountNamed: false,
    tell: (line: string) => started.push(line),
    log,
    fileLog: log,
  } as unknown as Context;
  logIn('early');
  await keepCurrent(context, { jobs: { start } as Starter['jobs'] }, { everyMs: 1, signal: stop.signal });
  expect(started.filter((account) => account !== 'early')).toEqual(['late']);
  expect(home.accounts()).toEqual(['early', 'late']);
});
