import type { Emulator } from '#emulator';
import { EXIT } from '../../errors';
import type { Context } from '../shared/context';
import { changeThings } from './changes';
import { DEMO_ACCOUNT, DEMO_TOKEN, keepUp, syncAndKill, syncToEnd } from './process';
import { showQueries } from './queries';
import { checkDemo, requestsSoFar, tellChanges, tellCrawl, type DemoResult } from './report';
import { clearEarlierDemo, openDemoDrive } from './start';
import { formatCount } from '../render/text';

/** What to emulate, and whether to kill the first sync. */
export interface DemoOptions {
  files: number;
  from?: string;
  kill: boolean;
  keep?: boolean;
}

/**
 * Crawls an emulated Drive in a process that is killed halfway, resumes the crawl, and compares every row
 * with the emulated Drive. Then it makes hundreds of changes, syncs them from the change logs, and compares
 * again.
 */
export async function runDemo(context: Context, options: DemoOptions): Promise<number> {
  const { files } = options;
  await clearEarlierDemo(context);
  const { tell } = context;
  if (options.from !== undefined) tell(`Reading ${options.from} to emulate a Drive with its files.`);
  const emulator = await openDemoDrive(files, options.from);
  try {
    const drives = emulator.world.drives().length;
    tell(
      `Emulating a Drive of ${formatCount(emulator.fileCount)} files with ${String(drives)} shared drives.`,
    );
    const crawl = await crawlDrive(context, emulator, options.kill);
    const current = crawl.exact ? await followChanges(context, emulator) : undefined;
    const isExact = current?.exact === true;
    if (context.json)
      context.out(JSON.stringify({ ...crawl, exact: isExact, crawlExact: crawl.exact, current }));
    else {
      showQueries(context);
      sayNext(context, options, emulator);
    }
    if (isExact && options.keep === true) await keepUp(context, emulator);
    return isExact ? EXIT.ok : EXIT.failure;
  } finally {
    await emulator.close();
  }
}

async function crawlDrive(context: Context, emulator: Emulator, kill: boolean): Promise<DemoResult> {
  const startedAt = Date.now();
  if (kill) await syncAndKill(context, emulator);
  await syncToEnd(context, emulator);
  const nothing = { requests: 0, allRequests: 0 };
  const result = checkDemo(context, emulator, { since: nothing, tookMs: Date.now() - startedAt });
  if (!context.json) tellCrawl(context, result, kill);
  return result;
}

async function followChanges(context: Context, emulator: Emulator): Promise<DemoResult> {
  const made = changeThings(emulator, Math.random);
  context.tell(
    `Made ${formatCount(made.count)} changes to files, folders, sharing and shared drives. Syncing again.`,
  );
  const since = requestsSoFar(emulator);
  const startedAt = Date.now();
  await syncToEnd(context, emulator);
  const result = checkDemo(context, emulator, { since, tookMs: Date.now() - startedAt });
  if (!context.json) tellChanges(context, result, made);
  return result;
}

function sayNext({ out, home }: Context, { keep }: DemoOptions, emulator: Emulator): void {
  out('');
  out('Next:');
  out(`  npx gdrive-sync status --account ${DEMO_ACCOUNT}`);
  out(`  npx gdrive-sync history --account ${DEMO_ACCOUNT}`);
  out(
    `  npx gdrive-sync sql --account ${DEMO_ACCOUNT} "SELECT name, size FROM files ORDER BY size DESC LIMIT 10"`,
  );
  out(`  npx gdrive-sync export --account ${DEMO_ACCOUNT} | head`);
  if (keep === true) {
    out(
      `  GDRIVE_SYNC_DRIVE_URL=${emulator.url} GDRIVE_SYNC_ACCESS_TOKEN=${DEMO_TOKEN} npx gdrive-sync initiate --account ${DEMO_ACCOUNT}`,
    );
  }
  out(`The store is a SQLite file: ${home.storeOf(DEMO_ACCOUNT)}`);
}
