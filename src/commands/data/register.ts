import { Option, type Command } from 'commander';
import { EVENT_KINDS } from '../../model/event';
import { choice, count, endMoment, moment, span, wordList } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

const RAW = 'leave CSV cells as they are; by default, an apostrophe is put before formulas';

const TARGET = 'a path such as "/My Drive/Photos", an id, or an address from the browser';

/** Registers `history`, `export` and `sql`. */
export function registerData(program: Command, invoke: Invoke): void {
  registerHistory(program, invoke);
  registerExport(program, invoke);
  registerSql(program, invoke);
}

function registerHistory(program: Command, invoke: Invoke): void {
  const history = program
    .command('history')
    .description('show what happened to files, including removed ones, newest last')
    .argument('[target]', `only this file, or this folder and everything below it: ${TARGET}`)
    .option(
      '--since <when>',
      'only events since this time: today, yesterday, a span such as 7d, or a date such as 2026-09-01',
      moment('--since'),
    )
    .option(
      '--until <when>',
      'only events before this time; a day, month or year is included',
      endMoment('--until'),
    )
    .option(
      '--kind <kinds>',
      `only these kinds, separated by commas: ${EVENT_KINDS.join(', ')}`,
      wordList('--kind', EVENT_KINDS),
    )
    .option('--folder <target>', 'the same as the argument')
    .option('--by <what>', 'count the events by day or by folder', choice('--by', ['day', 'folder']))
    .option('-f, --follow', 'keep showing new events')
    .option(
      '--limit <count>',
      'maximum number of events (the newest ones), or of rows with --by',
      count('--limit'),
      50,
    )
    .option('--all', 'include events that files inherited from a parent folder')
    .option('--ids', 'add the ids also in a narrow terminal')
    .option(
      '--keep <span>',
      'a setting: how long to keep events from now on, for example 365d',
      span('--keep'),
    )
    .action(invoke(async () => (await import('./history.js')).runHistory));
  addExamples(history, [
    ['history --since yesterday'],
    ['history "/My Drive/Taxes" --kind removed,moved'],
    ['history --by day --since 30d'],
  ]);
}

function registerExport(program: Command, invoke: Invoke): void {
  const command = program
    .command('export')
    .description(
      "export every existing file as Drive's JSON, one per line, or as CSV; for removed files see `history`",
    )
    .argument('[target]', `only this file, or everything below this folder: ${TARGET}`)
    .addOption(new Option('--format <format>', 'output format').choices(['jsonl', 'csv']).default('jsonl'))
    .option(
      '--columns <names>',
      "only these, separated by commas: names of Drive's fields, and path",
      (text: string) => text.split(',').map((name) => name.trim()),
    )
    .option('--no-trashed', 'leave out files in the trash')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('--force', 'overwrite the file if it exists')
    .option('--paths', 'include the path of each file (default for CSV)')
    .option('--no-paths', 'leave out the paths')
    .option('--raw', RAW)
    .action(invoke(async () => (await import('./export.js')).runExport));
  addExamples(command, [
    ['export --format csv -o drive.csv'],
    ['export "/My Drive/Taxes" --format csv --columns path,size'],
    ['export --no-trashed --paths | jq .path'],
  ]);
}

function registerSql(program: Command, invoke: Invoke): void {
  const sql = program
    .command('sql')
    .description('run one read-only SQL statement on the store; without one, describe its views')
    .argument('[statement]', 'a SELECT on the views, or - to read it from stdin, which a pipe does anyway')
    .option('-f, --file <file>', 'read the statement from a file')
    .option('--csv', 'print as CSV')
    .option('--raw', RAW)
    .action(invoke(async () => (await import('./sql.js')).runSql));
  addExamples(sql, [
    ['sql "SELECT owner_email, count(*) FROM files GROUP BY 1"'],
    ['sql "SELECT path, size FROM files JOIN paths USING (id) LIMIT 9"'],
    ['sql --csv --file report.sql > report.csv'],
  ]);
}
