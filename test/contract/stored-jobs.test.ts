import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStore } from '../../src/process/stores';
import { waitingForLogin } from '../../src/commands/auth/resume-jobs';
import type { Context } from '../../src/commands/shared/context';
import { storedJob } from '../../src/commands/jobs/stored-job';
import { watchJob } from '../../src/commands/sync/watch';
import { openHome, type Home } from '../../src/process/home';
import { openForWriting } from '../../src/store/sqlite/open';
import { createTransactor } from '../../src/store/transactor';

const ACCOUNT = 'default';
/** More than any list that a command shows. */
const LATER_JOBS = 60;

let folder: string;
let home: Home;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stored-jobs-'));
  home = openHome(folder);
  mkdirSync(join(folder, 'accounts'), { recursive: true });
  const store = createTransactor(openForWriting(home.storeOf(ACCOUNT)));
  store.recordJob({ jobId: 'old', attempt: 1, requestedAt: 1 });
  store.setJobState({ jobId: 'old', state: 'waiting', reason: 'needs-login' });
  for (let later = 0; later < LATER_JOBS; later++) {
    store.recordJob({ jobId: `later-${String(later)}`, attempt: 1, requestedAt: 2 + later });
    store.setJobState({ jobId: `later-${String(later)}`, state: 'completed' });
  }
  store.close();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a job is found by its id, however many were requested after it', () => {
  expect(storedJob(home, { account: ACCOUNT, jobId: 'old' })).toMatchObject({
    jobId: 'old',
    state: 'waiting',
    reason: 'needs-login',
  });
  expect(storedJob(home, { account: ACCOUNT, jobId: 'ol' })).toBeUndefined();
  expect(storedJob(home, { account: 'nobody', jobId: 'old' })).toBeUndefined();
});

test('jobs that wait for a login are found, however many were requested after them', () => {
  expect(readStore(home, ACCOUNT, waitingForLogin)).toEqual(['old']);
});

test('watching a job notices that it waits for a person, however many were requested after it', async () => {
  const job = {
    jobId: 'old',
    attempt: 2,
    account: ACCOUNT,
    storeId: 's',
    workflowId: 'w',
    runId: 'r',
    status: 'RUNNING',
    requestedAt: 1,
    closedAt: undefined,
    revision: undefined,
  } as const;
  const context = { home, signal: AbortSignal.timeout(10_000), tell: () => undefined } as unknown as Context;
  const session = {
    works: true,
    stopped: new Promise<never>(() => undefined),
    jobs: { current: async () => await Promise.resolve(job) },
  } as unknown as Parameters<typeof watchJob>[1];
  expect(await watchJob(context, session, { job, roleIsFree: () => false })).toBe('parked');
});
