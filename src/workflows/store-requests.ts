import type { StoreRef } from '../activities/inputs';
import type { AccountSettings } from '../model/settings';
import { removeRecord, writeSettings } from './activities';

/** Removes an ended job's record from a store that a worker holds: only that worker may write to it. */
export async function removeJob(input: StoreRef & { jobId: string }): Promise<void> {
  await removeRecord(input);
}

/** Changes the settings of an account whose store a worker holds. */
export async function changeSettings(
  input: StoreRef & { change: Partial<AccountSettings> },
): Promise<AccountSettings> {
  return await writeSettings(input);
}
