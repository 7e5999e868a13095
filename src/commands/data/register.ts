import { Option, type Command } from 'commander';
import { count, moment, span } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

const RAW = 'leave CSV cells as they are; by default, an apostrophe is put before formulas';

/** Registers `history`, `export` and `sql`. */
export function registerData(program: Command, invoke: Invoke): void {
  program
    .command('history')
    .description('show what happened to files, including removed ones, newest last')
    .option(
      '--since <when>',
      'only events since this time: a span such as 7d, or a date and time such as 2026-09-01T08:00',
      moment('--since'),
    )
    .option('--folder <id>', 'only events of this folder or shared drive and everything below it')
    .option('-f, --follow', 'keep showing new events')
    .option('--limit <count>', 'maximum number of events (the newest ones)', count('--limit'), 50)
    .option('--all', 'include events that files inherited from a parent folder')
    .option('--keep <span>', 'how long to keep events from now on, for example 365d', span('--keep'))
    .action(invoke(async () => (await import('./history.js')).runHistory));
  program
    .command('export')
    .description(
      "export every existing file as Drive's JSON, one per line, or as CSV; for removed files see `history`",
    )
    .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--no-trashed', 'leave out files in the trash')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('--paths', 'include the path of each file')
    .option('--raw', RAW)
    .action(invoke(async () => (await import('./export.js')).runExport));
  program
    .command('sql')
    .description('run one read-only SQL statement on the store; without one, describe its views')
    .argument('[statement]', 'a SELECT on the views')
    .option('--csv', 'print as CSV')
    .option('--raw', RAW)
    .action(invoke(async () => (await import('./sql.js')).runSql));
}
