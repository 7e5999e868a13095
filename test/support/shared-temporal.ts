/** One Temporal server for all end-to-end tests: each home has a task queue of its own. Started before the first test, ended after the last. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config';
import { ensureServer, type DevServer } from '../../src/temporal/dev-server';

let server: DevServer | undefined;
let home: string | undefined;

/** Jest's global setup: tests find the server by these variables. */
export default async function start(): Promise<() => Promise<void>> {
  home = mkdtempSync(join(tmpdir(), 'gdrive-sync-temporal-'));
  const { env, cacheDir } = parseConfig(process.env, { home });
  server = await ensureServer({ home, env, cacheDir, announce: () => undefined, supervise: false });
  process.env['SHARED_TEMPORAL_ADDRESS'] = server.address;
  process.env['SHARED_TEMPORAL_NAMESPACE'] = server.namespace;
  return stop;
}

async function stop(): Promise<void> {
  await server?.close();
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
}
