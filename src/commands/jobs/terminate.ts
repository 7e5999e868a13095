import { ENDED } from '../../model/job';
import type { Context } from '../shared/context';
import { refuse, withJob } from './with-job';

/** Ends a job immediately, as the last resort; keeps what was committed. */
export async function runTerminate(context: Context, prefix: string | undefined): Promise<number> {
  return await withJob(context, prefix, async (job, { temporal, accounts }) => {
    if (ENDED.has(job.state) || job.temporal === undefined)
      refuse(job, `is already ${job.state}`, 'only a job that has not ended can be terminated');
    await temporal.jobs.terminate(job.temporal);
    await accounts?.writer(job.account).setJobState({ jobId: job.jobId, state: 'terminated' });
    return 'terminated';
  });
}
