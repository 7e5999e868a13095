import { credentialSource, openDrive } from '../app';
import type { Config } from '../config';
import type { Home } from '../home';
import type { DriveUser } from '../model/drive-user';
import { SyncFailure } from '../model/failure';
import { asUserError } from './session';

/** What a login is worth, as Drive itself says. */
export interface LoginCheck {
  /** Where the credentials come from: `token` or the path of a file. */
  source: string;
  user: DriveUser;
  /** Whether shared drives can be listed, or why not. */
  sharedDrives: 'listed' | SyncFailure;
  /** How far this machine's clock is behind Drive's, in ms. */
  clockBehindMs: number;
}

/**
 * Asks Drive what the account's login is good for: two requests.
 * @throws UserError where it is good for nothing.
 */
export async function checkLogin(config: Config, home: Home, signal: AbortSignal): Promise<LoginCheck> {
  const source = credentialSource(config, home, config.account);
  try {
    const drive = await openDrive(config, home, config.account);
    const user = await drive.user(signal);
    const clockBehindMs = drive.serverTime() - Date.now();
    const sharedDrives = await drive.sharedDrives(signal).then(() => 'listed' as const, toFailure);
    return { source: source.kind === 'token' ? 'token' : source.path, user, sharedDrives, clockBehindMs };
  } catch (error) {
    throw asUserError(error, config.driveUrl ?? 'https://www.googleapis.com/');
  }
}

function toFailure(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  throw error;
}
