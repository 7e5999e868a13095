import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { newJobId } from '../job-id';
import { waitsForLogin } from '../model/failure';
import type { Progress } from '../model/progress';
import type { AccountSettings } from '../model/settings';
import type { IndexProgress } from '../store/index-build';
import type { JobRequest, JobResult } from '../store/jobs';
import type { Account, Accounts } from './accounts';
import { buildIndexes } from './build-indexes';
import { crawlSlice, type CrawlSliceInput, type CrawlSliceResult } from './crawl-slice';
import { failureKind, toTemporalFailure } from './failures';
import type { JobRef, RoundRef, SourceRef, StoreRef } from './inputs';
import { planSources, prepareSync, type FoundRef, type SourcePlan, type SyncPlan } from './prepare-sync';
import { sourceSlice, type SourceSliceResult } from './source-slice';

/** Everything that workflows have done for them. */
export interface Activities {
  prepareSync(round: RoundRef): Promise<SyncPlan>;
  planFound(found: FoundRef): Promise<SourcePlan>;
  crawlSlice(input: CrawlSliceInput): Promise<CrawlSliceResult>;
  sourceSlice(source: SourceRef): Promise<SourceSliceResult>;
  buildIndexes(store: StoreRef): Promise<IndexProgress>;
  readProgress(job: StoreRef & { jobId: string }): Promise<Progress>;
  /** `unknown`: what to note of the job first, where the store may not know of it. */
  setJobState(job: StoreRef & JobResult & { unknown?: JobRequest | undefined }): Promise<void>;
  removeJob(job: StoreRef & { jobId: string }): Promise<void>;
  changeSettings(change: StoreRef & { change: Partial<AccountSettings> }): Promise<AccountSettings>;
  newJob(store: StoreRef): Promise<JobRef & { revision: string }>;
}

/** What the activities need to know of the process that they run in. */
export interface ActivityOptions {
  accounts: Accounts;
  /** The code revision of the workflows that it runs. */
  revision: string;
  /** Listing loops of one source at most. */
  lanes: number;
}

/** The activities of this product on the given accounts. */
export function createActivities({ accounts, revision, lanes }: ActivityOptions): Activities {
  /** Runs a step that needs the verified account; credentials that were refused are loaded anew next time. */
  async function onAccount<T>(
    ref: StoreRef,
    step: (account: Account, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return await asActivity(async (signal) => {
      try {
        const account = await accounts.open(ref.account, ref.storeId, signal);
        try {
          return await step(account, signal);
        } finally {
          await noteUnits(account);
        }
      } catch (error) {
        if (waitsForLogin(failureKind(error))) accounts.forgetCredentials(ref.account);
        throw error;
      }
    });
  }

  return {
    prepareSync: (round) =>
      onAccount(round, (account, signal) =>
        prepareSync(account, round, { signal, tries: activityInfo().attempt, lanes }),
      ),
    planFound: (found) =>
      onAccount(found, (account, signal) =>
        planSources(account, { epoch: found.epoch, onlyNew: true }, signal),
      ),
    crawlSlice: (input) => onAccount(input, (account, signal) => crawlSlice(account, input, signal)),
    sourceSlice: (source) => onAccount(source, (account, signal) => sourceSlice(account, source, signal)),
    buildIndexes: ({ account }) => asActivity((signal) => buildIndexes(accounts.writer(account), signal)),
    readProgress: ({ account, jobId }) => asActivity(() => accounts.writer(account).progress(jobId)),
    setJobState: ({ account, unknown, ...result }) =>
      asActivity(async () => {
        const writer = accounts.writer(account);
        if (unknown !== undefined) await writer.recordJob(unknown);
        await writer.setJobState(result);
      }),
    removeJob: ({ account, jobId }) => asActivity(() => accounts.writer(account).removeJob(jobId)),
    changeSettings: ({ account, change }) =>
      asActivity(() => accounts.writer(account).changeSettings(change)),
    newJob: (store) =>
      asActivity(() =>
        Promise.resolve({ ...store, jobId: newJobId(), attempt: 1, requestedAt: Date.now(), revision }),
      ),
  };
}

/** Counts what a step has cost, however it ended; a count that cannot be written spoils nothing. */
async function noteUnits({ writer, drive }: Account): Promise<void> {
  const units = drive.takeUnits();
  if (units > 0) await writer.noteUnits(units).catch(() => undefined);
}

const LONGEST_HEARTBEAT_INTERVAL_MS = 5_000;

/** Beats by the clock, so that a slow request is not taken for a dead worker, and maps errors on the way out. */
async function asActivity<T>(step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { attempt, heartbeatTimeoutMs } = activityInfo();
  const interval = Math.min(
    (heartbeatTimeoutMs ?? LONGEST_HEARTBEAT_INTERVAL_MS * 3) / 3,
    LONGEST_HEARTBEAT_INTERVAL_MS,
  );
  const timer = setInterval(() => heartbeat(), interval);
  try {
    return await step(cancellationSignal());
  } catch (error) {
    throw toTemporalFailure(error, attempt);
  } finally {
    clearInterval(timer);
  }
}
