import type { Command } from 'commander';
import { keepLittleGarbage } from '../../process/heap';
import { span, spanOrNever } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';
import { ACCEPT_REMOVALS, addSettings, FULL } from '../shared/settings-options';

/** Registers `sync`: see `runSync`. */
export function registerSync(program: Command, invoke: Invoke): void {
  addSettings(
    program.command('sync').description('bring the copy up to date, or watch the job that does so'),
    'wait until folders that are shared with you are listed, too; without it, they are listed in the background',
  )
    .option('--full', FULL)
    .option('--accept-removals', ACCEPT_REMOVALS)
    .action(
      invoke(async () => {
        keepLittleGarbage();
        return (await import('./sync.js')).runSync;
      }),
    );
}

/** Registers `up`: see `runUp`. */
export function registerUp(program: Command, invoke: Invoke): void {
  addSettings(
    program
      .command('up')
      .description('run the worker and the Temporal server, and keep every account up to date'),
  )
    .option(
      '--every <span>',
      'how often to sync: 30s, 5m, 2h, or never (default: 5m)',
      spanOrNever('--every'),
    )
    .option(
      '--full-every <span>',
      'list everything again when the last full crawl is older: 30d',
      span('--full-every'),
    )
    .action(
      invoke(async () => {
        keepLittleGarbage();
        return (await import('./up.js')).runUp;
      }),
    );
}

/** Registers `initiate`: see `runInitiate`. */
export function registerInitiate(program: Command, invoke: Invoke): void {
  addSettings(
    program
      .command('initiate')
      .description('start a job, or join the running one, and return; a worker carries it out'),
  )
    .option('--full', FULL)
    .option('--accept-removals', ACCEPT_REMOVALS)
    .action(invoke(async () => (await import('./initiate.js')).runInitiate));
}
