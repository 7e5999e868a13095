import type { TemporalAccess } from '../../process/temporal-access';
import { EXIT } from '../../errors';
import { ENDED, USER_SOURCE } from '../../model/job';
import type { Progress, SourceProgress } from '../../model/progress';
import { exceptions, type Exceptions } from '../../queries/jobs/exceptions';
import { accountRemovals, type AccountRemovals } from '../../queries/jobs/removals';
import { sourceStates, type SourceState } from '../../queries/jobs/source-states';
import { storeFacts, type StoreFacts } from '../../queries/jobs/store-facts';
import { storedOutcomes, type StoredOutcome } from '../../queries/jobs/stored-jobs';
import { walkState, type WalkState } from '../../queries/jobs/walk-state';
import { readStore } from '../../process/stores';
import type { PendingStep } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import { describeExceptions } from './exception-lines';
import { toJson, workerRuns, type JobView } from './job-list';
import { partialReason, reasonText } from './reasons';
import {
  countOf,
  formatAge,
  formatCount,
  formatSpan,
  formatTime,
  formatZoned,
  printable,
} from '../render/text';
import { describeRemovals, describeSources, titleOf } from './source-lines';
import { describeWalk } from './walk-text';
import { progressLine } from '../sync/progress-line';

interface Depth {
  progress: Progress;
  outcomes: StoredOutcome[];
  facts: StoreFacts;
  sources: SourceState[];
  walk: WalkState | undefined;
  exceptions: Exceptions;
  /** Files of all sources that are gone from Drive and wait to be removed; undefined if there are none. */
  removals: AccountRemovals | undefined;
}

/** Prints all details of one job and of its account's sources. */
export async function showJob(
  context: Context,
  temporal: TemporalAccess | undefined,
  job: JobView,
): Promise<number> {
  const { home, json, out } = context;
  const depth = readStore(home, job.account, (reader): Depth => ({
    progress: reader.progress(job.jobId),
    outcomes: storedOutcomes(reader, job.jobId),
    facts: storeFacts(reader),
    sources: sourceStates(reader),
    walk: walkState(reader),
    exceptions: exceptions(reader),
    removals: accountRemovals(reader, Date.now()),
  }));
  const isOpen = job.temporal?.status === 'RUNNING';
  const steps =
    isOpen && temporal !== undefined && job.temporal !== undefined
      ? await temporal.jobs.pendingSteps(job.temporal)
      : [];
  const webUi =
    temporal?.uiUrl === undefined || job.temporal === undefined
      ? undefined
      : `${temporal.uiUrl}/${encodeURIComponent(job.temporal.workflowId)}`;
  if (json) {
    out(
      JSON.stringify({
        ...toJson(job),
        ...depth,
        retried: steps,
        store: home.storeOf(job.account),
        webUi,
      }),
    );
  } else {
    for (const line of describeJob(context, { job, depth, steps, webUi })) out(line);
  }
  return EXIT.ok;
}

function describeJob(
  context: Context,
  found: { job: JobView; depth: Depth | undefined; steps: PendingStep[]; webUi: string | undefined },
): string[] {
  const { home } = context;
  const { job, depth, steps, webUi } = found;
  const { jobId, account, state, attempt, reason, requestedAt } = job;
  const lines = [`job ${jobId} of account "${account}": ${state}${inBrackets(reason)}`];
  lines.push(`attempt ${String(attempt)}, requested ${formatZoned(requestedAt)}`);
  const place = { store: home.storeOf(account), works: workerRuns(context) };
  if (depth !== undefined) lines.push(...describeDepth(job, depth, place));
  for (const { attempt: tries, failure } of steps) {
    lines.push(`  retrying (attempt ${String(tries)}): ${printable(failure ?? 'unknown')}`);
  }
  if (webUi !== undefined) lines.push(`Temporal Web UI: ${webUi}`);
  return lines;
}

function inBrackets(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}

function describeDepth(
  { state, startedAt, endedAt }: JobView,
  depth: Depth,
  { store, works }: { store: string; works: boolean },
): string[] {
  const { progress, outcomes, facts, sources, exceptions: refused, removals } = depth;
  const elapsedMs = startedAt === undefined ? 0 : (endedAt ?? Date.now()) - startedAt;
  const { files, changes } = progress;
  const lines = ENDED.has(state)
    ? [`${countOf(files, 'file')} listed, ${countOf(changes, 'change')}`]
    : [progressLine(progress, { rate: 0, elapsedMs, state: undefined })];
  if (startedAt !== undefined) {
    const took = formatSpan(elapsedMs);
    const spent = `${formatCount(progress.units)} quota units spent`;
    lines.unshift(
      `started ${formatTime(startedAt)}, ${endedAt === undefined ? `running for ${took}` : `ended after ${took}`}, ${spent}`,
    );
  }
  if (!ENDED.has(state)) lines.push(...progress.open.map(describeSource));
  // The sources that are current are described below.
  const notCurrent = outcomes.filter(({ outcome }) => outcome !== 'current');
  lines.push(...notCurrent.map(describeOutcome));
  const { currentAt } = facts;
  const current =
    currentAt === undefined ? 'not complete yet' : `as of ${formatTime(currentAt)} (${formatAge(currentAt)})`;
  lines.push(`store ${store}: ${formatCount(facts.files)} files, ${current}`);
  if (facts.drivesHidden !== undefined) lines.push(`  ${hiddenDrives(facts.drivesHidden)}`);
  lines.push(...describeSources(sources));
  lines.push(...walkLines(depth, works));
  if (removals !== undefined) lines.push(...describeRemovals(removals));
  lines.push(...describeExceptions(refused));
  return lines;
}

function walkLines({ walk, sources }: Depth, works: boolean): string[] {
  const own = sources.find(({ sourceId }) => sourceId === USER_SOURCE);
  if (own?.currentAt === undefined) return [];
  return describeWalk(walk, { walkedAt: own.walkedAt, works }).map((line) => `  ${line}`);
}

function describeOutcome({ sourceId, name, outcome, reason, message }: StoredOutcome): string {
  const why = outcome === 'partial' ? partialReason(reason).says : (message ?? reasonText(reason));
  return `  ${titleOf(sourceId, name)}: ${outcome}${inBrackets(why && printable(why))}`;
}

function hiddenDrives(why: string): string {
  const reason = reasonText(why) ?? why;
  return `shared drives could not be listed (${reason}): only drives found through files or the change log are followed`;
}

function describeSource(source: SourceProgress): string {
  const { sourceId, windowsDone, windows, files, foldersLeft, filesToAsk, filesGone, failures } = source;
  const parts = [];
  if (windows > 0)
    parts.push(`${String(windowsDone)} of ${String(windows)} windows, ${formatCount(files)} files`);
  if (foldersLeft > 0) parts.push(`${countOf(foldersLeft, 'folder')} left to list`);
  if (filesToAsk > 0) parts.push(`${countOf(filesToAsk, 'file')} left to verify`);
  if (filesGone > 0) parts.push(`${countOf(filesGone, 'file')} left to remove`);
  if (failures > 0) parts.push(`${countOf(failures, 'failure')} in a row`);
  return `  ${titleOf(sourceId, source.name)}: ${parts.join(', ') || 'open'}`;
}
