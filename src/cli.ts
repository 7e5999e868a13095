#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { leaveWithin, reportError } from './commands/shared/exit';
import { openFileLog, openLog } from './commands/shared/log';
import { parseConfig, readEnv, SETTINGS } from './config';
import type { Context } from './commands/shared/context';
import type { LoginOptions } from './commands/auth/login-options';
import type { DuOptions } from './commands/files/du';
import type { ExportOptions } from './commands/data/export';
import type { HistoryOptions } from './commands/data/history';
import type { LsOptions } from './commands/files/ls';
import type { ScheduleAct, ScheduleOptions } from './commands/jobs/schedule';
import type { SearchOptions } from './commands/files/search';
import type { SyncOptions } from './commands/sync/sync';
import type { UpOptions } from './commands/sync/up';
import { visibleJson } from './commands/render/json';
import { printable } from './commands/render/text';
import { errorCode, errorMessage, EXIT } from './errors';
import { keepLittleGarbage } from './process/heap';
import { openHome, type Home } from './process/home';

interface GlobalOptions {
  home?: string;
  account?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  logLevel?: string;
  logFormat?: string;
}

/** A last resort where something does not let go: the second Ctrl-C, or a stop that takes longer than this. */
const FORCED_EXIT_MS = 20_000;
/** What is not needed any more, as a connection that does not close, holds the process no longer than this. */
const LINGER_MS = 5_000;
const DOCTOR_LINGER_MS = 500;

const program = new Command('gdrive-sync')
  .description(
    'Keeps a durable, complete, current copy of Google Drive file metadata in a local SQLite store',
  )
  .version((require('../package.json') as { version: string }).version)
  .option('--home <folder>', 'folder of stores, credentials and the embedded server')
  .option('--account <name>', 'account name (default: "default")')
  .option('--json', 'print results as JSON')
  .option('-q, --quiet', 'print only results, errors and questions')
  .option('-v, --verbose', 'print the stack of unexpected errors')
  .option('--log-level <level>', 'what a working process logs: debug, info, warn (default) or error')
  .option('--log-format <format>', 'pretty (default) or json')
  .addHelpText('after', () => `\nEnvironment variables:\n${variablesHelp()}`)
  .exitOverride()
  .configureOutput({ outputError: () => undefined });

function variablesHelp(): string {
  return SETTINGS.map(({ variable, about }) => `  ${variable}\n      ${about.replaceAll('`', '')}\n`).join(
    '',
  );
}

/** Runs a command in its context and turns its outcome into the exit code. */
async function run(command: (context: Context) => Promise<number> | number): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    stop.abort();
    setTimeout(() => process.exit(EXIT.interrupted), FORCED_EXIT_MS).unref();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  let living = false;
  const clear = () => {
    if (living) process.stderr.write('\r\u001b[K');
    living = false;
  };
  const flags = program.opts<GlobalOptions>();
  const say = (line: string) => {
    clear();
    process.stderr.write(`${printable(line)}\n`);
  };
  try {
    const config = parseConfig(readEnv(), flags);
    let home: Home | undefined;
    const context: Context = {
      config,
      // Opened when it is needed: what looks for faults must work where it cannot be.
      get home() {
        return (home ??= openHome(config.home));
      },
      json: flags.json === true,
      signal: stop.signal,
      accountNamed: config.accountNamed,
      log: openLog(config.home, flags, say),
      fileLog: openFileLog(config.home),
      out: (line) => {
        clear();
        process.stdout.write(`${flags.json === true ? visibleJson(line) : line}\n`);
      },
      tell: flags.quiet === true ? () => undefined : say,
      ask: say,
      status:
        process.stderr.isTTY && flags.quiet !== true
          ? (line) => {
              process.stderr.write(`\r\u001b[K${printable(line).slice(0, process.stderr.columns - 1)}`);
              living = true;
            }
          : undefined,
    };
    process.exitCode = await command(context);
    clear();
  } catch (error) {
    clear();
    process.exitCode = stop.signal.aborted
      ? EXIT.interrupted
      : await reportError(error, flags.verbose === true);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

program
  .command('demo')
  .description('crawl an emulated Drive before your eyes, kill it in the middle and prove the copy exact')
  .option('--files <count>', 'files in the emulated Drive', '50000')
  .option('--from <folder>', 'emulate a Drive with the names, sizes, times and tree of a real folder')
  .option('--no-kill', 'do not kill the sync in the middle')
  .option('--keep', 'stay up afterwards, with the Temporal Web UI')
  .action(async (options: { files: string; from?: string; kill: boolean; keep?: boolean }) =>
    run(async (context) => await (await import('./commands/demo/demo.js')).runDemo(context, options)),
  );
/** What is followed and walked; kept with the account, so that schedules and `up` do the same. */
function addSettings(
  command: Command,
  walk = 'look into folders that are shared with you, too (default)',
): Command {
  return command
    .option('--drives <scope>', 'shared drives to follow from now on: all, none, or ids separated by commas')
    .option('--walk', walk)
    .option('--no-walk', 'do not look into them: what lies in them may be missing');
}

const REMOVE_ALL = 'remove files that are gone from Drive, however many';

addSettings(
  program
    .command('sync')
    .description('sync the account to the end, or join the job that runs and watch it')
    .option('--full', 'list everything once more, to find what the change logs did not tell')
    .option('--accept-removals', REMOVE_ALL),
  'wait until folders that are shared with you are listed, too; they are listed in the background anyway',
).action(async (options: SyncOptions) =>
  run(async (context) => {
    keepLittleGarbage();
    return await (await import('./commands/sync/sync.js')).runSync(context, options);
  }),
);
addSettings(
  program
    .command('up')
    .description(
      'run the worker and the Temporal server, keep every account current, and do the jobs that come',
    )
    .option('--every <span>', 'how often to sync: 30s, 5m, 2h, or never', '5m')
    .option('--full-every <span>', 'list everything once more when the last full crawl is older: 30d'),
).action(async (options: UpOptions) =>
  run(async (context) => {
    keepLittleGarbage();
    return await (await import('./commands/sync/up.js')).runUp(context, options);
  }),
);
addSettings(
  program
    .command('initiate')
    .description('make a job, or join the one that runs, and return; a worker does it')
    .option('--full', 'list everything once more, to find what the change logs did not tell')
    .option('--accept-removals', REMOVE_ALL),
).action(async (options: SyncOptions) =>
  run(async (context) => await (await import('./commands/sync/initiate.js')).runInitiate(context, options)),
);
program
  .command('status')
  .description('show the last 25 jobs, or one in depth')
  .argument('[job]', 'unique prefix of a job id')
  .option('-f, --follow', 'watch the job until it ends (default: the newest)')
  .action(async (job: string | undefined, { follow = false }: { follow?: boolean }) =>
    run(
      async (context) =>
        await (await import('./commands/jobs/status.js')).runStatus(context, { job, follow }),
    ),
  );
program
  .command('pause')
  .description('interrupt a job until it is resumed; what it committed stays')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/jobs/pause.js')).runPause(context, job)),
  );
program
  .command('resume')
  .description('let a job go on that is paused or waits for you')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .option('--accept-removals', REMOVE_ALL)
  .action(async (job: string | undefined, { acceptRemovals = false }: { acceptRemovals?: boolean }) =>
    run(
      async (context) =>
        await (await import('./commands/jobs/resume.js')).runResume(context, job, { acceptRemovals }),
    ),
  );
program
  .command('cancel')
  .description('cancel a job; what it committed stays')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/jobs/control.js')).runCancel(context, job)),
  );
program
  .command('terminate')
  .description('end a job at once, as the last resort; what it committed stays')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/jobs/control.js')).runTerminate(context, job)),
  );
program
  .command('reset')
  .description('have a failed or dead job tried again from its checkpoint')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/jobs/control.js')).runReset(context, job)),
  );
program
  .command('delete')
  .description('forget a pending or ended job; the files stay')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .option('--yes', 'do not ask')
  .action(async (job: string | undefined, { yes = false }: { yes?: boolean }) =>
    run(
      async (context) => await (await import('./commands/jobs/control.js')).runDelete(context, job, { yes }),
    ),
  );
program
  .command('history')
  .description('list what happened to the files, newest last; removed ones are in it, but in no export')
  .option(
    '--since <when>',
    'only events since then: a span such as 7d, or a date and time such as 2026-09-01T08:00',
  )
  .option('--folder <id>', 'only what happened to this folder or shared drive and what is below it')
  .option('-f, --follow', 'go on with what happens next')
  .option('--limit <count>', 'the newest so many', '50')
  .option('--all', 'with what only followed from what happened to a folder')
  .option('--keep <span>', 'keep events so long from now on: 365d')
  .action(async (options: HistoryOptions) =>
    run(async (context) => await (await import('./commands/data/history.js')).runHistory(context, options)),
  );

program
  .command('search')
  .description(
    'find files by words and by what Drive would search for: type: owner: before: after: in: larger: is:',
  )
  .argument(
    '[words...]',
    'words, "phrases", -excluded ones, and filters as type:pdf after:2026-01 in:"/My Drive/Taxes"',
  )
  .option('--limit <count>', 'the best so many', '25')
  .option('--open <number>', 'open this result in the browser')
  .option('--ids', 'print ids alone')
  .action(async (words: string[], options: SearchOptions) =>
    run(
      async (context) =>
        await (await import('./commands/files/search.js')).runSearch(context, words, options),
    ),
  );
program
  .command('ls')
  .description('list a folder of the copy, or what paths begin with')
  .argument('[target]', 'a path as /My Drive/Photos, an id, or an address from the browser')
  .option('-R, --recursive', 'list everything below it, a path a line')
  .option('--trashed', 'with what is in the trash')
  .action(async (target: string | undefined, options: LsOptions) =>
    run(async (context) => await (await import('./commands/files/ls.js')).runLs(context, target, options)),
  );
program
  .command('info')
  .description('say everything that the copy knows of a file, also of one that was removed')
  .argument('<target>', 'a path, an id, or an address from the browser')
  .option('--duplicates', 'look for other files with the same content')
  .action(async (target: string, { duplicates = false }: { duplicates?: boolean }) =>
    run(async (context) =>
      (await import('./commands/files/info.js')).runInfo(context, target, { duplicates }),
    ),
  );
program
  .command('du')
  .description('say where the space goes')
  .argument('[target]', 'a path, an id, or an address from the browser (default: everything)')
  .option('--by <what>', 'folder, type, owner, drive or age', 'folder')
  .option('--limit <count>', 'the largest so many', '25')
  .action(async (target: string | undefined, options: DuOptions) =>
    run(async (context) => (await import('./commands/files/du.js')).runDu(context, target, options)),
  );

program
  .command('doctor')
  .description('look at everything that is needed, and say what is wrong and what to do')
  .action(async () => {
    await run(async (context) => await (await import('./commands/doctor/doctor.js')).runDoctor(context));
    // What did not answer in time may still hold a connection open.
    leaveWithin(DOCTOR_LINGER_MS);
  });

const schedule = program
  .command('schedule')
  .description("the account's schedule in Temporal: when a sync is started by itself");
schedule
  .command('set')
  .description('make the schedule, or change it')
  .requiredOption('--every <span>', 'how often to sync: 5m, 2h, 1d')
  .option('--full-every <span>', 'list everything once more when the last full crawl is older: 30d')
  .action(async (options: ScheduleOptions) =>
    run(
      async (context) => await (await import('./commands/jobs/schedule.js')).runScheduleSet(context, options),
    ),
  );
schedule
  .command('show')
  .description('show how often it starts a sync, and when next')
  .action(async () =>
    run(async (context) => await (await import('./commands/jobs/schedule.js')).runScheduleShow(context)),
  );
const actOnSchedule = (act: ScheduleAct) => async () =>
  run(async (context) => await (await import('./commands/jobs/schedule.js')).runScheduleAct(context, act));
schedule.command('pause').description('start no more syncs').action(actOnSchedule('pause'));
schedule.command('resume').description('start syncs again').action(actOnSchedule('resume'));
schedule.command('trigger').description('start a sync now, unless one runs').action(actOnSchedule('trigger'));
schedule.command('remove').description('forget the schedule').action(actOnSchedule('remove'));

const auth = program
  .command('auth')
  .description('log the account in to Google, see what the login is good for, log out');
auth
  .command('login')
  .description('log in through the browser, or with the key of a service account')
  .option('--client-secrets <file>', 'JSON file of your own OAuth client of type "Desktop app"')
  .option('--shared-drives', 'ask for the right to list all shared drives (drive.readonly)')
  .option('--no-shared-drives', 'ask for metadata only (drive.metadata.readonly)')
  .option('--no-browser', 'print the address instead of opening a browser; paste the answer')
  .option('--port <number>', 'port that receives the answer of the browser (default: a free one)')
  .option('--timeout <span>', 'how long to wait for the browser', '5m')
  .option('--service-account <file>', 'JSON key of a service account instead of a person')
  .option('--subject <email>', 'user of the domain for whom the service account acts')
  .option('--adc', "use this machine's application default credentials")
  .action(async (options: LoginOptions) =>
    run(async (context) => await (await import('./commands/auth/login.js')).runAuthLogin(context, options)),
  );
auth
  .command('status')
  .description('ask Drive whose login it is and what it is good for')
  .action(async () =>
    run(async (context) => await (await import('./commands/auth/status.js')).runAuthStatus(context)),
  );
auth
  .command('logout')
  .description('have Google and this machine forget the login; the copy stays')
  .action(async () =>
    run(async (context) => await (await import('./commands/auth/logout.js')).runAuthLogout(context)),
  );

const RAW = 'CSV with every cell as it is; otherwise an apostrophe comes before what a spreadsheet would run';
interface Csv {
  csv: boolean;
  raw: boolean;
}
/** Options as the parser gives them: a flag that was not given is absent. */
type Parsed<T, Flag extends keyof T> = Omit<T, Flag> & Partial<Pick<T, Flag>>;

program
  .command('export')
  .description(
    "write every file that exists: as Drive's own JSON, a line each, or as CSV; removed ones are in `history`",
  )
  .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
  .option('--no-trashed', 'leave out what is in the trash')
  .option('-o, --output <file>', 'write to a file instead of stdout')
  .option('--paths', 'with the path of each file')
  .option('--raw', RAW)
  .action(async ({ paths = false, raw = false, ...options }: Parsed<ExportOptions, 'paths' | 'raw'>) =>
    run(
      async (context) =>
        await (await import('./commands/data/export.js')).runExport(context, { ...options, paths, raw }),
    ),
  );
program
  .command('sql')
  .description("run one reading SQL statement on the account's store; without one, describe its views")
  .argument('[statement]', 'a SELECT; the views are files, folders, duplicates, exposure, history and jobs')
  .option('--csv', 'print as CSV')
  .option('--raw', RAW)
  .action(async (statement: string | undefined, { csv = false, raw = false }: Parsed<Csv, keyof Csv>) =>
    run(
      async (context) =>
        await (await import('./commands/data/sql.js')).runSql(context, statement, { csv, raw }),
    ),
  );

/** What can be done, and one line of how things stand. */
async function showOverview(): Promise<void> {
  process.stdout.write(program.helpInformation());
  await run(async (context) => await (await import('./commands/jobs/status.js')).runOverview(context));
}

/** The parser's own words, told like every other mistake. */
function reportUsage({ message }: CommanderError): number {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  process.stderr.write(`gdrive-sync: ${what}\n`);
  process.stderr.write(`hint: ${suggestion?.replaceAll(/[()]/g, '') ?? 'see `gdrive-sync --help`'}\n`);
  return EXIT.usage;
}

/** A word that a search excludes is no option, though it looks like one: `-draft`. A space before it says so to the parser. */
function withWords(args: readonly string[]): string[] {
  const at = args.indexOf('search');
  return args.map((arg, place) => (at !== -1 && place > at && /^-[^-]./.test(arg) ? ` ${arg}` : arg));
}

async function main(): Promise<void> {
  // Whoever reads the output may have seen enough, as `head` does.
  process.stdout.on('error', (error) => {
    if (errorCode(error) === 'EPIPE') return;
    process.stderr.write(`gdrive-sync: the output cannot be written: ${errorMessage(error)}\n`);
    process.exit(EXIT.failure);
  });
  try {
    if (process.argv.length === 2) await showOverview();
    else await program.parseAsync(withWords(process.argv));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || error.code === 'commander.help';
    process.exitCode = isHelp ? EXIT.ok : reportUsage(error);
  }
}

void main().finally(() => leaveWithin(LINGER_MS));
