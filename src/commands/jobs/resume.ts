import { ENDED } from '../../model/job';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { walkState } from '../../queries/jobs/walk-state';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import type { JobView } from './job-list';
import { storedJob } from './stored-job';
import { becomes, onJob, openJob, refuse, type Grip } from './on-job';

/** Lets a job go on that was paused, or that waits for a person; with consent, unusually many files may be removed. */
export async function runResume(
  context: Context,
  prefix: string | undefined,
  { acceptRemovals = false }: { acceptRemovals?: boolean } = {},
): Promise<number> {
  return await onJob(context, prefix, async (job, grip) => {
    // The walk waits for consent by itself, and holds up no job.
    if (acceptRemovals && ENDED.has(job.state) && walkWaits(context, job.account))
      return await acceptWalkRemovals(context, job, grip);
    const temporal = openJob(job, 'resumed');
    // A worker that has just taken a job over looks at what is gone once more: consent counts for that too.
    if (storedJob(context.home, job)?.state !== 'waiting' && !acceptRemovals)
      refuse(
        job,
        `does not wait for anybody: it is ${job.state}`,
        'only a paused or waiting job can be resumed',
      );
    const { accounts } = grip;
    if (accounts !== undefined) {
      if (acceptRemovals)
        refuse(
          job,
          'needs a worker to remove files',
          'run `gdrive-sync up`, then resume it from another terminal',
        );
      await accounts.writer(job.account).setJobState({ jobId: job.jobId, state: 'pending' });
      await grip.temporal.jobs.restart(temporal);
      return 'resumed; run `gdrive-sync up` or `gdrive-sync sync` to have it done';
    }
    await grip.temporal.jobs.resume(temporal, { acceptRemovals });
    const isDone = await becomes(context.home, job, ({ state }) => state !== 'waiting');
    return isDone ? 'resumed' : 'will go on';
  });
}

/** Files that the walk of shared folders found gone wait to be removed. */
function walkWaits({ home }: Context, account: string): boolean {
  return (readStore(home, account, walkState)?.removals ?? 0) > 0;
}

/** Drive is asked once more for what waits; what it does not have then is removed. */
async function acceptWalkRemovals(
  { home }: Context,
  { account }: JobView,
  { temporal, accounts }: Grip,
): Promise<string> {
  const storeId = readStore(home, account, storeIdOf) ?? '';
  if (accounts !== undefined) {
    await accounts.writer(account).claimWalk({ acceptRemovals: true });
    return 'removals accepted; run `gdrive-sync up` or `gdrive-sync sync --walk` to have it done';
  }
  await temporal.jobs.restartWalk({ account, storeId }, { acceptRemovals: true });
  return 'removals accepted: files in folders shared with you that are gone are being removed';
}
