import type { Config } from '../config';
import type { HomePlaces } from './home';
import type { CredentialFile } from '../drive/auth/credential-file';
import type { DriveClient } from '../drive/client';
import { Limiter, Pacer, PROJECT_UNITS } from '../drive/limiter';
import type { DriveProbe } from '../drive/probe';
import { credentialSource } from './credentials';

/**
 * Opens Drive with an account's credentials. Loads the Google client lazily, because it would slow down
 * commands that only read the store.
 */
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
 * Opens Drive with a login that is not stored yet, after trying it.
 * @throws UserError or SyncFailure that says what is wrong with the login.
 */
export async function openLogin(config: Config, login: CredentialFile): Promise<DriveClient> {
  const limiter = new Limiter([new Pacer(config.unitsPerMinute)]);
  const { tryLogin } = await import('../drive/auth/try-login.js');
  const { createDriveClient } = await import('../drive/client.js');
  return createDriveClient(await tryLogin(login, config.oauthUrl), config.driveUrl, limiter);
}

/** Sends Drive a request without a login, to check the connection and the clock. */
export async function probeDrive(config: Config, signal: AbortSignal): Promise<DriveProbe> {
  const { probe } = await import('../drive/probe.js');
  return await probe(config.driveUrl, signal);
}

/**
 * The share of the quota that the walk of shared folders gets even while other work waits. It starts after
 * the user's first crawl.
 */
const BACKGROUND_SHARE = 0.1;

/**
 * Creates one rate limiter per account; it outlives a login. All limiters share the limit of the Google
 * project, which the accounts of a home are assumed to share.
 */
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
