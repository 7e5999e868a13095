import type { Context } from './context';
import { storedJob } from './joined';
import { becomes, onJob, openJob, refuse } from './on-job';

/** Lets a job go on that was paused, or that waits for a person; with consent, unusually many files may be removed. */
export async function runResume(
  context: Context,
  prefix: string | undefined,
  { acceptRemovals }: { acceptRemovals: boolean },
): Promise<number> {
  return await onJob(context, prefix, async (job, grip) => {
    const temporal = openJob(job, 'resumed');
    if (storedJob(context.home, job)?.state !== 'waiting')
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
