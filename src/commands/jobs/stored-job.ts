import type { Home } from '../../process/home';
import { findStoredJob, type StoredJob } from '../../queries/jobs/stored-jobs';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';

/** What the store remembers of a job. */
export function storedJob(
  home: Home,
  { account, jobId }: { account: string; jobId: string },
): StoredJob | undefined {
  return readStore(home, account, (reader) => findStoredJob(reader, jobId));
}

/** Says which options came too late, because a job was joined that had begun before. */
export function tellJoined(
  { home, tell }: Context,
  job: { account: string; jobId: string },
  asked: { full: boolean; settings: boolean },
): void {
  const stored = storedJob(home, job);
  if (asked.full && stored?.full !== true)
    tell(`Job ${job.jobId} was there already, and was not started in full.`);
  if (asked.settings && stored !== undefined && stored.state !== 'pending')
    tell(`Job ${job.jobId} runs already: the new settings count from the next job on.`);
}
