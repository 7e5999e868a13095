import type { SharedDrive } from '../../model/change';
import { FAILURES, SyncFailure, type FailureKind } from '../../model/failure';
import type { Account } from '../accounts';
import type { PassRef } from '../inputs';
import { learnRoot } from './learn-root';

/**
 * After this many failed tries the job continues without the list of drives, so that other sources need not
 * wait.
 */
const MOST_LIST_TRIES = 6;

/**
 * Finds the root of My Drive and the shared drives, and follows the drives that the account's settings want.
 * `tries`: the number of this try, from 1. Returns whether sources need a start token now.
 */
export async function followDrives(
  account: Account,
  pass: PassRef,
  { tries, signal }: { tries: number; signal: AbortSignal },
): Promise<{ unopened: boolean }> {
  const { writer } = account;
  await learnRoot(account, signal);
  const { drives } = await writer.settings();
  const { found, hidden } =
    drives === 'all' ? await listDrives(account, tries, signal) : { found: [], hidden: undefined };
  await writer.followDrives(found, hidden);
  return { unopened: (await writer.sourcesWithoutToken(pass, 1)).length > 0 };
}

/**
 * Lists the user's drives. An account that cannot list them still learns of drives from files and from the
 * change log; the store remembers why the list is missing.
 */
async function listDrives(
  { drive }: Account,
  tries: number,
  signal: AbortSignal,
): Promise<{ found: SharedDrive[]; hidden?: FailureKind }> {
  try {
    return { found: await drive.sharedDrives(signal) };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    const { retry } = FAILURES[error.kind];
    if (retry !== 'fail' && (retry !== 'count' || tries < MOST_LIST_TRIES)) throw error;
    return { found: [], hidden: error.kind };
  }
}
