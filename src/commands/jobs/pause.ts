import { ENDED } from '../../model/job';
import type { TemporalJob } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import type { JobView } from './job-list';
import { storedJob } from './stored-job';
import { openJob, refuse, waitForStoredState, withJob, type JobAccess } from './with-job';

/** Pauses a job until it is resumed, even across restarts; keeps what was committed. */
export async function runPause(context: Context, prefix: string | undefined): Promise<number> {
  return await withJob(context, prefix, async (job, access) => {
    const temporal = openJob(job, 'paused');
    const stored = storedJob(context.home, job);
    if (stored?.state === 'waiting')
      refuse(job, stored.reason === 'paused' ? 'is already paused' : 'is already waiting', HINT);
    const isDone = await pause(context, { job, temporal, access });
    return isDone ? 'paused' : 'will pause after its current step';
  });
}

const HINT = '`gdrive-sync status` shows what it waits for; `gdrive-sync resume` continues it';

async function pause(
  { home }: Context,
  { job, temporal, access }: { job: JobView; temporal: TemporalJob; access: JobAccess },
): Promise<boolean> {
  const { accounts } = access;
  if (accounts === undefined) {
    await access.temporal.jobs.pause(temporal);
    return await waitForStoredState(home, job, ({ state }) => state === 'waiting' || ENDED.has(state));
  }
  const { jobId, account, attempt, requestedAt, full } = job;
  const writer = accounts.writer(account);
  await writer.recordJob({ jobId, attempt, requestedAt, full });
  await writer.setJobState({ jobId, state: 'waiting', reason: 'paused' });
  await access.temporal.jobs.restart(temporal);
  return true;
}
