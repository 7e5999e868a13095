import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { SourceOutcome } from '../model/job';
import type { Progress } from '../model/progress';
import type { JobResult } from '../store/jobs';
import type { Account, Accounts } from './accounts';
import { crawlSlice, type CrawlSliceInput, type CrawlSliceResult } from './crawl-slice';
import { failureKind, toTemporalFailure } from './failures';
import type { JobRef, SourceRef, StoreRef } from './inputs';
import { prepareSync, type SyncPlan } from './prepare-sync';

/** Everything that workflows have done for them. */
export interface Activities {
  prepareSync(job: JobRef): Promise<SyncPlan>;
  crawlSlice(input: CrawlSliceInput): Promise<CrawlSliceResult>;
  closeSource(source: SourceRef): Promise<SourceOutcome>;
  readProgress(job: StoreRef & { jobId: string }): Promise<Progress>;
  setJobState(job: StoreRef & JobResult): Promise<void>;
  removeJob(job: StoreRef & { jobId: string }): Promise<void>;
}

/** The activities of this product on the given accounts. */
export function createActivities(accounts: Accounts): Activities {
  /** Runs a step that needs the verified account; credentials that were refused are loaded anew next time. */
  async function onAccount<T>(
    ref: StoreRef,
    step: (account: Account, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return await asActivity(async (signal) => {
      try {
        return await step(await accounts.open(ref.account, ref.storeId, signal), signal);
      } catch (error) {
        if (failureKind(error) === 'needs-login') accounts.forgetCredentials(ref.account);
        throw error;
      }
    });
  }

  return {
    prepareSync: (job) => onAccount(job, (account, signal) => prepareSync(account, job, signal)),
    crawlSlice: (input) => onAccount(input, (account, signal) => crawlSlice(account, input, signal)),
    closeSource: ({ account, sourceId, epoch }) =>
      asActivity(() => accounts.writer(account).closeGeneration(sourceId, epoch)),
    readProgress: ({ account, jobId }) => asActivity(() => accounts.writer(account).progress(jobId)),
    setJobState: ({ account, ...result }) => asActivity(() => accounts.writer(account).setJobState(result)),
    removeJob: ({ account, jobId }) => asActivity(() => accounts.writer(account).removeJob(jobId)),
  };
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
