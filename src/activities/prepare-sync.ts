import { FAILURES, SyncFailure, type FailureKind } from '../model/failure';
import type { SharedDrive } from '../model/change';
import { USER_SOURCE, type SourceOutcome } from '../model/job';
import type { CrawlStart } from '../store/generations';
import type { SourceToSync } from '../store/transactor';
import type { Account } from './accounts';
import type { RoundRef, StoreRef } from './inputs';
import { learnRoot } from './learn-root';
import { inParallel } from './parallel';

/** A source that the job cannot work on, and why. */
export interface FailedSource {
  sourceId: string;
  outcome: SourceOutcome;
}

/** A source to work on, and whether it has a crawl open. */
export interface PlannedSource {
  sourceId: string;
  crawls: boolean;
}

/** The sources that a job works on next. */
export interface SourcePlan {
  sources: PlannedSource[];
  failed: FailedSource[];
}

/**
 * What a job start has to do: nothing while a person has paused it. Its epoch is carried by all its work; the store refuses that of earlier
 * ones. `lanes`: so many may list one source.
 */
export type SyncPlan = { kind: 'paused' } | ({ kind: 'work'; epoch: number; lanes: number } & SourcePlan);

const TOKENS_AT_ONCE = 8;

/**
 * Makes the job the owner of the store, looks which shared drives there are and opens a crawl for each source that has none and no log to
 * follow.
 */
export async function prepareSync(
  account: Account,
  { jobId, attempt, requestedAt, full, resumed, acceptRemovals }: RoundRef,
  { signal, tries, lanes }: { signal: AbortSignal; tries: number; lanes: number },
): Promise<SyncPlan> {
  const { writer } = account;
  const request = { jobId, attempt, requestedAt, full };
  const started = await writer.startJob(request, { resumed, acceptRemovals });
  if (started.kind === 'paused') return started;
  const { drives } = await writer.settings();
  const { found, hidden } = drives === 'all' ? await sharedDrives(account, tries, signal) : { found: [] };
  await writer.followDrives(found, hidden);
  await learnRoot(account, signal);
  const { epoch } = started;
  return {
    kind: 'work',
    epoch,
    lanes,
    ...(await planSources(account, { epoch, onlyNew: false }, signal)),
  };
}

/** Sources that came up while the job worked: drives that were joined, or found by a file that lies in them, and drives to let go of. */
export type FoundRef = StoreRef & { epoch: number };

/** Plans the work on the account's sources, or on those alone that no job has worked on yet. */
export async function planSources(
  account: Account,
  { epoch, onlyNew }: { epoch: number; onlyNew: boolean },
  signal: AbortSignal,
): Promise<SourcePlan> {
  const { writer } = account;
  const wanted = await writer.sources({ onlyNew });
  const failed = await openCrawls(account, { epoch, sources: wanted }, signal);
  const names = new Set(wanted.map(({ sourceId }) => sourceId));
  for (const { sourceId } of failed) names.delete(sourceId);
  const sources = (await writer.sources()).filter(({ sourceId }) => names.has(sourceId));
  return { sources: sources.map(({ sourceId, crawls }) => ({ sourceId, crawls })), failed };
}

/** So often the list of drives may fail before the job does without it: the other sources need not wait for it. */
const MOST_LIST_TRIES = 3;

/**
 * The drives of the user. Whoever cannot list them still learns of them by their files and from the change log; that it was so is
 * noted.
 */
async function sharedDrives(
  { drive }: Account,
  tries: number,
  signal: AbortSignal,
): Promise<{ found: SharedDrive[]; hidden?: FailureKind }> {
  try {
    return { found: await drive.sharedDrives(signal) };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    const { retry } = FAILURES[error.kind];
    if (retry !== 'fail' && (retry !== 'count' || tries < MOST_LIST_TRIES)) throw error;
    return { found: [], hidden: error.kind };
  }
}

/**
 * Opens a crawl for each source that needs one. Its start token is minted before anything is listed, so that whatever changes during the
 * crawl can be caught up on afterwards. One drive that fails does not stop the others.
 */
async function openCrawls(
  { writer, drive }: Account,
  { epoch, sources }: { epoch: number; sources: readonly SourceToSync[] },
  signal: AbortSignal,
): Promise<FailedSource[]> {
  const starts: CrawlStart[] = [];
  const failed: FailedSource[] = [];
  const needy = sources.filter(({ needsToken }) => needsToken);
  await inParallel(needy, TOKENS_AT_ONCE, async ({ sourceId }) => {
    const openedAt = drive.serverTime();
    try {
      const isUser = sourceId === USER_SOURCE;
      const startToken = await drive.startPageToken(isUser ? undefined : sourceId, signal);
      starts.push({ sourceId, openedAt, startToken });
    } catch (error) {
      if (!isOfOneDrive(sourceId, error)) throw error;
      if (error.kind === 'source-gone') await writer.leaveSource({ sourceId, epoch });
      else
        failed.push({
          sourceId,
          outcome: { kind: 'failed', failure: error.kind, message: error.message },
        });
    }
  });
  if (starts.length > 0) await writer.openGenerations(epoch, starts);
  return failed;
}

/** True for a failure that concerns this drive and would come again: the others need not wait for it. */
function isOfOneDrive(sourceId: string, error: unknown): error is SyncFailure {
  if (sourceId === USER_SOURCE || !(error instanceof SyncFailure)) return false;
  const { retry } = FAILURES[error.kind];
  return retry === 'fail' || retry === 'count';
}
