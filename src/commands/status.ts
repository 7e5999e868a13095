import { readStore, type TemporalAccess } from '../app';
import { EXIT } from '../errors';
import { ENDED } from '../model/job';
import type { Progress } from '../model/progress';
import { storedOutcomes, type StoredOutcome } from '../queries/stored-jobs';
import { storeFacts, type StoreFacts } from '../queries/store-facts';
import type { PendingStep } from '../temporal/jobs';
import type { Context } from './context';
import { loadJobs, pickJob, reachRunningTemporal, reasonText, type JobView } from './job-list';
import { formatTable } from './render/table';
import { formatCount, formatSpan, formatTime, printable } from './render/text';
import { progressLine, watchJob } from './watch';

const MOST_JOBS = 25;
/** Enough to find any job that a person still remembers the id of. */
const SEARCHED_JOBS = 1000;

/** Shows the last jobs, or one in depth. Returns the exit code. */
export async function runStatus(
  context: Context,
  options: { job: string | undefined; follow: boolean },
): Promise<number> {
  const temporal = await reachRunningTemporal(context);
  try {
    if (options.job === undefined && !options.follow) return listJobs(context, await loadJobs(context, temporal, MOST_JOBS));
    const job = pickJob(await loadJobs(context, temporal, SEARCHED_JOBS), options.job);
    if (options.follow && temporal !== undefined && job.temporal !== undefined && !ENDED.has(job.state)) {
      await follow(context, temporal, job);
      return await showJob(context, temporal, pickJob(await loadJobs(context, temporal, SEARCHED_JOBS), job.jobId));
    }
    return await showJob(context, temporal, job);
  } finally {
    await temporal?.close();
  }
}

async function follow(context: Context, temporal: TemporalAccess, job: JobView): Promise<void> {
  if (job.temporal === undefined) return;
  const watcher = { jobs: temporal.jobs, works: false, stopped: new Promise<never>(() => undefined) };
  await watchJob(context, watcher, { job: job.temporal, roleIsFree: () => false });
}

function toJson(job: JobView): Record<string, unknown> {
  const { temporal, ...view } = job;
  return { ...view, workflowId: temporal?.workflowId, runId: temporal?.runId };
}

function listJobs({ json, out, tell, home, config, accountNamed }: Context, jobs: readonly JobView[]): number {
  if (json) {
    out(JSON.stringify({ jobs: jobs.map(toJson) }));
    return EXIT.ok;
  }
  if (jobs.length === 0) {
    tell(`No jobs yet in ${home.path}${accountNamed ? ` for account "${config.account}"` : ''}. Start one with \`gdrive-sync sync\`.`);
    return EXIT.ok;
  }
  const rows = jobs.map(({ jobId, account, state, attempt, files, pages, requestedAt, startedAt, endedAt, reason }) => [
    jobId,
    account,
    state,
    attempt,
    files,
    pages,
    formatTime(requestedAt),
    startedAt === undefined ? '' : formatSpan((endedAt ?? Date.now()) - startedAt),
    reason ?? '',
  ]);
  const header = ['JOB', 'ACCOUNT', 'STATE', 'ATTEMPT', 'FILES', 'PAGES', 'REQUESTED', 'TOOK', 'WAITS FOR / WHY'];
  for (const line of formatTable(header, rows)) out(line);
  return EXIT.ok;
}

interface Depth {
  progress: Progress;
  outcomes: StoredOutcome[];
  facts: StoreFacts;
}

async function showJob(context: Context, temporal: TemporalAccess | undefined, job: JobView): Promise<number> {
  const { home, json, out } = context;
  const depth = readStore(home, job.account, (reader): Depth => ({
    progress: reader.progress(job.jobId),
    outcomes: storedOutcomes(reader, job.jobId),
    facts: storeFacts(reader),
  }));
  const isOpen = job.temporal?.status === 'RUNNING';
  const steps = isOpen && temporal !== undefined && job.temporal !== undefined ? await temporal.jobs.pendingSteps(job.temporal) : [];
  if (json) {
    out(JSON.stringify({ ...toJson(job), ...depth, retried: steps, store: home.storeOf(job.account), webUi: temporal?.uiUrl }));
  } else {
    for (const line of describeJob(context, { job, depth, steps, uiUrl: temporal?.uiUrl })) out(line);
  }
  return EXIT.ok;
}

function describeJob(
  { home }: Context,
  { job, depth, steps, uiUrl }: { job: JobView; depth: Depth | undefined; steps: PendingStep[]; uiUrl: string | undefined },
): string[] {
  const { jobId, account, state, attempt, reason, requestedAt, startedAt, endedAt } = job;
  const lines = [`job ${jobId} of account "${account}": ${state}${reason === undefined ? '' : ` (${reason})`}`];
  lines.push(`attempt ${String(attempt)}, requested ${formatTime(requestedAt)}`);
  if (startedAt !== undefined) {
    const took = formatSpan((endedAt ?? Date.now()) - startedAt);
    lines.push(`started ${formatTime(startedAt)}, ${endedAt === undefined ? `running for ${took}` : `ended after ${took}`}`);
  }
  if (depth !== undefined) {
    const { progress, outcomes, facts } = depth;
    const elapsedMs = (endedAt ?? Date.now()) - (startedAt ?? Date.now());
    lines.push(progressLine(progress, { rate: 0, elapsedMs, state: undefined }));
    for (const { sourceId, windowsDone, windows, files, failures } of ENDED.has(state) ? [] : progress.open) {
      const trouble = failures > 0 ? `, ${String(failures)} failures in a row` : '';
      lines.push(`  source ${sourceId}: ${String(windowsDone)} of ${String(windows)} windows, ${formatCount(files)} files${trouble}`);
    }
    for (const { sourceId, outcome, reason: why, message } of outcomes) {
      const detail = message ?? reasonText(why);
      lines.push(`  source ${sourceId}: ${outcome}${detail === undefined ? '' : ` (${detail})`}`);
    }
    const current = facts.currentAt === undefined ? 'not complete yet' : `as of ${formatTime(facts.currentAt)}`;
    lines.push(`store ${home.storeOf(account)}: ${formatCount(facts.files)} files, ${current}`);
  }
  for (const { attempt: tries, failure } of steps) lines.push(`  retrying (attempt ${String(tries)}): ${printable(failure ?? 'unknown')}`);
  if (uiUrl !== undefined && job.temporal !== undefined) {
    lines.push(`Temporal Web UI: ${uiUrl}/namespaces/gdrive-sync/workflows/${encodeURIComponent(job.temporal.workflowId)}`);
  }
  return lines;
}
