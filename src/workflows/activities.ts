import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/**
 * Turns of work. Attempts are unlimited, because a job waits for a network or a quota as long as it takes.
 * Hopeless failures are non-retryable, and the store counts failures without progress.
 */
export const {
  crawlSlice,
  sourceSlice,
  batchSlice,
  pollLogs,
  openCrawls,
  followDrives,
  walkSlice,
  contentSlice,
} = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: RETRY,
});

/**
 * A turn of building the indexes, with longer limits: creating one index is a single step that nothing
 * interrupts.
 */
export const { buildIndexes } = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '2 minutes',
  retry: RETRY,
});

/** Short steps on the store and single requests to Drive. */
export const {
  prepareSync,
  takeRequest,
  takeWork,
  releaseSource,
  failSource,
  giveUpFailing,
  finishPass,
  readProgress,
  setJobState,
  removeJob: removeRecord,
  changeSettings: writeSettings,
  newJob,
  claimWalk,
  claimContents,
} = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15 seconds',
  retry: RETRY,
});
