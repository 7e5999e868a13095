import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openTemporal, readStore, requireStore, tryWorkerRole } from '../app';
import { startEmulator, type Emulator } from '../emulator';
import { EXIT, UserError } from '../errors';
import { storeFacts } from '../queries/store-facts';
import { storedJobs } from '../queries/stored-jobs';
import type { Context } from './context';
import { compareWithTruth } from './demo-check';
import { formatTable } from './render/table';
import { formatCount, formatSpan } from './render/text';

/** What the demo is to emulate, and whether it is to kill. */
export interface DemoOptions {
  files: string;
  from?: string;
  kill: boolean;
  keep?: boolean;
}

const ACCOUNT = 'demo';
const TOKEN = 'demo-token';
const IDENTITY = '10000000000000000demo';
const LATENCY_MS = 60;
const LOOK_EVERY_MS = 20;
/** The kill comes at random between these parts of the work. */
const KILL_BETWEEN = [0.25, 0.75] as const;

/** Crawls an emulated Drive in a process that is killed in the middle, goes on, and compares every row with the emulator's truth. */
export async function runDemo(context: Context, options: DemoOptions): Promise<number> {
  const files = Number(options.files);
  if (!Number.isSafeInteger(files) || files < 1) {
    throw new UserError(`--files takes a count, not ${JSON.stringify(options.files)}`, {
      exitCode: EXIT.usage,
    });
  }
  await clearEarlierDemo(context);
  const { tell } = context;
  tell(
    options.from === undefined
      ? `Emulating a Drive of ${formatCount(files)} files.`
      : `Reading ${options.from} to emulate a Drive from it.`,
  );
  const emulator = await openEmulator(files, options.from);
  try {
    if (options.from !== undefined) tell(`Emulating a Drive of ${formatCount(emulator.fileCount)} files.`);
    const startedAt = Date.now();
    if (options.kill) await syncAndKill(context, emulator);
    await syncToEnd(context, emulator);
    const tookMs = Date.now() - startedAt;
    const isExact = check(context, emulator, tookMs);
    showQueries(context);
    sayNext(context, options, emulator);
    if (isExact && options.keep === true) await keepUp(context, emulator);
    return isExact ? EXIT.ok : EXIT.failure;
  } finally {
    await emulator.close();
  }
}

async function openEmulator(files: number, from: string | undefined): Promise<Emulator> {
  try {
    return await startEmulator({
      corpus: from === undefined ? { kind: 'seed', seed: 1, files } : { kind: 'folder', path: from },
      user: { permissionId: IDENTITY },
      accessToken: TOKEN,
      latencyMs: LATENCY_MS,
      jitter: 0.5,
    });
  } catch (error) {
    if (from === undefined) throw error;
    throw new UserError(`${from} cannot be read as a folder`, { exitCode: EXIT.usage, cause: error });
  }
}

/** Every demo starts with an empty store, but never at the cost of somebody's own account that is called "demo". */
async function clearEarlierDemo({ config, home, tell, signal }: Context): Promise<void> {
  const role = tryWorkerRole(home);
  if (role === undefined) {
    throw new UserError('another process works in this home', {
      hint: 'stop it, or choose another folder with --home',
    });
  }
  try {
    const owner = readStore(
      home,
      ACCOUNT,
      (reader) => reader.get('SELECT permission_id FROM store')?.['permission_id'],
    );
    if (owner === undefined) return;
    if (owner !== null && owner !== IDENTITY) {
      throw new UserError('the account "demo" of this home is not a demo', {
        hint: 'choose another folder with --home',
      });
    }
    const temporal = await openTemporal({ ...config, account: ACCOUNT }, home, {
      supervise: false,
      announce: tell,
      signal,
    });
    try {
      for (const job of await temporal.jobs.list(Infinity))
        if (job.account === ACCOUNT) await temporal.jobs.remove(job);
    } finally {
      await temporal.close();
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(home.storeOf(ACCOUNT) + suffix, { force: true });
  } finally {
    role.release();
  }
}

/** A process of its own, as a user would start it; its bars are shown as they come. */
function startProcess({ config, home }: Context, emulator: Emulator, command: string): ChildProcess {
  return spawn(
    process.execPath,
    [join(__dirname, '..', 'cli.js'), command, '--account', ACCOUNT, '--home', home.path],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...config.env,
        GDRIVE_SYNC_DRIVE_URL: emulator.url,
        GDRIVE_SYNC_ACCESS_TOKEN: TOKEN,
        // A proxy of the environment would be asked for local addresses too.
        NO_PROXY: '127.0.0.1',
        no_proxy: '127.0.0.1',
      },
    },
  );
}

function listedFiles({ home }: Context): number {
  return readStore(home, ACCOUNT, (reader) => storedJobs(reader, 1)[0]?.files) ?? 0;
}

async function syncAndKill(context: Context, emulator: Emulator): Promise<void> {
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
    `Killed the sync with SIGKILL after ${formatCount(listedFiles(context))} of ${formatCount(emulator.fileCount)} files. Starting it again.`,
  );
}

async function syncToEnd(context: Context, emulator: Emulator): Promise<void> {
  const child = startProcess(context, emulator, 'sync');
  const onAbort = () => child.kill('SIGINT');
  context.signal.addEventListener('abort', onAbort, { once: true });
  await once(child, 'exit');
  context.signal.removeEventListener('abort', onAbort);
  context.signal.throwIfAborted();
  if (child.exitCode !== EXIT.ok) throw new UserError(`the sync ended with code ${String(child.exitCode)}`);
}

function check(context: Context, emulator: Emulator, tookMs: number): boolean {
  const { home, out, json } = context;
  const reader = requireStore(home, ACCOUNT);
  try {
    const { equal, different, missing, extra } = compareWithTruth(reader, emulator.truth());
    const { files, trashed } = storeFacts(reader);
    const pages = storedJobs(reader, 1)[0]?.pages ?? 0;
    const requests = emulator.counts['files.list'] ?? 0;
    const isExact = different + missing + extra === 0;
    if (json)
      out(
        JSON.stringify({
          exact: isExact,
          equal,
          different,
          missing,
          extra,
          files,
          trashed,
          pages,
          requests,
          tookMs,
        }),
      );
    else {
      out(
        `${isExact ? 'EXACT' : 'NOT EXACT'}: ${formatCount(equal)} files equal in every field, ${String(different)} different, ${String(missing)} missing, ${String(extra)} too many`,
      );
      out(
        `${formatCount(pages)} pages committed with ${formatCount(requests)} list requests, in ${formatSpan(tookMs)}, the kill included`,
      );
    }
    return isExact;
  } finally {
    reader.close();
  }
}

const QUERIES = [
  {
    title: 'Where did the space go?',
    sql: `SELECT mime_type AS "type", count(*) AS files, sum(quota_bytes) AS bytes FROM files WHERE NOT trashed GROUP BY 1 ORDER BY 3 DESC LIMIT 4`,
  },
  {
    title: 'What changed last?',
    sql: `SELECT modified_time AS modified, substr(name, 1, 48) AS name, owner_email AS owner FROM files ORDER BY 1 DESC LIMIT 4`,
  },
] as const;

function showQueries({ home, out, json }: Context): void {
  if (json) return;
  const reader = requireStore(home, ACCOUNT);
  try {
    for (const { title, sql } of QUERIES) {
      const { columns, rows } = reader.query(sql);
      const cells = [...rows].map((row) =>
        row.map((value) => (typeof value === 'bigint' ? Number(value) : (value ?? ''))),
      );
      out('');
      out(title);
      for (const line of formatTable(columns, cells)) out(`  ${line}`);
    }
  } finally {
    reader.close();
  }
}

function sayNext({ out, json, home }: Context, { keep }: DemoOptions, emulator: Emulator): void {
  if (json) return;
  out('');
  out('Next:');
  out('  npx gdrive-sync status --account demo');
  out('  npx gdrive-sync sql --account demo "SELECT name, size FROM files ORDER BY size DESC LIMIT 10"');
  out('  npx gdrive-sync export --account demo | head');
  if (keep === true) {
    out(
      `  GDRIVE_SYNC_DRIVE_URL=${emulator.url} GDRIVE_SYNC_ACCESS_TOKEN=${TOKEN} npx gdrive-sync initiate --account demo`,
    );
  }
  out(`The store is a SQLite file: ${home.storeOf(ACCOUNT)}`);
}

/** Holds emulator, worker and Temporal until Ctrl-C. */
async function keepUp(context: Context, emulator: Emulator): Promise<void> {
  const child = startProcess(context, emulator, 'up');
  const ended = once(child, 'exit');
  const onAbort = () => child.kill('SIGINT');
  context.signal.addEventListener('abort', onAbort, { once: true });
  await ended;
  context.signal.removeEventListener('abort', onAbort);
}
