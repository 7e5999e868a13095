import { EXIT, UserError } from '../../errors';
import { isDriveId, type AccountSettings, type DriveScope } from '../../model/settings';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import type { Session } from './session';

/** Command options that change the account's settings; the others stay as they are. */
export interface SettingsFlags {
  drives?: string | undefined;
  walk?: boolean | undefined;
  /** In ms. */
  fullEvery?: number | undefined;
  /** In ms. */
  keep?: number | undefined;
}

/** The settings to change. */
export type SettingsChange = Partial<AccountSettings>;

/**
 * Reads the options; undefined if they change nothing.
 * @throws UserError if one is not valid.
 */
export function toSettingsChange({
  drives,
  walk,
  fullEvery,
  keep,
}: SettingsFlags): SettingsChange | undefined {
  const change: SettingsChange = {
    ...(drives !== undefined && { drives: parseDrives(drives) }),
    ...(walk !== undefined && { walk }),
    ...(fullEvery !== undefined && { fullEveryMs: fullEvery }),
    ...(keep !== undefined && { historyMs: keep }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function parseDrives(text: string): DriveScope {
  const word = text.trim().toLowerCase();
  if (word === 'all' || word === 'none') return word;
  const ids = text.split(',').map((id) => id.trim());
  if (ids.every(isDriveId)) return [...new Set(ids)];
  throw new UserError(`--drives takes all, none or ids of shared drives, not ${JSON.stringify(text)}`, {
    hint: 'separate ids with commas; the id of a drive is the last part of its address in the browser',
    exitCode: EXIT.usage,
  });
}

/** Writes settings in this process if it is the worker; otherwise sends them to the worker. */
export async function changeSettings(
  { accounts, jobs }: Pick<Session, 'jobs' | 'accounts'>,
  store: { account: string; storeId: string },
  change: SettingsChange,
): Promise<void> {
  if (accounts === undefined) await jobs.changeSettings(store, change);
  else await accounts.writer(store.account).changeSettings(change);
}

/** Writes settings for a command that needs neither a job nor a worker. */
export async function changeSettingsAlone(context: Context, change: SettingsChange): Promise<void> {
  const { config, home, tell, signal } = context;
  const { account } = config;
  // Temporal's client is slow to load, and most callers change no settings.
  const { withStores } = await import('../../process/open-accounts.js');
  const { openTemporal } = await import('../../process/temporal-access.js');
  const isDone = await withStores(config, home, async (accounts) => {
    await accounts?.writer(account).changeSettings(change);
    return accounts !== undefined;
  });
  if (isDone) return;
  const storeId = readStore(home, account, storeIdOf) ?? '';
  const temporal = await openTemporal(config, home, { supervise: false, announce: tell, signal });
  try {
    await temporal.jobs.changeSettings({ account, storeId }, change);
  } finally {
    await temporal.close();
  }
}
