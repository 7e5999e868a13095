import type { TemporalAccess } from '../../process/temporal-access';
import { EXIT } from '../../errors';
import { inWords } from '../../explain';
import { ENDED } from '../../model/job';
import { hasCredentials } from '../../process/credentials';
import { checkSpace, freeBytes } from '../doctor/machine';
import { showJob } from '../jobs/job-details';
import {
  loadJobs,
  pickJob,
  reachRunningTemporal,
  SEARCHED_JOBS,
  toJson,
  workerRuns,
  type JobView,
} from '../jobs/job-list';
import { formatAge, formatZoned } from '../render/text';
import type { Context } from '../shared/context';
import { watchJob } from '../sync/watch';
import { accountNotes, accountTable } from './account-table';
import { accountRows, type AccountRow } from './account-rows';
import { runCheck } from './check';
import { contentNote, contentOf } from './content-note';
import { checkGiven, type StatusOptions } from './given';
import { foldQuiet, jobTable } from './job-table';

const MOST_JOBS = 25;
/** Jobs that are loaded so that enough are left after folding: those of an hour with `--every 30s`. */
const FOLDED_JOBS = 250;

/** Shows the accounts and the newest jobs, or one job in detail. Returns the exit code. */
export async function runStatus(
  context: Context,
  prefix: string | undefined,
  { follow: follows = false, check = false, maxAge }: StatusOptions = {},
): Promise<number> {
  checkGiven(context, prefix, { follow: follows, check, maxAge });
  if (check) return runCheck(context, maxAge);
  tellLittleSpace(context);
  const temporal = await temporalIfReachable(context);
  try {
    if (prefix === undefined && !follows) return await showOverview(context, temporal);
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

/** The stores know nearly everything, so a Temporal server that is away is only worth a warning. */
async function temporalIfReachable(context: Context): Promise<TemporalAccess | undefined> {
  try {
    return await reachRunningTemporal(context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.tell(`Temporal cannot be reached, so this is what the stores know: ${inWords(error)}`);
    return undefined;
  }
}

/** Warns about a full disk: a job that waits for disk space cannot record that in the store. */
function tellLittleSpace({ home, tell }: Context): void {
  const { level, says, remedy } = checkSpace(freeBytes(home.path));
  if (level === 'error')
    tell(`The disk of ${home.path} is full or almost full (${says}), so jobs wait: ${remedy ?? ''}`);
}

/** Prints a one-line summary from the stores alone. */
export function runOverview(context: Context): number {
  const rows = accountRows(context);
  const says = rows.map(({ account, standing, state }) =>
    state?.completeAt === undefined
      ? `"${account}" ${standing}`
      : `"${account}" ${standing}, as of ${formatZoned(state.completeAt)} (${formatAge(state.completeAt)})`,
  );
  context.out(
    `\n${context.home.path}: ${says.length === 0 ? `no account yet. ${firstStep(context)}` : says.join('; ')}`,
  );
  return EXIT.ok;
}

async function follow(context: Context, temporal: TemporalAccess, job: JobView): Promise<void> {
  if (job.temporal === undefined) return;
  context.tell(`Job ${job.jobId} of account "${job.account}":`);
  const watcher = { jobs: temporal.jobs, works: false, stopped: new Promise<never>(() => undefined) };
  await watchJob(context, watcher, { job: job.temporal, roleIsFree: () => false });
}

async function showOverview(context: Context, temporal: TemporalAccess | undefined): Promise<number> {
  const rows = accountRows(context);
  // The account's row says that its store cannot be read.
  const jobs = await loadJobs(context, temporal, FOLDED_JOBS, () => undefined);
  if (context.json) {
    const newest = jobs.slice(0, MOST_JOBS).map(toJson);
    context.out(JSON.stringify({ jobs: newest, accounts: rows.map((row) => accountJson(context, row)) }));
  } else printOverview(context, rows, jobs);
  return EXIT.ok;
}

/** What to do before there is a job. */
function firstStep({ config, home }: Context): string {
  const { account } = config;
  if (hasCredentials(config, home, account)) return 'Start one with `gdrive-sync sync`.';
  return 'Log in with `gdrive-sync auth login`, or try `gdrive-sync demo`.';
}

function printOverview(context: Context, rows: readonly AccountRow[], jobs: readonly JobView[]): void {
  const { out, tell, home, streams, complete } = context;
  if (rows.length === 0) {
    tell(`There is no account yet in ${home.path}. ${firstStep(context)}`);
    return;
  }
  const works = workerRuns(context);
  for (const line of accountTable(rows, streams.stdout)) out(line);
  for (const row of rows) {
    const texts = contentNote(row.account, contentOf(home, row.account));
    const notes = [...accountNotes(row, works), ...(texts === undefined ? [] : [texts])];
    for (const note of notes) out(complete(note, row.account));
  }
  if (jobs.length === 0) {
    // A store that cannot be read may have jobs.
    if (rows.every(({ standing }) => standing !== 'unreadable')) tell(`No jobs yet. ${firstStep(context)}`);
    return;
  }
  const folded = foldQuiet(jobs);
  out('');
  for (const line of jobTable(folded.slice(0, MOST_JOBS), streams.stdout)) out(line);
}

function accountJson(
  { home }: Context,
  { account, standing, reason, login, nextAt, state }: AccountRow,
): Record<string, unknown> {
  const { freshness, walk, exceptions } = state ?? {};
  const { currentAt, partial, walkUnfinished } = freshness ?? {};
  const now = { state: standing, reason, login, nextAt };
  const content = contentOf(home, account);
  return { account, ...now, currentAt, partial, exceptions, walkUnfinished, walk, content };
}
