/** Activities take names and ids from Temporal, whose port is open to every process of the machine. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Activities } from '../../../src/activities';
import { openAccounts } from '../../../src/process/open-accounts';
import type { Accounts } from '../../../src/activities/accounts';
import { parseConfig } from '../../../src/config';
import { SILENT } from '../../../src/log';
import { openHome } from '../../../src/process/home';
import { ensureStore } from '../../../src/process/stores';

let folder: string;
let accounts: Accounts;
let activities: Activities;
let before: string[];

/** Everything below the folder in which the home is. */
const files = () => readdirSync(folder, { recursive: true }).map(String).toSorted();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'other-store-'));
  const home = openHome(join(folder, 'home'));
  ensureStore(home, 'default');
  const env = { GDRIVE_SYNC_HOME: home.path, GDRIVE_SYNC_ACCESS_TOKEN: 'token' };
  accounts = openAccounts(parseConfig({ ...env, HOME: folder }, {}), home);
  activities = createActivities({ accounts, revision: 'r', lanes: 1, showsNames: false, log: SILENT });
  before = files();
});

afterEach(async () => {
  await accounts.close();
  rmSync(folder, { recursive: true });
});

const STORES = [
  ['a path out of the home', { account: '../../outside', storeId: '0'.repeat(16) }],
  ['an absolute path', { account: join(dirname(tmpdir()), 'tmp', 'outside'), storeId: '0'.repeat(16) }],
  ['an account that there is not', { account: 'other', storeId: '0'.repeat(16) }],
  ['another store than the account has', { account: 'default', storeId: '0'.repeat(16) }],
  ['a store without an id', { account: 'default', storeId: '' }],
] as const;

const JOB = { jobId: 'job', attempt: 1, requestedAt: 1 };
const PASS = { jobId: 'job', epoch: 1, target: 1 };

const STEPS: [string, (store: { account: string; storeId: string }) => Promise<unknown>][] = [
  ['prepareSync', async (store) => await activities.prepareSync({ ...store, ...JOB })],
  ['takeRequest', async (store) => await activities.takeRequest({ ...store, ...JOB })],
  ['followDrives', async (store) => await activities.followDrives({ ...store, ...PASS })],
  ['openCrawls', async (store) => await activities.openCrawls({ ...store, ...PASS, turn: 0 })],
  ['pollLogs', async (store) => await activities.pollLogs({ ...store, ...PASS })],
  ['takeWork', async (store) => await activities.takeWork({ ...store, ...PASS })],
  ['batchSlice', async (store) => await activities.batchSlice({ ...store, ...PASS, sourceIds: ['user'] })],
  ['finishPass', async (store) => await activities.finishPass({ ...store, ...PASS })],
  ['sourceSlice', async (store) => await activities.sourceSlice({ ...store, ...PASS, sourceId: 'user' })],
  [
    'crawlSlice',
    async (store) =>
      await activities.crawlSlice({
        ...store,
        ...PASS,
        sourceId: 'user',
        lane: 0,
        lanes: 1,
        mostLanes: 1,
      }),
  ],
  ['buildIndexes', async (store) => await activities.buildIndexes(store)],
  ['readProgress', async (store) => await activities.readProgress({ ...store, jobId: 'job' })],
  [
    'setJobState',
    async (store) =>
      await activities.setJobState({ ...store, jobId: 'job', state: 'completed', unknown: JOB }),
  ],
  [
    'changeSettings',
    async (store) => await activities.changeSettings({ ...store, change: { drives: 'none' } }),
  ],
];

describe.each(STORES)('for %s', (_name, store) => {
  test.each(STEPS)('%s is refused for good and writes nothing', async (_step, run) => {
    const step = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
      async () => await run(store),
    );
    await expect(step).rejects.toMatchObject({ type: 'wrong-store', nonRetryable: true });
    expect(files()).toEqual(before);
  });

  test('removeJob has nothing to remove', async () => {
    await new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
      async () => await activities.removeJob({ ...store, jobId: 'job' }),
    );
    expect(files()).toEqual(before);
  });
});
