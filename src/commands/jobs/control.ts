import { setTimeout as delay } from 'node:timers/promises';
import { ENDED } from '../../model/job';
import { confirm } from '../shared/confirm';
import type { Context } from '../shared/context';
import { onJob, refuse } from './on-job';

const CLOSE_LIMIT_MS = 15_000;

/** Cancels a job: the running step is interrupted, what it committed stays. */
export async function runCancel(context: Context, prefix: string | undefined): Promise<number> {
  return await onJob(context, prefix, async (job, { temporal, accounts }) => {
    if (ENDED.has(job.state) || job.temporal === undefined)
      refuse(job, `is ${job.state} already`, 'only a job that has not ended can be canceled');
    if (accounts !== undefined) {
      // Nobody works, so nobody could hear of a cancellation.
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

/** Ends a job at once, whatever it does: the last resort. What was committed stays. */
export async function runTerminate(context: Context, prefix: string | undefined): Promise<number> {
  return await onJob(context, prefix, async (job, { temporal, accounts }) => {
    if (ENDED.has(job.state) || job.temporal === undefined)
      refuse(job, `is ${job.state} already`, 'only a job that has not ended can be terminated');
    await temporal.jobs.terminate(job.temporal);
    await accounts?.writer(job.account).setJobState({ jobId: job.jobId, state: 'terminated' });
    return 'terminated';
  });
}

/** Has a job that failed or died tried again, from the last page that it committed. */
export async function runReset(context: Context, prefix: string | undefined): Promise<number> {
  return await onJob(context, prefix, async (job, { temporal, accounts }) => {
    if (!ENDED.has(job.state))
      refuse(job, `is ${job.state}`, 'only a job that has ended can be reset; `gdrive-sync cancel` ends it');
    if (job.state === 'completed') refuse(job, 'is completed', 'start a new one with `gdrive-sync sync`');
    if (job.temporal === undefined)
      refuse(job, 'is no longer known to Temporal', 'start a new one with `gdrive-sync sync`');
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
        'wait for that one, or cancel it',
      );
    }
    await accounts?.writer(account).recordJob(request);
    const next = accounts === undefined ? '' : '; run `gdrive-sync up` or `gdrive-sync sync` to have it done';
    return `reset, attempt ${String(request.attempt)}${next}`;
  });
}

/** Forgets a job that is pending or has ended; the files are not touched. */
export async function runDelete(
  context: Context,
  prefix: string | undefined,
  { yes = false }: { yes?: boolean } = {},
): Promise<number> {
  return await onJob(context, prefix, async (job, { temporal, accounts }) => {
    const isPending = job.state === 'pending' && accounts !== undefined;
    if (!ENDED.has(job.state) && !isPending)
      refuse(
        job,
        `is ${job.state === 'pending' ? 'about to run' : 'not at its end'}`,
        'cancel it first with `gdrive-sync cancel`',
      );
    await confirm(
      context,
      `This deletes the record of job ${job.jobId} (${job.state}) and its history in Temporal; the files in the store stay.`,
      yes,
    );
    if (job.temporal !== undefined) await temporal.jobs.remove(job.temporal);
    if (accounts !== undefined) await accounts.writer(job.account).removeJob(job.jobId);
    else if (job.temporal !== undefined) await temporal.jobs.removeRecord({ ...job.temporal });
    return 'deleted';
  });
}
