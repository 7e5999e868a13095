import { setTimeout as delay } from 'node:timers/promises';
import { ENDED } from '../../model/job';
import type { Context } from '../shared/context';
import { refuse, withJob } from './with-job';

const CLOSE_LIMIT_MS = 15_000;

/** Cancels a job: interrupts the current step and keeps what was committed. */
export async function runCancel(context: Context, prefix: string | undefined): Promise<number> {
  return await withJob(context, prefix, async (job, { temporal, accounts }) => {
    if (ENDED.has(job.state) || job.temporal === undefined)
      refuse(job, `is already ${job.state}`, 'only a job that has not ended can be canceled');
    if (accounts !== undefined) {
      // No worker runs that could receive a cancellation.
      await temporal.jobs.terminate(job.temporal);
      await accounts.writer(job.account).setJobState({ jobId: job.jobId, state: 'canceled' });
      return 'canceled';
    }
    await temporal.jobs.cancel(job.temporal);
    const endsAt = Date.now() + CLOSE_LIMIT_MS;
    while (Date.now() < endsAt) {
      const current = await temporal.jobs.current(job.temporal);
      if (current?.runId !== job.temporal.runId || current.status !== 'RUNNING') return 'canceled';
      await delay(100);
    }
    return 'cancellation requested';
  });
}
