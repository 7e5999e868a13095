import type { Account } from './accounts';
import type { RoundRef } from './inputs';

/**
 * What a job start has to do: nothing if a person has paused it. `epoch` fences its work, since the store
 * refuses that of earlier starts. `target` is the request number that it must answer. `lanes`: the most
 * listing loops of one source.
 */
export type SyncPlan =
  | { kind: 'paused' }
  | {
      kind: 'work';
      epoch: number;
      target: number;
      lanes: number;
      /** Sources need a start token for a full crawl. */
      unopened: boolean;
    };

/** Makes the job the owner of the store. */
export async function prepareSync(
  { writer, log }: Account,
  { jobId, attempt, requestedAt, full, resumed, takenOver, acceptRemovals }: RoundRef,
  lanes: number,
): Promise<SyncPlan> {
  const job = { jobId, attempt, requestedAt, full, acceptRemovals };
  const started = await writer.startJob(job, { resumed, takenOver, acceptRemovals });
  if (started.kind === 'paused') return started;
  const { epoch, target } = started;
  log.write('info', 'job works', { attempt, request: target, full });
  const unopened = (await writer.sourcesWithoutToken({ epoch, target }, 1)).length > 0;
  return { kind: 'work', epoch, target, lanes, unopened };
}
