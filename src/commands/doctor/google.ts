import { statSync } from 'node:fs';
import { credentialSource } from '../../app';
import { errorMessage, UserError } from '../../errors';
import { SyncFailure } from '../../model/failure';
import { boundIdentity } from '../../queries/store-facts';
import { readStore } from '../../stores';
import type { Context } from '../context';
import { checkLogin, type LoginCheck } from '../login-check';
import { formatCount, formatSpan } from '../render/text';
import { broken, fromError, ok, warning, type Finding } from './finding';

const LARGE_SKEW_MS = 60_000;
const DEADLY_SKEW_MS = 300_000;

/** What the account's login is good for, as Drive itself says; whether Drive answers; whether the clocks agree. */
export async function checkGoogle(context: Context): Promise<Finding[]> {
  const source = checkSource(context);
  const { unitsPerMinute } = context.config;
  const quota = ok('quota', `${formatCount(unitsPerMinute)} units a minute are spent for each user at most`);
  if (source.level === 'error') return [quota, source];
  const startedAt = Date.now();
  try {
    const check = await checkLogin(context.config, context.home, context.signal);
    const tookMs = Date.now() - startedAt;
    return [
      quota,
      source,
      checkIdentity(context, check),
      ok('files', 'their metadata may be read'),
      checkDrives(check),
      ok('drive', `answers; two requests took ${String(tookMs)} ms`),
      checkClock(check.clockBehindMs),
    ];
  } catch (error) {
    return [quota, source, toFinding(error)];
  }
}

function checkSource({ config, home }: Context): Finding {
  try {
    const source = credentialSource(config, home, config.account);
    if (source.kind === 'token') return ok('credentials', 'an access token in GDRIVE_SYNC_ACCESS_TOKEN');
    const mode = statSync(source.path).mode & 0o777;
    return (mode & 0o077) === 0
      ? ok('credentials', source.path)
      : warning(
          'credentials',
          `${source.path} can be read by others (mode ${mode.toString(8)})`,
          `chmod 600 ${source.path}`,
        );
  } catch (error) {
    return fromError('credentials', error);
  }
}

function checkIdentity({ config, home }: Context, { user }: LoginCheck): Finding {
  const who = user.emailAddress ?? user.permissionId;
  const bound = readBound({ config, home });
  if (bound === undefined || bound.permissionId === user.permissionId) return ok('login', `is of ${who}`);
  return broken(
    'login',
    `is of ${who}, and the store of account "${config.account}" holds the files of ${bound.emailAddress ?? 'another one'}`,
    'log in as that one with `gdrive-sync auth login`, or choose another --account',
  );
}

/** A store that cannot be read has a line of its own. */
function readBound({ config, home }: Pick<Context, 'config' | 'home'>): ReturnType<typeof boundIdentity> {
  try {
    return readStore(home, config.account, boundIdentity);
  } catch {
    return undefined;
  }
}

function checkDrives({ sharedDrives }: LoginCheck): Finding {
  if (sharedDrives === 'listed') return ok('shared drives', 'may be listed');
  return warning(
    'shared drives',
    `cannot be listed: ${sharedDrives.message}; they are found by their files`,
    'log in with `gdrive-sync auth login --shared-drives`',
  );
}

function checkClock(behindMs: number): Finding {
  const off = Math.abs(behindMs);
  const says = `this machine's clock is ${formatSpan(off)} ${behindMs > 0 ? 'behind' : 'ahead of'} Google's`;
  const remedy = 'switch on the synchronization of the clock, for example `timedatectl set-ntp true`';
  if (off >= DEADLY_SKEW_MS) return broken('clock', `${says}: logins fail`, remedy);
  return off >= LARGE_SKEW_MS ? warning('clock', says, remedy) : ok('clock', 'agrees with Google');
}

/** Who is to blame for a request that failed: the connection, Drive, or the login. */
function toFinding(error: unknown): Finding {
  const failure = error instanceof UserError ? error.cause : error;
  if (!(failure instanceof SyncFailure)) return fromError('credentials', error);
  const remedy = error instanceof UserError ? error.hint : undefined;
  if (failure.kind === 'network')
    return broken('drive', errorMessage(error), 'check the connection, proxies and GDRIVE_SYNC_DRIVE_URL');
  if (failure.kind === 'rate-limited' || failure.kind === 'quota-daily')
    return warning('drive', errorMessage(error), remedy ?? 'wait a while');
  if (failure.kind === 'transient' || failure.kind === 'malformed')
    return broken('drive', errorMessage(error), remedy);
  return broken('credentials', errorMessage(error), remedy);
}
