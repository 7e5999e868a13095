import type { Config } from '../config';
import { isAccountName, type Home } from './home';
import { createAccounts, type Accounts } from '../activities/accounts';
import { releaseAll } from '../release-all';
import type { Log } from '../log';
import { findStoreId } from './stores';
import { takeBriefRole } from './worker-role';
import { createThreadWriter } from '../writer/thread-writer';
import { credentialVersion } from './credentials';
import { createContents } from './open-contents';
import { createLimits, openDrive } from './drive-access';

export type { Accounts };

/** Opens the accounts of a home for the holder of the worker lock. */
export function openAccounts(config: Config, home: Home, log?: Log): Accounts {
  const limiterOf = createLimits(config);
  const contents = createContents(home, log);
  const accounts = createAccounts({
    openContents: contents.open,
    openWriter: (account) => createThreadWriter(home.storeOf(account), undefined, log?.with({ account })),
    storeId: (account) => (isAccountName(account) ? findStoreId(home, account) : undefined),
    credentialVersion: (account) => credentialVersion(config, home, account),
    openDrive: (account) => openDrive(config, home, account, limiterOf(account)),
  });
  return {
    ...accounts,
    close: async () =>
      await releaseAll(
        () => accounts.close(),
        () => contents.close(),
      ),
  };
}

/**
 * Runs a short write. `write` gets the stores if no worker runs, because only then may this process write.
 * The worker lock is released even if something fails.
 */
export async function withStores<T>(
  config: Config,
  home: Home,
  write: (accounts: Accounts | undefined) => Promise<T>,
): Promise<T> {
  const role = await takeBriefRole(home);
  if (role === undefined) return await write(undefined);
  const accounts = openAccounts(config, home);
  try {
    return await write(accounts);
  } finally {
    await releaseAll(
      () => accounts.close(),
      () => role.release(),
    );
  }
}
