/** Settings come through Temporal, whose port is open to every process of the machine. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../../src/activities';
import { createAccounts } from '../../../src/activities/accounts';
import { SILENT } from '../../../src/log';
import type { AccountSettings } from '../../../src/model/settings';
import type { StoreWriter } from '../../../src/writer/store-writer';
import { noContents } from '../../support/no-contents';

const store = { account: 'me', storeId: 'store-1' };
const written = jest.fn((change: object) => Promise.resolve(change));

beforeEach(() => {
  written.mockClear();
});

async function changeSettings(change: unknown): Promise<unknown> {
  const accounts = createAccounts({
    openContents: noContents,
    openWriter: () => ({ changeSettings: written }) as unknown as StoreWriter,
    storeId: () => store.storeId,
    credentialVersion: () => undefined,
    openDrive: async () => await Promise.reject(new Error('nobody asks Drive here')),
  });
  const activities = createActivities({ accounts, revision: 'r', lanes: 1, showsNames: false, log: SILENT });
  const step = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  return await step.run(
    async () => await activities.changeSettings({ ...store, change: change as Partial<AccountSettings> }),
  );
}

const INVALID: { change: unknown }[] = [
  { change: { drives: 'garbage' } },
  { change: { drives: [] } },
  { change: { drives: [7] } },
  { change: { drives: ['../x'] } },
  { change: { drives: 'none', historyMs: 0 } },
  { change: { historyMs: -1 } },
  { change: { historyMs: '365d' } },
  { change: { fullEveryMs: null } },
  { change: { fullEveryMs: 0.5 } },
  { change: { walk: 'no' } },
  { change: { constructor: 1 } },
  { change: null },
  { change: 'none' },
];

test.each(INVALID)(
  'settings that are not valid are refused for good, before anything is written: $change',
  async ({ change }) => {
    const refusal = { type: 'invalid-settings', nonRetryable: true };
    await expect(changeSettings(change)).rejects.toMatchObject(refusal);
    expect(written).not.toHaveBeenCalled();
  },
);

test.each([
  { change: {} },
  { change: { drives: 'none', walk: false } },
  { change: { drives: ['0A', '0B_c-d'] } },
  { change: { fullEveryMs: 604_800_000, historyMs: 1_000 } },
])('valid settings are written: $change', async ({ change }) => {
  await expect(changeSettings(change)).resolves.toEqual(change);
  expect(written).toHaveBeenCalledWith(change);
});
