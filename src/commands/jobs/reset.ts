import { ENDED } from '../../model/job';
import type { Context } from '../shared/context';
import { refuse, withJob } from './with-job';

/** Retries a failed or dead job from its last checkpoint. */
export async function runReset(context: Context, prefix: string | undefined): Promise<number> {
  return await withJob(context, prefix, async (job, { temporal, accounts }) => {
    if (!ENDED.has(job.state))
      refuse(job, `is ${job.state}`, 'only a job that has ended can be reset; `gdrive-sync cancel` ends it');
    if (job.state === 'completed') refuse(job, 'is completed', 'start a new one with `gdrive-sync sync`');
    if (job.temporal === undefined)
      refuse(job, 'is no longer in Temporal', 'start a new one with `gdrive-sync sync`');
    const { account, storeId } = job.temporal;
    const request = {
      account,
      storeId,
      jobId: job.jobId,
      attempt: job.attempt + 1,
      requestedAt: job.requestedAt,
      full: job.full,
    };
    const started = await temporal.jobs.start(request);
    if (started.jobId !== job.jobId) {
      refuse(
        job,
        `cannot be reset while job ${started.jobId} runs for the same account`,
        'wait for that job, or cancel it',
      );
    }
    await accounts?.writer(account).recordJob(request);
    const next = accounts === undefined ? '' : '; run `gdrive-sync up` or `gdrive-sync sync` to carry it out';
    return `reset, attempt ${String(request.attempt)}${next}`;
  });
}
