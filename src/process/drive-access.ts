import type { Config } from '../config';
import type { HomePlaces } from './home';
import type { CredentialFile } from '../drive/auth/credential-file';
import type { DriveClient } from '../drive/client';
import { Limiter, Pacer, PROJECT_UNITS } from '../drive/limiter';
import type { DriveProbe } from '../drive/probe';
import { credentialSource } from './credentials';

/** The Google client is loaded only where it is used: a command that only reads must not pay for it. */
export async function openDrive(
  config: Config,
  home: HomePlaces,
  account: string,
  limiter = new Limiter([new Pacer(config.unitsPerMinute)]),
): Promise<DriveClient> {
  const source = credentialSource(config, home, account);
  const { loadCredentials } = await import('../drive/auth/credentials.js');
  const { createDriveClient } = await import('../drive/client.js');
  return createDriveClient(await loadCredentials(source, config.oauthUrl), config.driveUrl, limiter);
}

/**
 * Opens Drive with a login that is not stored yet, once it has shown to be good.
 * @throws UserError, or SyncFailure, that says what is wrong with it.
 */
export async function openLogin(config: Config, login: CredentialFile): Promise<DriveClient> {
  const limiter = new Limiter([new Pacer(config.unitsPerMinute)]);
  const { tryLogin } = await import('../drive/auth/try-login.js');
  const { createDriveClient } = await import('../drive/client.js');
  return createDriveClient(await tryLogin(login, config.oauthUrl), config.driveUrl, limiter);
}

/** Asks Drive for nothing, as nobody: for the way there, and for its clock. */
export async function probeDrive(config: Config, signal: AbortSignal): Promise<DriveProbe> {
  const { probe } = await import('../drive/probe.js');
  return await probe(config.driveUrl, signal);
}

/** What the walk of shared folders gets even while others wait. It has nothing to do before the user's first crawl is over. */
const BACKGROUND_SHARE = 0.1;

/** The limits of each user, which outlive a login, within those of the project that the accounts of a home are taken to share. */
export function createLimits({ unitsPerMinute }: Config): (account: string) => Limiter {
  const project = new Pacer(Math.max(PROJECT_UNITS, unitsPerMinute));
  const limiters = new Map<string, Limiter>();
  return (account) => {
    const limiter = limiters.get(account) ?? new Limiter([new Pacer(unitsPerMinute), project]);
    limiter.backgroundShare = BACKGROUND_SHARE;
    limiters.set(account, limiter);
    return limiter;
  };
}
