/** Temporal learns the names of shared drives only where its server belongs to the home. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Activities } from '../../../src/activities';
import { createAccounts } from '../../../src/activities/accounts';
import { SILENT } from '../../../src/log';
import type { StoreWriter } from '../../../src/writer/store-writer';
import { noContents } from '../../support/no-contents';

const store = { account: 'me', storeId: 'store-1' };
const NAME = 'Layoffs 2027';
const writer = {
  takeWork: async () =>
    await Promise.resolve({ kind: 'large', sourceId: '0Drive', name: NAME, crawls: true }),
  progress: async () => await Promise.resolve({ jobId: 'job', open: [{ sourceId: '0Drive', name: NAME }] }),
} as unknown as StoreWriter;

async function answers(showsNames: boolean): Promise<string> {
  const accounts = createAccounts({
    openContents: noContents,
    openWriter: () => writer,
    storeId: () => store.storeId,
    credentialVersion: () => undefined,
    openDrive: async () => await Promise.reject(new Error('nobody asks Drive here')),
  });
  const activities = createActivities({ accounts, revision: 'r', lanes: 1, showsNames, log: SILENT });
  const run = async (step: (all: Activities) => Promise<unknown>): Promise<unknown> =>
    await new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
      async () => await step(activities),
    );
  const work = await run(async (all) => await all.takeWork({ ...store, jobId: 'job', epoch: 1, target: 1 }));
  const progress = await run(async (all) => await all.readProgress({ ...store, jobId: 'job' }));
  expect(work).toMatchObject({ kind: 'large', sourceId: '0Drive', crawls: true });
  expect(progress).toMatchObject({ jobId: 'job', open: [{ sourceId: '0Drive' }] });
  return JSON.stringify([work, progress]);
}

test('a server that the user named learns no name', async () => {
  expect(await answers(false)).not.toContain(NAME);
});

test("the home's own server learns both", async () => {
  expect((await answers(true)).split(NAME)).toHaveLength(3);
});
