import type { TemporalAccess } from '../../process/temporal-access';
import { existsSync } from 'node:fs';
import { EXIT, UserError } from '../../errors';
import { inWords } from '../../explain';
import { ENDED } from '../../model/job';
import { hasCredentials } from '../../process/credentials';
import { placesOf } from '../../process/home';
import { noAccount } from '../../process/stores';
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
import { foldQuiet, jobTable } from './job-table';

const MOST_JOBS = 25;
/** Jobs that are loaded so that enough are left after folding: those of an hour with `--every 30s`. */
const FOLDED_JOBS = 250;

/** What `status` shows. */
export interface StatusOptions {
  /** Watch the job until it ends. */
  follow?: boolean;
  /** Judge every account, for monitoring. */
  check?: boolean;
  /** The age in ms from which `check` fails. */
  maxAge?: number;
}

/** Shows the accounts and the newest jobs, or one job in detail. Returns the exit code. */
export async function runStatus(
  context: Context,
  prefix: string | undefined,
  { follow: follows = false, check = false, maxAge }: StatusOptions = {},
): Promise<number> {
  refuseMixed(prefix, { follows, check, maxAge });
  if (prefix === undefined) refuseUnknown(context);
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

function refuseMixed(
  prefix: string | undefined,
  { follows, check, maxAge }: { follows: boolean; check: boolean; maxAge: number | undefined },
): void {
  const usage = (message: string, hint: string): UserError =>
    new UserError(message, { hint, exitCode: EXIT.usage });
  if (check && (prefix !== undefined || follows))
    throw usage('--check judges accounts, not jobs', 'leave out the job and --follow, or leave out --check');
  if (!check && maxAge !== undefined)
    throw usage('--max-age has a meaning with --check only', 'add --check, or leave out --max-age');
}

/** @throws UserError if the user names an account that does not exist here: the name is probably mistyped. */
function refuseUnknown({ config, accountNamed }: Context): void {
  const { account } = config;
  if (!accountNamed || !existsSync(config.home)) return;
  const home = placesOf(config.home);
  if (home.known().length === 0 || home.known().includes(account) || hasCredentials(config, home, account))
    return;
  throw noAccount(home, account);
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
  context.out(`\n${context.home.path}: ${says.length === 0 ? 'no account yet' : says.join('; ')}`);
  return EXIT.ok;
}

async function follow(context: Context, temporal: TemporalAccess, job: JobView): Promise<void> {
  if (job.temporal === undefined) return;
  const watcher = { jobs: temporal.jobs, works: false, stopped: new Promise<never>(() => undefined) };
  await watchJob(context, watcher, { job: job.temporal, roleIsFree: () => false });
}

async function showOverview(context: Context, temporal: TemporalAccess | undefined): Promise<number> {
  const rows = accountRows(context);
  // The account's row says that its store cannot be read.
  const jobs = await loadJobs(context, temporal, FOLDED_JOBS, () => undefined);
  if (context.json) {
    const newest = jobs.slice(0, MOST_JOBS).map(toJson);
    context.out(JSON.stringify({ jobs: newest, accounts: rows.map(accountJson) }));
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
  for (const row of rows) for (const note of accountNotes(row, works)) out(complete(note, row.account));
  if (jobs.length === 0) return tell(`No jobs yet. ${firstStep(context)}`);
  const folded = foldQuiet(jobs);
  out('');
  for (const line of jobTable(folded.slice(0, MOST_JOBS), streams.stdout)) out(line);
}

function accountJson({
  account,
  standing,
  reason,
  login,
  nextAt,
  state,
}: AccountRow): Record<string, unknown> {
  const { freshness, walk, exceptions } = state ?? {};
  const { currentAt, partial, walkUnfinished } = freshness ?? {};
  const now = { state: standing, reason, login, nextAt };
  return { account, ...now, currentAt, partial, exceptions, walkUnfinished, walk };
}
