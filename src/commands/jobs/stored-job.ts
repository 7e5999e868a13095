import type { Home } from '../../process/home';
import { findStoredJob, type StoredJob } from '../../queries/jobs/stored-jobs';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';

/** The store's record of a job. */
export function storedJob(
  home: Home,
  { account, jobId }: { account: string; jobId: string },
): StoredJob | undefined {
  return readStore(home, account, (reader) => findStoredJob(reader, jobId));
}

/** Reports which options had no effect because the joined job had already started. */
export function tellJoined(
  { home, tell }: Context,
  job: { account: string; jobId: string },
  asked: { full: boolean; settings: boolean },
): void {
  const stored = storedJob(home, job);
  if (asked.full && stored?.full !== true)
    tell(`Job ${job.jobId} was already running, and not as a full crawl: --full has no effect on it.`);
  if (asked.settings && stored !== undefined && stored.state !== 'pending')
    tell(`Job ${job.jobId} is already running: the new settings apply from the next job on.`);
}
