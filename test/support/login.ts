/** A login through the emulated consent page, as a person at a terminal sees it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor, type Rig, type Running } from './cli';

/** Writes the file of the emulated OAuth client into the home; returns its path. */
export function writeSecrets({ home }: Pick<Rig, 'home'>, change: object = {}): string {
  const path = join(home, 'client.json');
  const installed = { client_id: 'emulator-client', client_secret: 'emulator-secret', ...change };
  writeFileSync(path, JSON.stringify({ installed }));
  return path;
}

/** Starts a login that prints the address to open and waits for its answer. */
export function startLogin(rig: Rig, ...args: string[]): Running {
  return rig.spawn(['auth', 'login', '--no-browser', '--client-secrets', writeSecrets(rig), ...args]);
}

/** The address that the command asks the person to open. */
export async function addressOf(running: Running): Promise<string> {
  return await waitFor('an address to open', () => {
    if (running.stderr.includes('gdrive-sync:')) throw new Error(running.stderr);
    return /^http\S+$/m.exec(running.stderr)?.[0];
  });
}
