/** One Temporal server for all end-to-end tests: each home has a task queue of its own. Started before the first test, ended after the last. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config';
import { ensureServer, type DevServer } from '../../src/temporal/dev-server';

/** Jest loads setup and teardown as two modules, in one process. */
const shared = globalThis as { sharedTemporal?: { home: string; server: DevServer } };

/** Jest's global setup: tests find the server by these variables. */
export async function start(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'gdrive-sync-temporal-'));
  const { env, cacheDir } = parseConfig(process.env, { home });
  const server = await ensureServer({
    home,
    env,
    cacheDir,
    announce: () => undefined,
    supervise: false,
  });
  shared.sharedTemporal = { home, server };
  process.env['SHARED_TEMPORAL_ADDRESS'] = server.address;
  process.env['SHARED_TEMPORAL_NAMESPACE'] = server.namespace;
}

/** Jest's global teardown; without it the server keeps Jest from exiting. */
export async function stop(): Promise<void> {
  const { sharedTemporal } = shared;
  if (sharedTemporal === undefined) return;
  await sharedTemporal.server.close();
  rmSync(sharedTemporal.home, { recursive: true, force: true });
}
