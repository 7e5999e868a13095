import type { SharedDrive } from '../../model/change';
import { FAILURES, SyncFailure, type FailureKind } from '../../model/failure';
import type { Account } from '../accounts';
import type { PassRef } from '../inputs';
import { learnRoot } from './learn-root';

/** So often the list of drives may fail before the job does without it: the other sources need not wait for it. */
const MOST_LIST_TRIES = 6;

/**
 * Looks which folder is the root of My Drive and which shared drives there are, and follows those that the account's settings want. `tries`: how often this was tried, from 1. Returns
 * whether sources need a start token now.
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
 * The drives of the user. An account that cannot list them still learns of drives from their files and from the change log; the store remembers
 * why the list is missing.
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
