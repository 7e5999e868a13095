import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { SyncFailure, waitsForLogin } from '../model/failure';
import type { StoreWriter } from '../writer/store-writer';
import type { Log, LogFields } from '../log';
import type { Account, Accounts, OpenAccount } from './accounts';
import { failureKind, logFailure, toTemporalFailure } from './failures';
import type { StoreRef } from './inputs';

/** Runs steps as activities, and turns their errors into Temporal failures. */
export interface Runners {
  /** Runs a step that needs a verified account. Credentials that Google refused are reloaded next time. */
  onAccount<T>(ref: StoreRef, step: (account: Account, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs a step that needs only the account's store. */
  onStore<T>(ref: StoreRef, step: (writer: StoreWriter, signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Creates the runners for the given accounts. */
export function createRunners(accounts: Accounts, common: Log): Runners {
  return {
    async onAccount(ref, step) {
      const log = common.with(fieldsOf(ref));
      return await asActivity(log, async (signal) => {
        try {
          const account = await accounts.open(ref.account, ref.storeId, signal);
          try {
            return await step({ ...account, log }, signal);
          } finally {
            await noteUnits(account);
          }
        } catch (error) {
          if (waitsForLogin(failureKind(error))) accounts.forgetCredentials(ref.account);
          throw error;
        }
      });
    },
    onStore: async (ref, step) =>
      await asActivity(
        common.with(fieldsOf(ref)),
        async (signal) => await step(accounts.writerOf(ref), signal),
      ),
  };
}

/** The ids of a step, for the log. */
function fieldsOf(ref: StoreRef & { jobId?: string; sourceId?: string }): LogFields {
  return { account: ref.account, job: ref.jobId, source: ref.sourceId };
}

/** Counts the quota units of a step, however it ended. A count that cannot be written is dropped. */
async function noteUnits({ writer, drive }: OpenAccount): Promise<void> {
  const units = drive.takeUnits();
  if (units > 0) await writer.noteUnits(units).catch(() => undefined);
}

const LONGEST_HEARTBEAT_INTERVAL_MS = 5_000;

/** Sends heartbeats by a timer, so that a slow request does not look like a dead worker, and maps errors. */
async function asActivity<T>(log: Log, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { attempt, heartbeatTimeoutMs, activityType } = activityInfo();
  const interval = Math.min(
    (heartbeatTimeoutMs ?? LONGEST_HEARTBEAT_INTERVAL_MS * 3) / 3,
    LONGEST_HEARTBEAT_INTERVAL_MS,
  );
  const timer = setInterval(() => heartbeat(), interval);
  const signal = cancellationSignal();
  try {
    return await step(signal);
  } catch (error) {
    // The aborted request belonged to another activity, which was canceled; this one was not.
    const isForeign = error instanceof CancelledFailure && !signal.aborted;
    if (!signal.aborted) logFailure(log, error, { activity: activityType, attempt });
    throw toTemporalFailure(isForeign ? new SyncFailure('internal') : error, attempt);
  } finally {
    clearInterval(timer);
  }
}
