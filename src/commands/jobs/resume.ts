import { ENDED } from '../../model/job';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { walkState } from '../../queries/jobs/walk-state';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import type { JobView } from './job-list';
import { storedJob } from './stored-job';
import { openJob, refuse, waitForStoredState, withJob, type JobAccess } from './with-job';

/**
 * Continues a paused or waiting job; without a worker, in this process. `acceptRemovals`: consent to remove
 * unusually many files.
 */
export async function runResume(
  context: Context,
  prefix: string | undefined,
  { acceptRemovals = false }: { acceptRemovals?: boolean } = {},
): Promise<number> {
  let alone: { account: string; walk: boolean } | undefined;
  const code = await withJob(context, prefix, async (job, access) => {
    const { account } = job;
    // The walk waits for consent separately, and no job waits for it.
    if (acceptRemovals && ENDED.has(job.state) && walkWaits(context, account)) {
      if (access.accounts !== undefined) alone = { account, walk: true };
      return await acceptWalkRemovals(context, job, access);
    }
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
      await accounts.writer(account).setJobState({ jobId: job.jobId, state: 'pending' });
      await access.temporal.jobs.restart(temporal);
      alone = { account, walk: false };
      return 'resumed';
    }
    await access.temporal.jobs.resume(temporal, { acceptRemovals });
    const isDone = await waitForStoredState(context.home, job, ({ state }) => state !== 'waiting');
    return isDone ? 'resumed' : 'will resume';
  });
  return alone === undefined ? code : await work(context, { ...alone, acceptRemovals });
}

/** No worker runs, so this process carries the job out. */
async function work(
  context: Context,
  { account, walk, acceptRemovals }: { account: string; walk: boolean; acceptRemovals: boolean },
): Promise<number> {
  const { runSync } = await import('../sync/sync.js');
  const config = { ...context.config, account };
  return await runSync({ ...context, config }, { acceptRemovals, ...(walk && { walk }) });
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
    return 'removals accepted';
  }
  await temporal.jobs.restartWalk({ account, storeId }, { acceptRemovals: true });
  return 'removals accepted: removing the files that are gone from folders shared with you';
}
