import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Emulator } from '#emulator';
import { EXIT, UserError } from '../../errors';
import { storedJobs } from '../../queries/jobs/stored-jobs';
import { openHome } from '../../process/home';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { formatCount } from '../render/text';

/** The account of the demo, in a home of its own. */
export const DEMO_ACCOUNT = 'default';
/** The access token of the emulated Drive. */
export const DEMO_TOKEN = 'demo-token';

const LOOK_EVERY_MS = 20;
/** The sync is killed at a random point between these fractions of the work. */
const KILL_BETWEEN = [0.25, 0.75] as const;

/** The context in the demo's own home, so that the user's home never holds an account without a login. */
export function inDemoHome(context: Context): Context {
  const home = join(context.config.home, 'demo');
  return { ...context, home: openHome(home), config: { ...context.config, home, account: DEMO_ACCOUNT } };
}

/** Starts a separate process, as a user would; its progress is shown on stderr. */
function startProcess({ config, home }: Context, emulator: Emulator, ...command: string[]): ChildProcess {
  return spawn(
    process.execPath,
    [join(__dirname, '..', '..', 'cli.js'), ...command, '--account', DEMO_ACCOUNT, '--home', home.path],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...config.env,
        GDRIVE_SYNC_DRIVE_URL: emulator.url,
        GDRIVE_SYNC_ACCESS_TOKEN: DEMO_TOKEN,
        // Otherwise a proxy from the environment would get requests to local addresses too.
        NO_PROXY: '127.0.0.1',
        no_proxy: '127.0.0.1',
      },
    },
  );
}

function listedFiles({ home }: Context): number {
  return readStore(home, DEMO_ACCOUNT, (reader) => storedJobs(reader, 1)[0]?.files) ?? 0;
}

/** Starts a sync and kills it with SIGKILL somewhere halfway. */
export async function syncAndKill(context: Context, emulator: Emulator): Promise<void> {
  const { tell, status, signal } = context;
  const [low, high] = KILL_BETWEEN;
  const killAt = emulator.fileCount * (low + Math.random() * (high - low));
  const child = startProcess(context, emulator, 'sync');
  const ended = once(child, 'exit');
  let isOver = false;
  void ended.then(() => (isOver = true));
  try {
    while (!isOver && listedFiles(context) < killAt) await delay(LOOK_EVERY_MS, undefined, { signal });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  if (child.exitCode !== null)
    throw new UserError('the sync ended before it could be killed', { hint: 'try more files with --files' });
  status?.('');
  tell(
    `Killed the sync with SIGKILL after ${formatCount(listedFiles(context))} of ${formatCount(emulator.fileCount)} files. Restarting it.`,
  );
}

/**
 * Runs a complete sync in a separate process, including folders shared with the user. `isFirst`: it prints the
 * address of the Web UI.
 */
export async function syncToEnd(context: Context, emulator: Emulator, isFirst: boolean): Promise<void> {
  await runToEnd(context, emulator, ['sync', '--walk', ...(isFirst ? [] : ['--no-web-ui'])]);
}

/** Runs a command in a separate process, which must end well. */
export async function runToEnd(
  context: Context,
  emulator: Emulator,
  command: readonly string[],
): Promise<void> {
  const child = startProcess(context, emulator, ...command);
  const onAbort = () => child.kill('SIGINT');
  context.signal.addEventListener('abort', onAbort, { once: true });
  await once(child, 'exit');
  context.signal.removeEventListener('abort', onAbort);
  context.signal.throwIfAborted();
  if (child.exitCode !== EXIT.ok)
    throw new UserError(`${command.join(' ')} ended with code ${String(child.exitCode)}`);
}

/** Keeps the emulator, the worker and Temporal running until Ctrl-C. */
export async function keepUp(context: Context, emulator: Emulator): Promise<void> {
  const child = startProcess(context, emulator, 'up');
  const ended = once(child, 'exit');
  const onAbort = () => child.kill('SIGINT');
  context.signal.addEventListener('abort', onAbort, { once: true });
  await ended;
  context.signal.removeEventListener('abort', onAbort);
}
