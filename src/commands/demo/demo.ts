import type { Emulator } from '#emulator';
import { EXIT } from '../../errors';
import type { Context } from '../shared/context';
import { changeThings } from './changes';
import { nextCommand } from './next';
import { DEMO_ACCOUNT, inDemoHome, keepUp, syncAndKill, syncToEnd } from './process';
import { showQueries } from './queries';
import { checkDemo, requestsSoFar, tellChanges, tellCrawl, type DemoResult } from './report';
import { clearEarlierDemo, openDemoDrive } from './start';
import { showTexts } from './texts';
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
 * again, and searches in the texts of a few documents.
 */
export async function runDemo(given: Context, options: DemoOptions): Promise<number> {
  const context = inDemoHome(given);
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
      if (isExact) await showTexts(context, emulator, options.from);
      sayNext(context, options);
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
  await syncToEnd(context, emulator, !kill);
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
  await syncToEnd(context, emulator, false);
  const result = checkDemo(context, emulator, { since, tookMs: Date.now() - startedAt });
  if (!context.json) tellChanges(context, result, made);
  return result;
}

function sayNext({ out, home, config }: Context, { keep }: DemoOptions): void {
  out('');
  out('Next:');
  const commands = ['status', 'search contract', 'du', 'history', 'export | head'];
  if (keep === true) commands.push('initiate');
  for (const command of commands) out(`  ${nextCommand(config, command)}`);
  out('The store is a SQLite file:');
  out(`  ${home.storeOf(DEMO_ACCOUNT)}`);
}
