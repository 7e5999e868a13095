import { probeDrive } from '../../process/drive-access';
import type { Config } from '../../config';
import type { DriveProbe } from '../../drive/probe';
import { errorMessage } from '../../errors';
import { FAILURES, SyncFailure, type FailureKind } from '../../model/failure';
import { driveAddress } from '../auth/login-check';
import { formatCount, formatSpan } from '../render/text';
import { asUserError } from '../sync/session';
import { broken, fromError, ok, warning, type Finding } from './finding';

const LARGE_SKEW_MS = 60_000;
const DEADLY_SKEW_MS = 300_000;

/** Whether Drive answers, and whether the clocks agree; both are checked without a login. */
export interface DriveState {
  answers: boolean;
  findings: Finding[];
}

/** Sends Drive a request without a login. */
export async function checkDrive(config: Config, signal: AbortSignal): Promise<DriveState> {
  try {
    const probe = await probeDrive(config, signal);
    return { answers: true, findings: [toFinding(config, probe), checkClock(probe.aheadMs), quota(config)] };
  } catch (error) {
    signal.throwIfAborted();
    return { answers: false, findings: [unreachable(config, error)] };
  }
}

function quota({ unitsPerMinute }: Config): Finding {
  return ok('quota', `uses up to ${formatCount(unitsPerMinute)} units per minute and user`);
}

function unreachable(config: Config, error: unknown): Finding {
  const trouble = error instanceof SyncFailure ? driveTrouble(error) : undefined;
  const told = asUserError(error, driveAddress(config));
  return trouble === undefined ? fromError('drive', told) : { ...trouble, says: errorMessage(told) };
}

/**
 * Drive answers 401 or 403 to a request without a login:
 * https://developers.google.com/workspace/drive/api/guides/handle-errors
 */
function toFinding(config: Config, { status, tookMs }: DriveProbe): Finding {
  const where = driveAddress(config);
  if (status === 401 || status === 403) return ok('drive', `${where} answers after ${String(tookMs)} ms`);
  if (status === 429 || status >= 500)
    return warning('drive', `${where} answers with HTTP ${String(status)}`, 'try again later');
  return broken(
    'drive',
    `${where} does not answer as Google Drive does (HTTP ${String(status)})`,
    'check proxies, and whether this network first requires a login in the browser (captive portal)',
  );
}

/** Checks this machine's clock; Drive's clock is `aheadMs` ahead of it. */
export function checkClock(aheadMs: number | undefined): Finding {
  if (aheadMs === undefined) return ok('clock', 'unknown: Drive sent no date');
  const off = Math.abs(aheadMs);
  const says = `this machine's clock is ${formatSpan(off)} ${aheadMs > 0 ? 'behind' : 'ahead of'} Google's`;
  const remedy = 'turn on clock synchronization, for example with `timedatectl set-ntp true`';
  if (off > DEADLY_SKEW_MS) return broken('clock', `${says}: logins fail`, remedy);
  return off > LARGE_SKEW_MS ? warning('clock', says, remedy) : ok('clock', "agrees with Google's");
}

const CHECK_CONNECTION = 'check the connection, proxies, GDRIVE_SYNC_DRIVE_URL and GDRIVE_SYNC_OAUTH_URL';
const TROUBLES: ReadonlyMap<FailureKind, (says: string) => Finding> = new Map([
  ['network', (says) => broken('drive', says, CHECK_CONNECTION)],
  ['rate-limited', (says) => warning('drive', says, 'wait a while: syncs wait automatically')],
  ['quota-daily', (says) => warning('drive', says, 'wait until tomorrow: syncs wait automatically')],
  ['transient', (says) => warning('drive', says, 'try again later')],
  ['malformed', (says) => broken('drive', says, CHECK_CONNECTION)],
  ['too-slow', (says) => warning('drive', says, 'try again later')],
  ['too-large', (says) => broken('drive', says, CHECK_CONNECTION)],
  ['untrusted-certificate', (says) => broken('drive', says, FAILURES['untrusted-certificate'].hint)],
]);

/** The finding for a failure of Drive or of the connection; undefined for a failure of the login. */
export function driveTrouble({ kind, message }: SyncFailure): Finding | undefined {
  return TROUBLES.get(kind)?.(message);
}
