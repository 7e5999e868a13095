/** The real client on the emulator. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCredentials, type Credentials } from '../../src/drive/auth/credentials';
import type { CredentialSource } from '../../src/drive/auth/credential-source';
import { createDriveClient, type DriveClient } from '../../src/drive/client';
import type { RequestLimits } from '../../src/drive/exchange';
import { Limiter, Pacer } from '../../src/drive/limiter';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import { importModule } from './import-module';

/** An emulator and clients on it. */
export interface Emulated {
  emulator: Emulator;
  /** A client with a ready access token. */
  drive: DriveClient;
  /** A client with a login that mints its access tokens. */
  loggedIn: DriveClient;
  close(): Promise<void>;
}

/** The login that the emulator accepts. */
export const LOGIN = {
  type: 'authorized_user',
  client_id: 'emulator-client',
  client_secret: 'emulator-secret',
  refresh_token: 'emulator-refresh',
};

type Fetch = typeof fetch;

/** The HTTP client that Google's one imports by itself; it is handed over, and all the rest is as in production. */
export async function nodeFetch(): Promise<Fetch> {
  return (await importModule<{ default: Fetch }>(require.resolve('node-fetch'))).default;
}

/** Loads credentials whose requests can be sent from a test. */
export async function testCredentials(
  source: CredentialSource,
  oauthRoot: string | undefined,
  limits?: RequestLimits,
): Promise<Credentials> {
  const credentials = await loadCredentials(source, oauthRoot, limits);
  if (!('transporter' in credentials.client))
    throw new Error('these credentials have no client of their own');
  credentials.client.transporter.defaults.fetchImplementation = await nodeFetch();
  return credentials;
}

/** More units than any test spends. */
const UNLIMITED_UNITS = 1e9;

/** Starts an emulator with two clients that share the units. */
export async function startEmulated(
  options: EmulatorOptions = {},
  unitsPerMinute = UNLIMITED_UNITS,
): Promise<Emulated> {
  const emulator = await startEmulator(options);
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-login-'));
  const path = join(folder, 'login.json');
  writeFileSync(path, JSON.stringify(LOGIN));
  const token = await testCredentials({ kind: 'token', token: 'emulator-token' }, emulator.url);
  const login = await testCredentials({ kind: 'file', path }, emulator.url);
  const limiter = new Limiter([new Pacer(unitsPerMinute)]);
  return {
    emulator,
    drive: createDriveClient(token, emulator.url, limiter),
    loggedIn: createDriveClient(login, emulator.url, limiter),
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await emulator.close();
    },
  };
}
