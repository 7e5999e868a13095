import type { Command } from 'commander';
import { choice, count } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

const TARGET = 'a path such as "/My Drive/Photos", an id, or an address from the browser';

/** Registers `search`: see `runSearch`. */
export function registerSearch(program: Command, invoke: Invoke): void {
  program
    .command('search')
    .description("find files by words and by Drive's filters: type: owner: before: after: in: larger: is:")
    .argument(
      '[words...]',
      'words, "phrases", -excluded ones, and filters as type:pdf after:2026-01 in:"/My Drive/Taxes"',
    )
    .option('--limit <count>', 'show this many of the best results', count('--limit'), 25)
    .option('--open <number>', 'open this result in the browser', count('--open'))
    .option('--ids', 'print ids alone')
    .action(invoke(async () => (await import('./search.js')).runSearch));
}

/** Registers `ls`, `info` and `du`. */
export function registerFiles(program: Command, invoke: Invoke): void {
  program
    .command('ls')
    .description('list a folder of the copy')
    .argument('[target]', `${TARGET} (default: where paths begin)`)
    .option('-R, --recursive', 'list everything below it, a path a line')
    .option('--trashed', 'include what is in the trash')
    .action(invoke(async () => (await import('./ls.js')).runLs));
  program
    .command('info')
    .description('show everything that the copy knows of one file, even a removed one')
    .argument('<target>', TARGET)
    .option('--duplicates', 'look for other files with the same content')
    .action(invoke(async () => (await import('./info.js')).runInfo));
  program
    .command('du')
    .description('show where the space goes')
    .argument('[target]', `${TARGET} (default: everything)`)
    .option(
      '--by <what>',
      'folder, type, owner, drive or age',
      choice('--by', ['folder', 'type', 'owner', 'drive', 'age']),
      'folder',
    )
    .option('--limit <count>', 'show this many of the largest', count('--limit'), 25)
    .action(invoke(async () => (await import('./du.js')).runDu));
}
