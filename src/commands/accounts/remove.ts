import { existsSync, rmSync } from 'node:fs';
import { EXIT } from '../../errors';
import type { Home } from '../../process/home';
import { deleteStore, readStore, storeSize } from '../../process/stores';
import { forgetWorker, notedWorker } from '../../process/worker-record';
import { recordCounts } from '../../queries/jobs/store-facts';
import { notRevoked, revokeStored } from '../auth/revoke';
import { countOf, formatSize } from '../render/text';
import { typedSpan } from '../render/span';
import { confirm } from '../shared/confirm';
import type { Context } from '../shared/context';
import { accountEntry, type AccountEntry } from './account-entry';
import { withIdleAccount, type AccountTraces } from './exclusive';

/** How to remove an account. */
export interface RemoveOptions {
  yes?: boolean;
  /** Revoke the login at Google too. */
  revoke?: boolean;
}

/**
 * Removes an account: its copy, its texts, its jobs, its schedule and its login. What is in Google Drive stays. The files
 * go last, and the store after the login, so a removal that was interrupted can be repeated.
 */
export async function runAccountRemove(
  context: Context,
  account: string,
  { yes = false, revoke = false }: RemoveOptions = {},
): Promise<number> {
  const { config, home, json, out } = context;
  return await withIdleAccount(context, account, async (traces) => {
    await tellLoss(context, accountEntry(config, home, account), traces, { yes, revoke });
    await confirm(context, 'Nothing in Google Drive changes. The history cannot be fetched again.', yes);
    await removeFromTemporal(context, traces);
    const login = home.credentialsOf(account);
    const revoked = revoke && existsSync(login) ? await revokeStored(login, config.oauthUrl) : undefined;
    rmSync(login, { force: true });
    deleteStore(home.contentOf(account));
    deleteStore(home.storeOf(account));
    forgetOwnWorker(home, account);
    out(json ? JSON.stringify({ account, result: 'removed', revoked }) : `account "${account}" is removed`);
    if (revoked === false) throw notRevoked();
    return EXIT.ok;
  });
}

async function removeFromTemporal({ tell }: Context, { temporal, stores }: AccountTraces): Promise<void> {
  if (temporal === undefined) return;
  let isGone = true;
  for (const store of stores) {
    await temporal.schedules.remove(store);
    isGone = (await temporal.jobs.removeRuns(store, ['sync', 'walk', 'content', 'schedule'])) && isGone;
  }
  if (!isGone) tell('Temporal may list its jobs for another minute.');
}

async function tellLoss(
  { home, ask, tell }: Context,
  state: AccountEntry,
  { temporal, stores }: AccountTraces,
  { yes, revoke }: { yes: boolean; revoke: boolean },
): Promise<void> {
  const say = yes ? tell : ask;
  const { account, emailAddress, size } = state;
  say(`This removes account "${account}"${emailAddress === undefined ? '' : ` (${emailAddress})`}:`);
  if (size !== undefined) say(`  the copy: ${copyText(home, state)} (${formatSize(size)})`);
  const textSize = storeSize(home.contentOf(account));
  if (textSize !== undefined) say(`  the texts of files (${formatSize(textSize)})`);
  for (const store of stores) {
    const schedule = await temporal?.schedules.show(store);
    if (schedule === undefined) continue;
    const { everyMs } = schedule;
    say(`  the schedule: ${everyMs === undefined ? 'a custom one' : `every ${typedSpan(everyMs)}`}`);
  }
  if (!existsSync(home.credentialsOf(account))) return;
  say(
    `  the login${revoke ? ', which is revoked at Google too' : ' on this machine; --revoke also revokes it at Google'}`,
  );
}

function copyText(home: Home, { account, files }: AccountEntry): string {
  if (files === undefined) return 'it cannot be read';
  const { events, jobs } = readStore(home, account, recordCounts) ?? { events: 0, jobs: 0 };
  return [countOf(files, 'file'), countOf(events, 'history event'), countOf(jobs, 'job')].join(', ');
}

/** The record of a worker that was killed names the account whose token it had. */
function forgetOwnWorker(home: Home, account: string): void {
  const worker = notedWorker(home);
  if (worker.state !== 'none' && worker.record.account === account) forgetWorker(home);
}
