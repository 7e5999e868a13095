import { credentialSource } from '../../process/credentials';
import { openDrive } from '../../process/drive-access';
import type { Config } from '../../config';
import type { HomePlaces } from '../../process/home';
import type { DriveUser } from '../../model/drive-user';
import { SyncFailure } from '../../model/failure';
import { asUserError } from '../sync/session';

/** What Drive says about a login. */
export interface LoginCheck {
  /** Where the credentials come from: `token` or the path of a file. */
  source: string;
  user: DriveUser;
  /** Whether shared drives can be listed, or why not. */
  sharedDrives: 'listed' | SyncFailure;
}

/** The smallest listing that needs the same rights as a crawl. */
const ONE_FILE = { q: 'trashed = false', orderBy: undefined, pageToken: undefined, pageSize: 1 };

/**
 * Asks Drive what an account's login can do, in three requests.
 * @throws UserError if the login cannot even read metadata.
 */
export async function checkLogin(
  config: Config,
  home: HomePlaces,
  account: string,
  signal: AbortSignal,
): Promise<LoginCheck> {
  const source = credentialSource(config, home, account);
  try {
    const drive = await openDrive(config, home, account);
    const user = await drive.user(signal);
    await drive.listFiles(undefined, ONE_FILE, signal);
    const sharedDrives = await drive.sharedDrives(signal).then(() => 'listed' as const, toFailure);
    return { source: source.kind === 'token' ? 'token' : source.path, user, sharedDrives };
  } catch (error) {
    throw asUserError(error, driveAddress(config));
  }
}

/** The root URL of the Drive API, for messages. */
export function driveAddress({ driveUrl }: Config): string {
  return driveUrl ?? 'https://www.googleapis.com/';
}

function toFailure(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  throw error;
}
