import type { StoreRef } from '../activities/inputs';
import { removeJob as removeRecord } from './activities';

/** Removes an ended job's record from a store that a worker holds: only that worker writes to it. */
export async function removeJob(input: StoreRef & { jobId: string }): Promise<void> {
  await removeRecord(input);
}
