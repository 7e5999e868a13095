import type { TemporalAccess } from '../../process/temporal-access';
import { commandFor } from '../../command-line';
import { EXIT } from '../../errors';
import { hasCredentials } from '../../process/credentials';
import { ENDED } from '../../model/job';
import { freshness, type Freshness } from '../../queries/jobs/freshness';
import { walkState, type WalkState } from '../../queries/jobs/walk-state';
import { exceptions, type Exceptions } from '../../queries/jobs/exceptions';
import { readStore } from '../../process/stores';
import { asOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { checkSpace, freeBytes } from '../doctor/machine';
import { describeExceptions } from './exception-lines';
import {
  loadJobs,
  pickJob,
  reachRunningTemporal,
  SEARCHED_JOBS,
  toJson,
  workerRuns,
  type JobView,
} from './job-list';
import { spanCell, timeCell } from '../render/cells';
import { formatTable } from '../render/table';
import { formatCount } from '../render/text';
import { showJob } from './job-details';
import { describeWalk } from './walk-text';
import { watchJob } from '../sync/watch';

const MOST_JOBS = 25;

/** Shows the newest jobs, or one job in detail. Returns the exit code. */
export async function runStatus(
  context: Context,
  prefix: string | undefined,
  { follow: follows = false }: { follow?: boolean } = {},
): Promise<number> {
  tellLittleSpace(context);
  const temporal = await reachRunningTemporal(context);
  try {
    if (prefix === undefined && !follows)
      return listJobs(context, await loadJobs(context, temporal, MOST_JOBS));
    const job = pickJob(await loadJobs(context, temporal, SEARCHED_JOBS), prefix);
    if (follows && temporal !== undefined && job.temporal !== undefined && !ENDED.has(job.state)) {
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

/** Warns about a full disk: a job that waits for disk space cannot record that in the store. */
function tellLittleSpace({ home, tell }: Context): void {
  const { level, says, remedy } = checkSpace(freeBytes(home.path));
  if (level === 'error')
    tell(`The disk of ${home.path} is full or almost full (${says}), so jobs wait: ${remedy ?? ''}`);
}

/** Prints a one-line summary from the stores alone. */
export async function runOverview(context: Context): Promise<number> {
  const [newest] = await loadJobs(context, undefined, 1);
  const accounts = context.home.known().length;
  const last = newest === undefined ? 'no jobs yet' : overviewOf(context, newest);
  context.out(
    `\n${context.home.path}: ${String(accounts)} ${accounts === 1 ? 'account' : 'accounts'}; ${last}`,
  );
  return EXIT.ok;
}

function overviewOf({ home }: Context, { jobId, account, state, files, changes }: JobView): string {
  const job = `newest job ${jobId}: ${state}, ${formatCount(files)} files listed, ${formatCount(changes)} changes`;
  const fresh = readStore(home, account, freshness);
  return fresh?.currentAt === undefined ? job : `${job}; account "${account}" ${asOf(fresh)}`;
}

async function follow(context: Context, temporal: TemporalAccess, job: JobView): Promise<void> {
  if (job.temporal === undefined) return;
  const watcher = { jobs: temporal.jobs, works: false, stopped: new Promise<never>(() => undefined) };
  await watchJob(context, watcher, { job: job.temporal, roleIsFree: () => false });
}

/** What to do before there is a job. */
function firstStep({ config, home, accountNamed }: Context): string {
  const { account } = config;
  if (hasCredentials(config, home, account)) return `Start one with ${commandFor(account, 'sync')}.`;
  const known = home.known();
  if (accountNamed && known.length > 0 && !known.includes(account))
    return `There is no account "${account}" here. Existing accounts: ${known.join(', ')}.`;
  return `Log in with ${commandFor(account, 'auth login')}, or try \`gdrive-sync demo\`.`;
}

function listJobs(context: Context, jobs: readonly JobView[]): number {
  const { json, out, tell, home, config, accountNamed, streams } = context;
  if (json) {
    out(JSON.stringify({ jobs: jobs.map(toJson), accounts: agesOf(home, jobs) }));
    return EXIT.ok;
  }
  if (jobs.length === 0) {
    tell(`No jobs yet in ${home.path}${accountNamed ? ` for account "${config.account}"` : ''}.`);
    tell(firstStep(context));
    return EXIT.ok;
  }
  const rows = jobs.map(
    ({ jobId, account, state, attempt, files, pages, changes, requestedAt, startedAt, endedAt, reason }) => [
      jobId,
      account,
      state,
      attempt,
      files,
      pages,
      changes,
      timeCell(requestedAt),
      spanCell(startedAt === undefined ? undefined : (endedAt ?? Date.now()) - startedAt),
      reason ?? '',
    ],
  );
  const columns = [
    { title: 'JOB', whole: true },
    'ACCOUNT',
    { title: 'STATE', whole: true },
    { title: 'ATTEMPT', optional: true },
    'FILES',
    { title: 'PAGES', optional: true },
    { title: 'CHANGES', optional: true },
    { title: 'REQUESTED', whole: true },
    { title: 'TOOK', whole: true },
    'REASON',
  ];
  for (const line of formatTable(columns, rows, streams.stdout)) out(line);
  const works = workerRuns(context);
  for (const { account, walk, walkUnfinished, exceptions: refused, ...age } of agesOf(home, jobs)) {
    out(`account "${account}": ${asOf({ ...age, walkUnfinished })}`);
    if (age.currentAt !== undefined) for (const line of describeWalk(walk, { works })) out(`  ${line}`);
    for (const line of describeExceptions(refused)) out(`  ${line}`);
  }
  return EXIT.ok;
}

type AccountAge = Pick<Freshness, 'currentAt' | 'partial' | 'walkUnfinished'> & {
  account: string;
  walk: WalkState | undefined;
  exceptions: Exceptions;
};

const NO_EXCEPTIONS: Exceptions = { count: 0, examples: [] };

/** The age of each account's copy, and what Drive refuses of it. */
function agesOf(home: Context['home'], jobs: readonly JobView[]): AccountAge[] {
  const accounts = new Set(jobs.map(({ account }) => account));
  return [...accounts].toSorted().map((account) => {
    const found = readStore(home, account, (reader) => ({
      ...freshness(reader),
      walk: walkState(reader),
      exceptions: exceptions(reader),
    }));
    const { currentAt, partial = 0, walkUnfinished = false, walk } = found ?? {};
    return {
      account,
      currentAt,
      partial,
      walkUnfinished,
      walk,
      exceptions: found?.exceptions ?? NO_EXCEPTIONS,
    };
  });
}
