import { waitsForLogin } from '../model/failure';
import { storedJobs } from '../queries/stored-jobs';
import { readStore } from '../stores';
import type { Context } from './context';
import { runResume } from './resume';

const SEARCHED_JOBS = 25;

/** Lets the account's jobs go on that wait for a login; returns their ids. */
export async function resumeParked(context: Context): Promise<string[]> {
  const { home, config } = context;
  const jobs = readStore(home, config.account, (reader) => storedJobs(reader, SEARCHED_JOBS)) ?? [];
  const waiting = jobs.filter(({ state, reason }) => state === 'waiting' && waitsForLogin(reason));
  for (const { jobId } of waiting) {
    await runResume({ ...context, json: false, out: context.tell }, jobId, { acceptRemovals: false });
  }
  return waiting.map(({ jobId }) => jobId);
}
