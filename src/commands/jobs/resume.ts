import { EXIT } from '../../errors';
import { ENDED } from '../../model/job';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { walkState } from '../../queries/jobs/walk-state';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import type { JobView } from './job-list';
import { storedJob } from './stored-job';
import { openJob, refuse, waitForStoredState, withJob, type JobAccess } from './with-job';

/** How to resume a job. `acceptRemovals`: consent to remove unusually many files. */
interface ResumeOptions {
  acceptRemovals?: boolean;
}

/** A resumed job that no worker carries out. `walk`: the walk of its account is to be carried out too. */
interface AloneJob {
  account: string;
  walk: boolean;
}

/** Continues a paused or waiting job; without a worker, in this process. */
export async function runResume(
  context: Context,
  prefix: string | undefined,
  options: ResumeOptions = {},
): Promise<number> {
  const alone = await resumeJob(context, prefix, options);
  return alone === undefined ? EXIT.ok : await work(context, alone, options);
}

/** Allows a paused or waiting job to continue. Returns it if no worker runs that carries it out. */
export async function resumeJob(
  context: Context,
  prefix: string | undefined,
  { acceptRemovals = false }: ResumeOptions = {},
): Promise<AloneJob | undefined> {
  let alone: AloneJob | undefined;
  await withJob(context, prefix, async (job, access) => {
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
  return alone;
}

/** No worker runs, so this process carries the job out. */
async function work(
  context: Context,
  { account, walk }: AloneJob,
  { acceptRemovals = false }: ResumeOptions,
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
  await temporal.jobs.restartBackground('walk', { account, storeId }, { acceptRemovals: true });
  return 'removals accepted: removing the files that are gone from folders shared with you';
}
