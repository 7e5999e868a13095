import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { SyncFailure, waitsForLogin } from '../model/failure';
import type { StoreWriter } from '../writer/store-writer';
import type { Log, LogFields } from '../log';
import type { Account, Accounts, OpenAccount } from './accounts';
import { failureKind, logFailure, toTemporalFailure } from './failures';
import type { StoreRef } from './inputs';

/** How steps are run as activities. Errors become Temporal failures on the way out. */
export interface Runners {
  /** Runs a step that needs the verified account; credentials that were refused are loaded anew next time. */
  onAccount<T>(ref: StoreRef, step: (account: Account, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs a step that needs the account's store alone. */
  onStore<T>(ref: StoreRef, step: (writer: StoreWriter, signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Runs activities on the given accounts. */
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

/** The ids that a step was given. */
function fieldsOf(ref: StoreRef & { jobId?: string; sourceId?: string }): LogFields {
  return { account: ref.account, job: ref.jobId, source: ref.sourceId };
}

/** Counts what a step has cost, however it ended; a count that cannot be written spoils nothing. */
async function noteUnits({ writer, drive }: OpenAccount): Promise<void> {
  const units = drive.takeUnits();
  if (units > 0) await writer.noteUnits(units).catch(() => undefined);
}

const LONGEST_HEARTBEAT_INTERVAL_MS = 5_000;

/** Beats by the clock, so that a slow request is not taken for a dead worker, and maps errors on the way out. */
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
    // The end of a request that was shared with a canceled activity is no cancellation of this one.
    const isForeign = error instanceof CancelledFailure && !signal.aborted;
    if (!signal.aborted) logFailure(log, error, { activity: activityType, attempt });
    throw toTemporalFailure(isForeign ? new SyncFailure('internal') : error, attempt);
  } finally {
    clearInterval(timer);
  }
}
