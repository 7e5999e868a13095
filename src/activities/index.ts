import { activityInfo } from '@temporalio/activity';
import { newJobId } from '../job-id';
import type { Log } from '../log';
import type { Background } from '../model/background';
import type { Progress } from '../model/progress';
import { checkedSettings, type AccountSettings } from '../model/settings';
import type { IndexProgress } from '../store/search/index-build';
import type { FailureKind } from '../model/failure';
import type { PassEnd } from '../model/pass';
import type { JobRequest, JobResult } from '../store/jobs/jobs';
import type { WalkDecision } from '../store/walk/walk';
import type { TakenWork } from '../model/pass';
import type { Release } from '../store/jobs/work-queue';
import type { Accounts } from './accounts';
import { buildIndexes } from './steps/build-indexes';
import { contentSlice, type ContentSliceResult } from './content-slice';
import { crawlSlice, type CrawlSliceInput, type CrawlSliceResult } from './crawl-slice';
import { failureKind } from './failures';
import { batchSlice, type BatchInput, type BatchResult } from './batch-slice';
import { followDrives } from './steps/follow-drives';
import { giveUpFailing } from './steps/give-up-failing';
import type { JobRef, PassRef, RoundRef, SourceRef, StoreRef } from './inputs';
import { openCrawls, type OpenedCrawls } from './steps/open-crawls';
import { pollLogs, type PolledLogs } from './poll-logs';
import { createRunners, type Runners } from './runners';
import { prepareSync, type SyncPlan } from './prepare-sync';
import { walkSlice, type WalkSliceResult } from './walk-slice';
import { sourceSlice, type SourceSliceResult } from './source-slice';

/** Everything that workflows can call. */
export interface Activities {
  prepareSync(round: RoundRef): Promise<SyncPlan>;
  /** A caller wants a current copy: returns the number of the request. */
  takeRequest(job: JobRef): Promise<number>;
  followDrives(pass: PassRef): Promise<{ unopened: boolean }>;
  openCrawls(pass: PassRef & { turn: number }): Promise<OpenedCrawls>;
  pollLogs(pass: PassRef): Promise<PolledLogs>;
  takeWork(pass: PassRef): Promise<TakenWork>;
  batchSlice(batch: BatchInput): Promise<BatchResult>;
  /** Records that a source failed for good. */
  failSource(source: SourceRef & { failure: { kind: FailureKind; message: string } }): Promise<void>;
  /** Gives back a source that a child workflow did not finish. */
  releaseSource(source: SourceRef & { why: Release }): Promise<void>;
  giveUpFailing(pass: PassRef): Promise<void>;
  finishPass(pass: PassRef): Promise<PassEnd>;
  crawlSlice(input: CrawlSliceInput): Promise<CrawlSliceResult>;
  sourceSlice(source: SourceRef): Promise<SourceSliceResult>;
  buildIndexes(store: StoreRef): Promise<IndexProgress>;
  readProgress(job: StoreRef & { jobId: string }): Promise<Progress>;
  /** `unknown`: the job's record, written first if the store does not know the job. */
  setJobState(job: StoreRef & JobResult & { unknown?: JobRequest | undefined }): Promise<void>;
  removeJob(job: StoreRef & { jobId: string }): Promise<void>;
  changeSettings(change: StoreRef & { change: Partial<AccountSettings> }): Promise<AccountSettings>;
  newJob(store: StoreRef): Promise<JobRef & { revision: string }>;
  /** Starts a run of the walk; returns its lease. */
  claimWalk(walk: StoreRef & WalkDecision): Promise<number>;
  walkSlice(walk: StoreRef & { lease: number }): Promise<WalkSliceResult>;
  /** Starts a run of the contents; returns its lease. */
  claimContents(store: StoreRef): Promise<number>;
  contentSlice(run: StoreRef & { lease: number }): Promise<ContentSliceResult>;
}

/** What the activities need from their process. */
export interface ActivityOptions {
  accounts: Accounts;
  log: Log;
  /** The code revision of the worker's workflows. */
  revision: string;
  /** The most listing loops of one source. */
  lanes: number;
  /** Temporal may learn the names of shared drives. */
  showsNames: boolean;
}

function withoutName<T extends object>(named: T): T {
  return 'name' in named ? { ...named, name: undefined } : named;
}

/** What Temporal learns of drives. */
const WITH_NAMES = { work: (work: TakenWork) => work, progress: (progress: Progress) => progress };
const WITHOUT_NAMES: typeof WITH_NAMES = {
  work: withoutName,
  progress: (progress) => ({ ...progress, open: progress.open.map(withoutName) }),
};

/** Leaves out contents that have not changed: a look costs less than a run. */
async function dueOf(
  accounts: Accounts,
  store: StoreRef,
  background: readonly Background[],
): Promise<Background[]> {
  const due: Background[] = [];
  for (const kind of background)
    if (kind !== 'content' || (await accounts.contents(store).writer.isDue(Date.now()))) due.push(kind);
  return due;
}

function contentActivities(
  accounts: Accounts,
  { onAccount, onStore }: Runners,
): Pick<Activities, 'claimContents' | 'contentSlice'> {
  return {
    claimContents: (store) =>
      onStore(store, async () => await accounts.contents(store).writer.claim(store.storeId)),
    contentSlice: ({ lease, ...store }) =>
      onAccount(store, (account, signal) =>
        contentSlice(account, accounts.contents(store), { lease, signal }),
      ),
  };
}

/** Creates the activities for the given accounts. */
export function createActivities(options: ActivityOptions): Activities {
  const { accounts, revision, lanes, log } = options;
  const shown = options.showsNames ? WITH_NAMES : WITHOUT_NAMES;
  const { onAccount, onStore } = createRunners(accounts, log);
  const logOf = ({ account, jobId }: { account: string; jobId: string }): Log =>
    log.with({ account, job: jobId });
  return {
    prepareSync: (round) => onAccount(round, (account) => prepareSync(account, round, lanes)),
    takeRequest: ({ account, storeId, ...job }) =>
      onStore({ account, storeId }, (writer) => writer.takeRequest(job)),
    followDrives: (pass) =>
      onAccount(pass, (account, signal) =>
        followDrives(account, pass, { tries: activityInfo().attempt, signal }),
      ),
    openCrawls: (pass) => onAccount(pass, (account, signal) => openCrawls(account, pass, signal)),
    pollLogs: (pass) => onAccount(pass, (account, signal) => pollLogs(account, pass, signal)),
    takeWork: (pass) => onStore(pass, async (writer) => shown.work(await writer.takeWork(pass))),
    batchSlice: (batch) => onAccount(batch, (account, signal) => batchSlice(account, batch, signal)),
    failSource: ({ failure, ...source }) => onStore(source, (writer) => writer.failSource(source, failure)),
    releaseSource: ({ why, ...source }) => onStore(source, (writer) => writer.releaseSource(source, why)),
    giveUpFailing: (pass) => onStore(pass, (writer) => giveUpFailing(writer, pass)),
    finishPass: (pass) =>
      onStore(pass, async (writer) => {
        const end = await writer.finishPass(pass);
        if (end.kind !== 'ended') return end;
        logOf(pass).write('info', 'job has ended', { state: end.state });
        return { ...end, background: await dueOf(accounts, pass, end.background) };
      }),
    crawlSlice: (input) => onAccount(input, (account, signal) => crawlSlice(account, input, signal)),
    sourceSlice: (source) => onAccount(source, (account, signal) => sourceSlice(account, source, signal)),
    buildIndexes: (store) => onStore(store, (writer, signal) => buildIndexes(writer, signal)),
    readProgress: ({ jobId, ...store }) =>
      onStore(store, async (writer) => shown.progress(await writer.progress(jobId))),
    setJobState: ({ account, storeId, unknown, ...result }) =>
      onStore({ account, storeId }, async (writer) => {
        if (unknown !== undefined) await writer.recordJob(unknown);
        await writer.setJobState(result);
        const { jobId, state, reason } = result;
        logOf({ account, jobId }).write('info', 'job has changed', { state, reason });
      }),
    async removeJob({ jobId, ...store }) {
      try {
        await onStore(store, (writer) => writer.removeJob(jobId));
      } catch (error) {
        // Another store knows nothing of the job, so there is nothing to remove.
        if (failureKind(error) !== 'wrong-store') throw error;
      }
    },
    changeSettings: ({ change, ...store }) =>
      onStore(store, async (writer) => await writer.changeSettings(checkedSettings(change))),
    claimWalk: ({ acceptRemovals, ...store }) =>
      onStore(store, (writer) => writer.claimWalk({ acceptRemovals })),
    walkSlice: (walk) => onAccount(walk, (account, signal) => walkSlice(account, walk, signal)),
    ...contentActivities(accounts, { onAccount, onStore }),
    newJob: async (store) =>
      await Promise.resolve({ ...store, jobId: newJobId(), attempt: 1, requestedAt: Date.now(), revision }),
  };
}
