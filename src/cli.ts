#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { parseConfig, readEnv } from './config';
import type { Context } from './commands/context';
import { errorCode, errorMessage, EXIT, UserError } from './errors';
import { openHome } from './home';

interface GlobalOptions {
  home?: string;
  account?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

/** A last resort where something does not let go: the second Ctrl-C, or a stop that takes longer than this. */
const FORCED_EXIT_MS = 20_000;

const program = new Command('gdrive-sync')
  .description('Keeps a durable, complete copy of Google Drive file metadata in a local SQLite store')
  .version((require('../package.json') as { version: string }).version)
  .option('--home <folder>', 'folder of stores, credentials and the embedded server')
  .option('--account <name>', 'account name (default: "default")')
  .option('--json', 'print results as JSON')
  .option('-q, --quiet', 'print nothing but results and errors')
  .option('-v, --verbose', 'print the stack of unexpected errors')
  .exitOverride()
  .configureOutput({ outputError: () => undefined });

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
    process.stderr.write(`${line}\n`);
  };
  try {
    const config = parseConfig(readEnv(), flags);
    const context: Context = {
      config,
      home: openHome(config.home),
      json: flags.json === true,
      signal: stop.signal,
      accountNamed: flags.account !== undefined || readEnv()['GDRIVE_SYNC_ACCOUNT'] !== undefined,
      out: (line) => {
        clear();
        process.stdout.write(`${line}\n`);
      },
      tell: flags.quiet === true ? () => undefined : say,
      status:
        process.stderr.isTTY && flags.quiet !== true
          ? (line) => {
              process.stderr.write(`\r\u001b[K${line.slice(0, process.stderr.columns - 1)}`);
              living = true;
            }
          : undefined,
    };
    process.exitCode = await command(context);
    clear();
  } catch (error) {
    clear();
    process.exitCode = stop.signal.aborted ? EXIT.interrupted : reportError(error, flags.verbose === true);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** One sentence and a hint; the stack of what nobody expected only on demand. */
function reportError(error: unknown, verbose: boolean): number {
  const isDamage = /^SQLITE_(CORRUPT|NOTADB)/.test(errorCode(error) ?? '');
  process.stderr.write(`gdrive-sync: ${isDamage ? 'the store is damaged: ' : ''}${errorMessage(error)}\n`);
  const hint = isDamage
    ? 'move the file away and run `gdrive-sync sync`: everything in it can be fetched from Drive again'
    : error instanceof UserError
      ? error.hint
      : 'this was not expected; -v shows where it happened';
  if (hint !== undefined) process.stderr.write(`hint: ${hint}\n`);
  if (verbose && error instanceof Error && error.stack !== undefined)
    process.stderr.write(`${error.stack}\n`);
  return error instanceof UserError ? error.exitCode : EXIT.failure;
}

program
  .command('demo')
  .description('crawl an emulated Drive before your eyes, kill it in the middle and prove the copy exact')
  .option('--files <count>', 'files in the emulated Drive', '50000')
  .option('--from <folder>', 'emulate a Drive with the names, sizes, times and tree of a real folder')
  .option('--no-kill', 'do not kill the sync in the middle')
  .option('--keep', 'stay up afterwards, with the Temporal Web UI')
  .action(async (options: { files: string; from?: string; kill: boolean; keep?: boolean }) =>
    run(async (context) => await (await import('./commands/demo.js')).runDemo(context, options)),
  );
program
  .command('sync')
  .description('sync the account to the end, or join the job that runs and watch it')
  .action(async () => run(async (context) => await (await import('./commands/sync.js')).runSync(context)));
program
  .command('up')
  .description('hold the roles of worker and server, and run the jobs that come')
  .action(async () => run(async (context) => await (await import('./commands/up.js')).runUp(context)));
program
  .command('initiate')
  .description('make a job, or join the one that runs, and return; a worker does it')
  .action(async () =>
    run(async (context) => await (await import('./commands/initiate.js')).runInitiate(context)),
  );
program
  .command('status')
  .description('show the last 25 jobs, or one in depth')
  .argument('[job]', 'unique prefix of a job id')
  .option('-f, --follow', 'watch the job until it ends (default: the newest)')
  .action(async (job: string | undefined, { follow = false }: { follow?: boolean }) =>
    run(async (context) => await (await import('./commands/status.js')).runStatus(context, { job, follow })),
  );
program
  .command('cancel')
  .description('cancel a job; what it committed stays')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/control.js')).runCancel(context, job)),
  );
program
  .command('terminate')
  .description('end a job at once, as the last resort; what it committed stays')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/control.js')).runTerminate(context, job)),
  );
program
  .command('reset')
  .description('have a failed or dead job tried again from its checkpoint')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .action(async (job?: string) =>
    run(async (context) => await (await import('./commands/control.js')).runReset(context, job)),
  );
program
  .command('delete')
  .description('forget a pending or ended job; the files stay')
  .argument('[job]', 'unique prefix of a job id (default: the newest)')
  .option('--yes', 'do not ask')
  .action(async (job: string | undefined, { yes = false }: { yes?: boolean }) =>
    run(async (context) => await (await import('./commands/control.js')).runDelete(context, job, { yes })),
  );
program
  .command('export')
  .description("write every file: as Drive's own JSON, a line each, or as CSV")
  .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
  .option('--no-trashed', 'leave out what is in the trash')
  .option('-o, --output <file>', 'write to a file instead of stdout')
  .action(
    async ({ format, trashed, output }: { format: 'jsonl' | 'csv'; trashed: boolean; output?: string }) =>
      run(
        async (context) =>
          await (await import('./commands/export.js')).runExport(context, { format, trashed, output }),
      ),
  );
program
  .command('sql')
  .description("run one reading SQL statement on the account's store; without one, describe its views")
  .argument('[statement]', 'a SELECT; the views are files, folders and jobs')
  .option('--csv', 'print as CSV')
  .action(async (statement: string | undefined, { csv = false }: { csv?: boolean }) =>
    run(async (context) => (await import('./commands/sql.js')).runSql(context, statement, { csv })),
  );

/** What can be done, and one line of how things stand. */
async function showOverview(): Promise<void> {
  process.stdout.write(program.helpInformation());
  await run(async (context) => await (await import('./commands/status.js')).runOverview(context));
}

/** The parser's own words, told like every other mistake. */
function reportUsage({ message }: CommanderError): number {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  process.stderr.write(`gdrive-sync: ${what}\n`);
  process.stderr.write(`hint: ${suggestion?.replaceAll(/[()]/g, '') ?? 'see `gdrive-sync --help`'}\n`);
  return EXIT.usage;
}

async function main(): Promise<void> {
  try {
    if (process.argv.length === 2) await showOverview();
    else await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || error.code === 'commander.help';
    process.exitCode = isHelp ? EXIT.ok : reportUsage(error);
  }
}

void main();
