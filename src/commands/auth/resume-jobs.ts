import { waitsForLogin } from '../../model/failure';
import { waitingJobs } from '../../queries/jobs/stored-jobs';
import type { Reader } from '../../store/reader';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { resumeJob } from '../jobs/resume';

/** The account's jobs that wait for a login, newest first. */
export function waitingForLogin(reader: Reader): string[] {
  return waitingJobs(reader)
    .filter(({ reason }) => waitsForLogin(reason))
    .map(({ jobId }) => jobId);
}

/** Lets the account's jobs that wait for a login continue; returns their ids. */
export async function resumeParked(context: Context): Promise<string[]> {
  const { home, config } = context;
  const waiting = readStore(home, config.account, waitingForLogin) ?? [];
  for (const jobId of waiting) {
    const alone = await resumeJob({ ...context, json: false, out: context.tell }, jobId);
    if (alone !== undefined) context.tell('Run `gdrive-sync sync` or `gdrive-sync up` to carry it out.');
  }
  return waiting;
}
