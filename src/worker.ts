import { openFileLog, openLog } from './commands/shared/log';
import { parseConfig, readEnv } from './config';
import { errorMessage, EXIT } from './errors';
import { explain } from './explain';
import { keepLittleGarbage } from './process/heap';
import { openHome } from './process/home';

const LINGER_MS = 5_000;

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The worker as a service: holds the home's role until SIGTERM, and lets go of everything in order. */
async function main(): Promise<void> {
  keepLittleGarbage();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  const config = parseConfig(readEnv(), {});
  const home = openHome(config.home);
  const { runUp } = await import('./commands/sync/up.js');
  process.exitCode = await runUp({
    config,
    home,
    json: false,
    accountNamed: config.accountNamed,
    log: openLog(config.home, {}, tell),
    fileLog: openFileLog(config.home),
    signal: stop.signal,
    out: tell,
    tell,
    ask: tell,
    status: undefined,
  });
}

main().catch((error: unknown) => {
  const known = explain(error);
  const hint = known?.hint === undefined ? '' : `\nhint: ${known.hint}`;
  process.stderr.write(`gdrive-sync: ${errorMessage(known ?? error)}${hint}\n`);
  process.exitCode = known?.exitCode ?? EXIT.failure;
  // What does not close must not keep a supervisor from noticing.
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
