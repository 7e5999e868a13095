import type { Command } from 'commander';
import { choice, count } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

const TARGET = 'a path such as "/My Drive/Photos", an id, or an address from the browser';

/** Registers `search`: see `runSearch`. */
export function registerSearch(program: Command, invoke: Invoke): void {
  program
    .command('search')
    .description('find files by words and filters: type: owner: before: after: in: larger: is:')
    .argument(
      '[words...]',
      'words, "phrases", -excluded words, and filters such as type:pdf after:2026-01 in:"/My Drive/Taxes"',
    )
    .option('--limit <count>', 'maximum number of results, best matches first', count('--limit'), 25)
    .option('--open <number>', 'open the result with this number in the browser', count('--open'))
    .option('--ids', 'print only ids')
    .action(invoke(async () => (await import('./search.js')).runSearch));
}

/** Registers `ls`, `info` and `du`. */
export function registerFiles(program: Command, invoke: Invoke): void {
  program
    .command('ls')
    .description('list a folder of the copy')
    .argument('[target]', `${TARGET} (default: the top level)`)
    .option('-R, --recursive', 'list everything below it, one path per line')
    .option('--trashed', 'include files in the trash')
    .action(invoke(async () => (await import('./ls.js')).runLs));
  program
    .command('info')
    .description('show everything that the copy has on one file, even a removed one')
    .argument('<target>', TARGET)
    .option('--duplicates', 'look for other files with the same content')
    .action(invoke(async () => (await import('./info.js')).runInfo));
  program
    .command('du')
    .description('show what uses storage space')
    .argument('[target]', `${TARGET} (default: everything)`)
    .option(
      '--by <what>',
      'folder, type, owner, drive or age',
      choice('--by', ['folder', 'type', 'owner', 'drive', 'age']),
      'folder',
    )
    .option('--limit <count>', 'maximum number of rows, largest first', count('--limit'), 25)
    .action(invoke(async () => (await import('./du.js')).runDu));
}
