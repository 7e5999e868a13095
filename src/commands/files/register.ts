import type { Command } from 'commander';
import { choice, count } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';
import { CAT_HELP, DU_HELP, INFO_HELP, LS_HELP, SEARCH_HELP } from './help';

const TARGET = 'a path such as "/My Drive/Photos", an id, or an address from the browser';
const SORTS = ['size', 'modified', 'name'] as const;
const ORDERS = 'size (biggest first), modified (newest first) or name';
const IN_A_PIPE = '; a pipe gets only them';

/** Registers `search`: see `runSearch`. */
export function registerSearch(program: Command, invoke: Invoke): void {
  program
    .command('search')
    .description('find files by words, in names and texts, by patterns such as "*.pdf", and by filters')
    .argument('[words...]', 'what to search for (see below)')
    .option('--limit <count>', 'maximum number of results', count('--limit'), 25)
    .option('--sort <order>', `${ORDERS}; default: best match first`, choice('--sort', SORTS))
    .option('--open <number>', 'open the result with this number in the browser', count('--open'))
    .option('--drive', "also ask Google's own full text, for files whose text is not kept here")
    .option('--ids', `add a column of ids${IN_A_PIPE}`)
    .option('--links', `add a column of addresses${IN_A_PIPE}`)
    .addHelpText('after', SEARCH_HELP)
    .action(invoke(async () => (await import('./search.js')).runSearch));
}

/** Registers `ls`, `info`, `cat` and `du`. */
export function registerFiles(program: Command, invoke: Invoke): void {
  program
    .command('ls')
    .description('list a folder of the copy')
    .argument('[target]', `${TARGET} (default: the top level)`)
    .option('-R, --recursive', 'list everything below it, one path per line')
    .option('-l, --long', 'with -R, print size and time too; other lists always do')
    .option('--trashed', 'include files in the trash')
    .option('--sort <order>', `${ORDERS}; default: folders, then names`, choice('--sort', SORTS))
    .option('--ids', `always show the ids${IN_A_PIPE}`)
    .option('--links', `add a column of addresses${IN_A_PIPE}`)
    .addHelpText('after', LS_HELP)
    .action(invoke(async () => (await import('./ls.js')).runLs));
  program
    .command('info')
    .description('show everything that the copy has on one file, even a removed one')
    .argument('<target>', TARGET)
    .option('--duplicates', 'look for other files with the same content')
    .addHelpText('after', INFO_HELP)
    .action(invoke(async () => (await import('./info.js')).runInfo));
  program
    .command('cat')
    .description('print the text of a file, if texts are kept')
    .argument('<target>', TARGET)
    .option('--page <place>', 'only this page, slide or sheet: its number, or a place such as "sheet Q3"')
    .addHelpText('after', CAT_HELP)
    .action(invoke(async () => (await import('./cat.js')).runCat));
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
    .addHelpText('after', DU_HELP)
    .action(invoke(async () => (await import('./du.js')).runDu));
}
