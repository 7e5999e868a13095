import { parseConfig, readEnv } from './config';
import { errorMessage, EXIT, UserError } from './errors';
import { keepLittleGarbage } from './heap';
import { openHome } from './home';

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The worker as a service: holds the home's role until SIGTERM, and lets go of everything in order. */
async function main(): Promise<void> {
  keepLittleGarbage();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  const env = readEnv();
  const config = parseConfig(env, {});
  const home = openHome(config.home);
  const { runUp } = await import('./commands/up.js');
  process.exitCode = await runUp({
    config,
    home,
    json: false,
    accountNamed: env['GDRIVE_SYNC_ACCOUNT'] !== undefined,
    signal: stop.signal,
    out: tell,
    tell,
    ask: tell,
    status: undefined,
  });
}

main().catch((error: unknown) => {
  const hint = error instanceof UserError && error.hint !== undefined ? `\nhint: ${error.hint}` : '';
  process.stderr.write(`gdrive-sync: ${errorMessage(error)}${hint}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : EXIT.failure;
});
