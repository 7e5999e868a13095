import { Option, type Command } from 'commander';
import { count, moment, span } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

const RAW = 'CSV with every cell as it is; without it, an apostrophe precedes what a spreadsheet would run';

/** Registers `history`, `export` and `sql`. */
export function registerData(program: Command, invoke: Invoke): void {
  program
    .command('history')
    .description('show what happened to the files, newest last; removed files too')
    .option(
      '--since <when>',
      'only events since then: a span such as 7d, or a date and time such as 2026-09-01T08:00',
      moment('--since'),
    )
    .option('--folder <id>', 'only events of this folder or shared drive and of what is below it')
    .option('-f, --follow', 'keep showing new events')
    .option('--limit <count>', 'show this many of the newest events', count('--limit'), 50)
    .option('--all', 'include events of files that only followed those of a folder')
    .option('--keep <span>', 'from now on, keep events this long: 365d', span('--keep'))
    .action(invoke(async () => (await import('./history.js')).runHistory));
  program
    .command('export')
    .description(
      "write every existing file: Drive's own JSON, one per line, or CSV; for removed files see `history`",
    )
    .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--no-trashed', 'leave out what is in the trash')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('--paths', 'include the path of each file')
    .option('--raw', RAW)
    .action(invoke(async () => (await import('./export.js')).runExport));
  program
    .command('sql')
    .description('run one reading SQL statement on the store; without one, describe its views')
    .argument('[statement]', 'a SELECT on the views')
    .option('--csv', 'print as CSV')
    .option('--raw', RAW)
    .action(invoke(async () => (await import('./sql.js')).runSql));
}
