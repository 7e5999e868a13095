import { Option, type Command } from 'commander';
import { limitHeapGrowth } from '../../process/heap';
import { LEAST_EVERY_MS, span, spanOrNever } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';
import { ACCEPT_REMOVALS, addSettings, FULL } from '../shared/settings-options';

/** Registers `sync`: see `runSync`. */
export function registerSync(program: Command, invoke: Invoke): void {
  const sync = addSettings(
    program.command('sync').description('bring the copy up to date, or watch the job that already does'),
    'also wait until folders that others share with you are listed; by default, they are listed in the background',
  )
    .option('--full', FULL)
    .option('--accept-removals', ACCEPT_REMOVALS)
    .option('--no-content', 'do not wait for the texts of files, if they are switched on')
    .addOption(new Option('--no-web-ui', 'for the demo, which prints the address once').hideHelp())
    .action(
      invoke(async () => {
        limitHeapGrowth();
        return (await import('./sync.js')).runSync;
      }),
    );
  addExamples(sync, [
    ['sync', 'the first time, everything; then only changes'],
    ['sync --walk', 'also wait for folders that others share'],
    ['sync --drives none', 'My Drive only, from now on'],
    ['sync --full', 'list everything again'],
  ]);
}

/** Registers `up`: see `runUp`. */
export function registerUp(program: Command, invoke: Invoke): void {
  const up = addSettings(
    program
      .command('up')
      .description('run the worker and the Temporal server, and keep every account up to date'),
  )
    .option(
      '--every <span>',
      'how often to sync: 5s or more, 5m, 2h, or never (default: 5m)',
      spanOrNever('--every', LEAST_EVERY_MS),
    )
    .option('--wait', 'if another `up` works in this home, wait and take over when it ends')
    .option(
      '--full-every <span>',
      'run a full crawl when the last one is older than this, for example 30d',
      span('--full-every'),
    )
    .action(
      invoke(async () => {
        limitHeapGrowth();
        return (await import('./up.js')).runUp;
      }),
    );
  addExamples(up, [
    ['up', 'sync every account now and every 5 minutes'],
    ['up --every 1h', 'sync every hour'],
    ['up --every never', 'only run jobs that other processes start'],
  ]);
}

/** Registers `initiate`: see `runInitiate`. */
export function registerInitiate(program: Command, invoke: Invoke): void {
  const initiate = addSettings(
    program
      .command('initiate')
      .description('start a job, or join the running one, and return; a worker carries it out'),
  )
    .option('--full', FULL)
    .option('--accept-removals', ACCEPT_REMOVALS)
    .action(invoke(async () => (await import('./initiate.js')).runInitiate));
  addExamples(initiate, [
    ['initiate', 'start a job and return'],
    ['--account work initiate --full', 'a full crawl of another account'],
  ]);
}
