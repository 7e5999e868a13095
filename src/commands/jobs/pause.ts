import { ENDED } from '../../model/job';
import type { TemporalJob } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import type { JobView } from './job-list';
import { storedJob } from './stored-job';
import { becomes, onJob, openJob, refuse, type Grip } from './on-job';

/** Interrupts a job until it is resumed, whatever is restarted meanwhile; what it committed stays. */
export async function runPause(context: Context, prefix: string | undefined): Promise<number> {
  return await onJob(context, prefix, async (job, grip) => {
    const temporal = openJob(job, 'paused');
    const stored = storedJob(context.home, job);
    if (stored?.state === 'waiting')
      refuse(job, stored.reason === 'paused' ? 'is paused already' : 'waits already', HINT);
    const isDone = await pause(context, { job, temporal, grip });
    return isDone ? 'paused' : 'will pause after its present step';
  });
}

const HINT = '`gdrive-sync status` says for what; `gdrive-sync resume` lets it go on';

async function pause(
  { home }: Context,
  { job, temporal, grip }: { job: JobView; temporal: TemporalJob; grip: Grip },
): Promise<boolean> {
  const { accounts } = grip;
  if (accounts === undefined) {
    await grip.temporal.jobs.pause(temporal);
    return await becomes(home, job, ({ state }) => state === 'waiting' || ENDED.has(state));
  }
  const { jobId, account, attempt, requestedAt, full } = job;
  const writer = accounts.writer(account);
  await writer.recordJob({ jobId, attempt, requestedAt, full });
  await writer.setJobState({ jobId, state: 'waiting', reason: 'paused' });
  await grip.temporal.jobs.restart(temporal);
  return true;
}
