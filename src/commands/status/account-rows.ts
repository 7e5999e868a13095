import { explain, inWords } from '../../explain';
import { FAILURES, waitsForLogin } from '../../model/failure';
import { ENDED, USER_SOURCE } from '../../model/job';
import { hasCredentials } from '../../process/credentials';
import { readStore } from '../../process/stores';
import type { HomePlaces } from '../../process/home';
import { nextSyncAt, notedWorker } from '../../process/worker-record';
import { isWorkerRoleHeld } from '../../process/worker-role';
import { accountState, type AccountState } from '../../queries/jobs/account-state';
import { reasonText, remedyOf, waitsForPerson, withHint } from '../jobs/reasons';
import { countOf } from '../render/text';
import type { Context } from '../shared/context';

/**
 * How an account stands. `waiting`: a person has to do something. `retrying`: the job waits and goes on by
 * itself. `stopped`: its job goes on as soon as there is a worker. `unreadable`: the store cannot be read.
 */
export type Standing =
  | 'current'
  | 'partial'
  | 'failed'
  | 'syncing'
  | 'retrying'
  | 'waiting'
  | 'stopped'
  | 'never synced'
  | 'unreadable';

const NO_WORKER = 'no worker is running: `gdrive-sync sync` or `gdrive-sync up` continues it';

/** One account as people and monitors see it, without Temporal and the network. Times in ms since 1970. */
export interface AccountRow {
  account: string;
  standing: Standing;
  /** Why, in words, with what to do; undefined if nothing is wrong. */
  reason: string | undefined;
  /** `lost`: Google has refused it. */
  login: 'yes' | 'lost' | 'none';
  /** When the running `up` syncs it next. */
  nextAt: number | undefined;
  /** Undefined without a store that can be read. */
  state: AccountState | undefined;
}

/** The selected account, or the first `most` accounts with a store or a login, by name. */
export function accountRows(context: Context, most = Infinity): AccountRow[] {
  const { home, config, accountNamed } = context;
  const accounts = accountNamed ? [config.account] : home.known().slice(0, most);
  const works = isWorkerRoleHeld(home);
  const nextAt = works ? nextSyncAt(home) : undefined;
  return accounts.map((account) => rowOf(context, { account, works, nextAt }));
}

function rowOf(
  { home, config }: Context,
  { account, works, nextAt }: { account: string; works: boolean; nextAt: number | undefined },
): AccountRow {
  let state: AccountState | undefined;
  let unreadable: string | undefined;
  try {
    state = readStore(home, account, accountState);
  } catch (error) {
    unreadable = withHint({ says: inWords(error), hint: explain(error)?.hint });
  }
  const hasLogin = hasCredentials(config, home, account) || hasWorkerLogin(home, account);
  const isLost = hasLogin && state?.job?.state === 'waiting' && waitsForLogin(state.job.reason);
  return {
    account,
    ...(unreadable === undefined ? standingOf(state, works) : { standing: 'unreadable', reason: unreadable }),
    login: isLost ? 'lost' : hasLogin ? 'yes' : 'none',
    nextAt: hasLogin ? nextAt : undefined,
    state,
  };
}

/** True if the home's worker has credentials for the account that its environment gave it. */
function hasWorkerLogin(home: HomePlaces, account: string): boolean {
  const worker = notedWorker(home);
  return worker.state !== 'none' && worker.record.account === account && worker.record.credentials !== null;
}

/** `works`: the home has a worker. */
export function standingOf(
  state: AccountState | undefined,
  works: boolean,
): Pick<AccountRow, 'standing' | 'reason'> {
  const job = state?.job;
  if (state === undefined || job === undefined) return { standing: 'never synced', reason: undefined };
  if (waitsForPerson(job)) return { standing: 'waiting', reason: remedyOf(job) };
  if (!ENDED.has(job.state)) return openStanding(state, works);
  return resultStanding(state);
}

function openStanding(
  { job, result, trouble }: AccountState,
  works: boolean,
): Pick<AccountRow, 'standing' | 'reason'> {
  if (!works) return { standing: 'stopped', reason: NO_WORKER };
  if (job?.state === 'waiting')
    return { standing: 'retrying', reason: reasonText(job.message ?? job.reason) };
  const first = result === undefined ? 'the first copy is under way' : undefined;
  if (trouble === undefined) return { standing: 'syncing', reason: first };
  const reason = [FAILURES[trouble.kind].says, ...(first === undefined ? [] : [first])].join('; ');
  return { standing: trouble.sourceId === USER_SOURCE ? 'retrying' : 'syncing', reason };
}

function resultStanding({ job, result, incomplete }: AccountState): Pick<AccountRow, 'standing' | 'reason'> {
  const reason = reasonText(job?.message ?? job?.reason);
  if (result === 'completed') return { standing: 'current', reason: undefined };
  if (result === 'failed') return { standing: 'failed', reason };
  if (result !== 'partial')
    return { standing: 'stopped', reason: `the last job was ${job?.state ?? 'ended'}` };
  const why = reason ?? `${countOf(incomplete, 'source')} incomplete`;
  return { standing: 'partial', reason: `${why}; \`gdrive-sync status ${job?.jobId ?? ''}\` tells more` };
}
