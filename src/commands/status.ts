import { readStore, type TemporalAccess } from '../app';
import { EXIT } from '../errors';
import { ENDED } from '../model/job';
import type { Progress, SourceProgress } from '../model/progress';
import { storedOutcomes, type StoredOutcome } from '../queries/stored-jobs';
import { storeFacts, type StoreFacts } from '../queries/store-facts';
import type { PendingStep } from '../temporal/job-records';
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
    if (options.job === undefined && !options.follow)
      return listJobs(context, await loadJobs(context, temporal, MOST_JOBS));
    const job = pickJob(await loadJobs(context, temporal, SEARCHED_JOBS), options.job);
    if (options.follow && temporal !== undefined && job.temporal !== undefined && !ENDED.has(job.state)) {
      await follow(context, temporal, job);
      return await showJob(
        context,
        temporal,
        pickJob(await loadJobs(context, temporal, SEARCHED_JOBS), job.jobId),
      );
    }
    return await showJob(context, temporal, job);
  } finally {
    await temporal?.close();
  }
}

/** One line of how things stand, from the stores alone. */
export async function runOverview(context: Context): Promise<number> {
  const [newest] = await loadJobs(context, undefined, 1);
  const accounts = context.home.accounts().length;
  const last =
    newest === undefined
      ? 'no jobs yet'
      : `newest job ${newest.jobId}: ${newest.state}, ${formatCount(newest.files)} files`;
  context.out(
    `\n${context.home.path}: ${String(accounts)} ${accounts === 1 ? 'account' : 'accounts'}; ${last}`,
  );
  return EXIT.ok;
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

function listJobs(
  { json, out, tell, home, config, accountNamed }: Context,
  jobs: readonly JobView[],
): number {
  if (json) {
    out(JSON.stringify({ jobs: jobs.map(toJson) }));
    return EXIT.ok;
  }
  if (jobs.length === 0) {
    tell(
      `No jobs yet in ${home.path}${accountNamed ? ` for account "${config.account}"` : ''}. Start one with \`gdrive-sync sync\`.`,
    );
    return EXIT.ok;
  }
  const rows = jobs.map(
    ({ jobId, account, state, attempt, files, pages, requestedAt, startedAt, endedAt, reason }) => [
      jobId,
      account,
      state,
      attempt,
      files,
      pages,
      formatTime(requestedAt),
      startedAt === undefined ? '' : formatSpan((endedAt ?? Date.now()) - startedAt),
      reason ?? '',
    ],
  );
  const header = [
    'JOB',
    'ACCOUNT',
    'STATE',
    'ATTEMPT',
    'FILES',
    'PAGES',
    'REQUESTED',
    'TOOK',
    'WAITS FOR / WHY',
  ];
  for (const line of formatTable(header, rows)) out(line);
  return EXIT.ok;
}

interface Depth {
  progress: Progress;
  outcomes: StoredOutcome[];
  facts: StoreFacts;
}

async function showJob(
  context: Context,
  temporal: TemporalAccess | undefined,
  job: JobView,
): Promise<number> {
  const { home, json, out } = context;
  const depth = readStore(home, job.account, (reader): Depth => ({
    progress: reader.progress(job.jobId),
    outcomes: storedOutcomes(reader, job.jobId),
    facts: storeFacts(reader),
  }));
  const isOpen = job.temporal?.status === 'RUNNING';
  const steps =
    isOpen && temporal !== undefined && job.temporal !== undefined
      ? await temporal.jobs.pendingSteps(job.temporal)
      : [];
  if (json) {
    out(
      JSON.stringify({
        ...toJson(job),
        ...depth,
        retried: steps,
        store: home.storeOf(job.account),
        webUi: temporal?.uiUrl,
      }),
    );
  } else {
    for (const line of describeJob(context, { job, depth, steps, uiUrl: temporal?.uiUrl })) out(line);
  }
  return EXIT.ok;
}

function describeJob(
  { home }: Context,
  found: { job: JobView; depth: Depth | undefined; steps: PendingStep[]; uiUrl: string | undefined },
): string[] {
  const { job, depth, steps, uiUrl } = found;
  const { jobId, account, state, attempt, reason, requestedAt, temporal } = job;
  const lines = [`job ${jobId} of account "${account}": ${state}${inBrackets(reason)}`];
  lines.push(`attempt ${String(attempt)}, requested ${formatTime(requestedAt)}`);
  if (depth !== undefined) lines.push(...describeDepth(job, depth, home.storeOf(account)));
  for (const { attempt: tries, failure } of steps) {
    lines.push(`  retrying (attempt ${String(tries)}): ${printable(failure ?? 'unknown')}`);
  }
  if (uiUrl !== undefined && temporal !== undefined) {
    lines.push(
      `Temporal Web UI: ${uiUrl}/namespaces/gdrive-sync/workflows/${encodeURIComponent(temporal.workflowId)}`,
    );
  }
  return lines;
}

function inBrackets(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}

function describeDepth(
  { state, startedAt, endedAt }: JobView,
  { progress, outcomes, facts }: Depth,
  store: string,
): string[] {
  const elapsedMs = startedAt === undefined ? 0 : (endedAt ?? Date.now()) - startedAt;
  const lines = [progressLine(progress, { rate: 0, elapsedMs, state: undefined })];
  if (startedAt !== undefined) {
    const took = formatSpan(elapsedMs);
    lines.unshift(
      `started ${formatTime(startedAt)}, ${endedAt === undefined ? `running for ${took}` : `ended after ${took}`}`,
    );
  }
  if (!ENDED.has(state)) lines.push(...progress.open.map(describeSource));
  for (const { sourceId, outcome, reason, message } of outcomes) {
    lines.push(`  source ${sourceId}: ${outcome}${inBrackets(message ?? reasonText(reason))}`);
  }
  const current = facts.currentAt === undefined ? 'not complete yet' : `as of ${formatTime(facts.currentAt)}`;
  lines.push(`store ${store}: ${formatCount(facts.files)} files, ${current}`);
  return lines;
}

function describeSource({ sourceId, windowsDone, windows, files, failures }: SourceProgress): string {
  const trouble = failures > 0 ? `, ${String(failures)} failures in a row` : '';
  return `  source ${sourceId}: ${String(windowsDone)} of ${String(windows)} windows, ${formatCount(files)} files${trouble}`;
}
