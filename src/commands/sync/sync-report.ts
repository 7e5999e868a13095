import { EXIT, UserError } from '../../errors';
import type { Home } from '../../process/home';
import { ENDED, type JobState } from '../../model/job';
import { UNLISTED_DRIVES } from '../../model/reasons';
import { corrections, type Corrections } from '../../queries/jobs/corrections';
import { leftScope } from '../../queries/jobs/out-of-scope';
import { exceptions, type Exceptions } from '../../queries/jobs/exceptions';
import { accountRemovals } from '../../queries/jobs/removals';
import { storeFacts } from '../../queries/jobs/store-facts';
import { walkState, type WalkState } from '../../queries/jobs/walk-state';
import { storedOutcomes, type StoredJob, type StoredOutcome } from '../../queries/jobs/stored-jobs';
import { readStore } from '../../process/stores';
import type { TemporalJob } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import { describeExceptions } from '../jobs/exception-lines';
import { joinJob, type JobView } from '../jobs/job-list';
import { storedJob } from '../jobs/stored-job';
import { partialReason, reasonOf, reasonText, withHint } from '../jobs/reasons';
import { titleOf } from '../jobs/source-lines';
import { countOf, formatCount, formatSpan, printable } from '../render/text';
import type { Session } from './session';
import { walkLeftLines, walkLine } from '../jobs/walk-text';
import type { WatchEnd } from './watch';

/** A watched job. `walked`: this process also waited for the walk. Times in ms since 1970. */
interface Watched {
  job: TemporalJob;
  end: Exclude<WatchEnd, 'role-free'>;
  startedAt: number;
  walked: boolean;
}

/** Prints the outcome of a watched job, and returns the exit code. */
export async function reportSync(
  context: Context,
  session: Session,
  { job, end, startedAt, walked }: Watched,
): Promise<number> {
  const { home, tell } = context;
  if (end === 'interrupted') {
    const next = session.works ? 'continues with the next `gdrive-sync sync`' : 'continues in its process';
    tell(`Stopped. Job ${job.jobId} ${next}.`);
    return EXIT.interrupted;
  }
  const stored = storedJob(home, job);
  if (end === 'parked') {
    tellParked(context, job, stored);
    throw parkedError(home, job, stored);
  }
  const view = end === 'answered' ? answeredView(job, stored) : await endedView(session, job, stored);
  if (view.state === 'failed') throw jobError(`job ${job.jobId} failed`, stored, view.reason);
  printResult(context, view, { elapsedMs: Date.now() - startedAt, walked });
  return exitCodeOf(view.state);
}

/** For programs, a job that waits for a person is a result too. */
function tellParked(
  { json, out, home }: Context,
  { jobId, account }: TemporalJob,
  stored: StoredJob | undefined,
): void {
  const { pages, files: listed, changes, reason } = stored ?? {};
  const store = home.storeOf(account);
  if (json) out(JSON.stringify({ jobId, account, state: 'waiting', reason, pages, listed, changes, store }));
}

/** The state of a job that goes on, at the time when it had answered the request. */
function answeredView({ account }: TemporalJob, stored: StoredJob | undefined): JobView {
  const view = joinJob(account, { stored }, { worker: true, temporalAsked: false });
  return { ...view, state: stored?.answeredState ?? view.state };
}

async function endedView(
  session: Session,
  job: TemporalJob,
  stored: StoredJob | undefined,
): Promise<JobView> {
  // Asks the store first: the process that owns the server may be stopping it.
  const isRecorded = stored !== undefined && ENDED.has(stored.state);
  const current = isRecorded ? undefined : await session.jobs.current(job);
  const temporal = current?.jobId === job.jobId ? current : undefined;
  return joinJob(job.account, { stored, temporal }, { worker: true, temporalAsked: true });
}

/** An error for a job that failed or waits, with a hint. */
function jobError(what: string, stored: StoredJob | undefined, told: string | undefined): UserError {
  const reason = reasonOf(stored?.reason);
  return new UserError(`${what}: ${told ?? reason?.says ?? 'see the Temporal Web UI'}`, {
    hint:
      reason?.hint ??
      'run `gdrive-sync reset`, then `gdrive-sync sync`, to retry it from its last checkpoint',
  });
}

/** An error for a job that waits for a person. If it waits for consent, it counts the files. */
function parkedError(home: Home, { account, jobId }: TemporalJob, stored: StoredJob | undefined): UserError {
  const isConsent = stored?.reason === 'needs-confirmation';
  const gone = isConsent
    ? readStore(home, account, (reader) => accountRemovals(reader, Date.now()))
    : undefined;
  const told =
    gone &&
    `${formatCount(gone.files)} of ${formatCount(gone.of)} files are gone from Drive, and removing them from the copy needs your consent`;
  const { message, hint } = jobError(`job ${jobId} is waiting`, stored, told);
  return new UserError(message, hint === undefined ? {} : { hint: hint.replace('<job>', jobId) });
}

function exitCodeOf(state: JobState): number {
  if (state === 'completed') return EXIT.ok;
  return state === 'partial' ? EXIT.partial : EXIT.failure;
}

interface Findings {
  files: number;
  trashed: number;
  corrected: Corrections | undefined;
  /** Files whose shared drive is no longer followed. */
  outOfScope: number;
  outcomes: StoredOutcome[];
  walk: WalkState | undefined;
  exceptions: Exceptions;
}

const NOTHING: Findings = {
  files: 0,
  trashed: 0,
  corrected: undefined,
  outOfScope: 0,
  outcomes: [],
  walk: undefined,
  exceptions: { count: 0, examples: [] },
};

function findingsOf(home: Home, view: JobView): Findings {
  const found = readStore(home, view.account, (reader): Findings => {
    const { files, trashed } = storeFacts(reader);
    const outcomes = storedOutcomes(reader, view.jobId);
    return {
      files,
      trashed,
      corrected: corrections(reader, view),
      outOfScope: leftScope(reader, view),
      outcomes,
      walk: walkState(reader),
      exceptions: exceptions(reader),
    };
  });
  return found ?? NOTHING;
}

function printResult(
  { home, json, out }: Context,
  view: JobView,
  { elapsedMs, walked }: { elapsedMs: number; walked: boolean },
): void {
  const { jobId, account, state, reason, pages, files: listed, changes } = view;
  const store = home.storeOf(account);
  const {
    files,
    trashed,
    corrected,
    outOfScope,
    outcomes,
    walk,
    exceptions: refused,
  } = findingsOf(home, view);
  if (json) {
    const counts = { pages, listed, changes, files, trashed, corrected, outOfScope, walk };
    out(JSON.stringify({ jobId, account, state, ...counts, exceptions: refused, elapsedMs, store }));
    return;
  }
  const copy = `${countOf(files, 'file')} (${formatCount(trashed)} in the trash)`;
  out(`${state}: ${copy}, ${workText({ pages, changes })}, in ${formatSpan(elapsedMs)}`);
  if (corrected !== undefined) out(describeCorrections(corrected));
  if (outOfScope > 0)
    out(
      `${countOf(outOfScope, 'file')} went out of scope: their shared drives are no longer followed (--drives)`,
    );
  if (state === 'partial') for (const line of whatIsMissing(outcomes, reason)) out(line);
  for (const line of describeExceptions(refused)) out(line);
  out(`store: ${store}`);
  if (walked && walk !== undefined) out(walkLine(walk));
  for (const line of walkLeftLines(walk)) out(line);
}

function workText({ pages, changes }: { pages: number; changes: number }): string {
  if (pages === 0 && changes === 0) return 'no changes';
  const parts = [
    ...(pages > 0 ? [`${countOf(pages, 'page')} listed`] : []),
    ...(changes > 0 ? [countOf(changes, 'change')] : []),
  ];
  return parts.join(', ');
}

/** What a full crawl of an existing copy corrected. */
export function describeCorrections({ added, changed, removed }: Corrections): string {
  const sum = added + changed + removed;
  if (sum === 0) return 'the full crawl found nothing to correct';
  return `the full crawl corrected ${countOf(sum, 'file')}: ${formatCount(added)} added, ${formatCount(changed)} changed, ${formatCount(removed)} removed`;
}

function whatIsMissing(outcomes: readonly StoredOutcome[], reason: string | undefined): string[] {
  const lines: string[] = [];
  for (const { sourceId, name, outcome, reason: why, message } of outcomes) {
    const title = titleOf(sourceId, name);
    if (outcome === 'partial') lines.push(`${title}: ${withHint(partialReason(why))}`);
    else if (outcome === 'failed')
      lines.push(`${title}: ${printable(message ?? reasonText(why) ?? 'failed')}`);
  }
  if (reason === UNLISTED_DRIVES || (lines.length === 0 && reason !== undefined))
    lines.push(withHint(partialReason(reason)));
  return lines.map((line) => `not complete: ${line}`);
}
