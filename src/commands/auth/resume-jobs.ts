import type { Home } from '../../process/home';
import { waitsForLogin } from '../../model/failure';
import { waitingJobs } from '../../queries/jobs/stored-jobs';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { runResume } from '../jobs/resume';

/** The account's jobs that wait for a login, newest first. */
export function waitingForLogin(home: Home, account: string): string[] {
  const jobs = readStore(home, account, waitingJobs) ?? [];
  return jobs.filter(({ reason }) => waitsForLogin(reason)).map(({ jobId }) => jobId);
}

/** Resumes the account's jobs that wait for a login; returns their ids. */
export async function resumeParked(context: Context): Promise<string[]> {
  const { home, config } = context;
  const waiting = waitingForLogin(home, config.account);
  for (const jobId of waiting) {
    await runResume({ ...context, json: false, out: context.tell }, jobId, { acceptRemovals: false });
  }
  return waiting;
}
