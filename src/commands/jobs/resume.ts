import { ENDED } from '../../model/job';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { walkState } from '../../queries/jobs/walk-state';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import type { JobView } from './job-list';
import { storedJob } from './stored-job';
import { openJob, refuse, waitForStoredState, withJob, type JobAccess } from './with-job';

/** Continues a paused or waiting job. `acceptRemovals`: consent to remove unusually many files. */
export async function runResume(
  context: Context,
  prefix: string | undefined,
  { acceptRemovals = false }: { acceptRemovals?: boolean } = {},
): Promise<number> {
  return await withJob(context, prefix, async (job, access) => {
    // The walk waits for consent separately, and no job waits for it.
    if (acceptRemovals && ENDED.has(job.state) && walkWaits(context, job.account))
      return await acceptWalkRemovals(context, job, access);
    const temporal = openJob(job, 'resumed');
    // A worker that has just taken the job over checks the removals again: consent applies to that, too.
    if (storedJob(context.home, job)?.state !== 'waiting' && !acceptRemovals)
      refuse(
        job,
        `is not paused or waiting (state: ${job.state})`,
        'only a paused or waiting job can be resumed',
      );
    const { accounts } = access;
    if (accounts !== undefined) {
      if (acceptRemovals)
        refuse(
          job,
          'needs a worker to remove files',
          'run `gdrive-sync up`, then resume it from another terminal',
        );
      await accounts.writer(job.account).setJobState({ jobId: job.jobId, state: 'pending' });
      await access.temporal.jobs.restart(temporal);
      return 'resumed; run `gdrive-sync up` or `gdrive-sync sync` to carry it out';
    }
    await access.temporal.jobs.resume(temporal, { acceptRemovals });
    const isDone = await waitForStoredState(context.home, job, ({ state }) => state !== 'waiting');
    return isDone ? 'resumed' : 'will resume';
  });
}

/** True if files that the walk found gone wait to be removed. */
function walkWaits({ home }: Context, account: string): boolean {
  return (readStore(home, account, walkState)?.removals ?? 0) > 0;
}

/** Consents to the walk's removals: Drive is asked for each file again, and those still gone are removed. */
async function acceptWalkRemovals(
  { home }: Context,
  { account }: JobView,
  { temporal, accounts }: JobAccess,
): Promise<string> {
  const storeId = readStore(home, account, storeIdOf) ?? '';
  if (accounts !== undefined) {
    await accounts.writer(account).claimWalk({ acceptRemovals: true });
    return 'removals accepted; run `gdrive-sync up` or `gdrive-sync sync --walk` to carry them out';
  }
  await temporal.jobs.restartWalk({ account, storeId }, { acceptRemovals: true });
  return 'removals accepted: removing the files that are gone from folders shared with you';
}
