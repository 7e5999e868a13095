import type { Command } from 'commander';
import { span } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';
import { ACCEPT_REMOVALS } from '../shared/settings-options';

const JOB = 'first characters of a job id (default: the newest job)';

/** Registers `status`: see `runStatus`. */
export function registerStatus(program: Command, invoke: Invoke): void {
  program
    .command('status')
    .description('show how up to date each account is, and the last jobs; or one job in detail')
    .argument('[job]', 'first characters of a job id')
    .option('-f, --follow', 'watch the job until it ends (default: the newest job)')
    .option(
      '--check',
      'for monitoring: exit with 0 if every account is up to date, 3 if partial, otherwise 1',
    )
    .option('--max-age <span>', 'how old a copy may be for --check (default: 1h)', span('--max-age'))
    .action(invoke(async () => (await import('../status/status.js')).runStatus));
}

/** Registers the commands that control one job. */
export function registerJobControl(program: Command, invoke: Invoke): void {
  program
    .command('pause')
    .description('pause a job until it is resumed; what it committed is kept')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./pause.js')).runPause));
  program
    .command('resume')
    .description('continue a job that is paused or waits for you')
    .argument('[job]', JOB)
    .option('--accept-removals', ACCEPT_REMOVALS)
    .action(invoke(async () => (await import('./resume.js')).runResume));
  program
    .command('reset')
    .description('retry a failed or dead job from its last checkpoint')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./reset.js')).runReset));
  program
    .command('cancel')
    .description('cancel a job; what it committed is kept')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./cancel.js')).runCancel));
  program
    .command('terminate')
    .description('end a job immediately, as the last resort; what it committed is kept')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./terminate.js')).runTerminate));
  program
    .command('delete')
    .description('delete the record of a pending or ended job; the files are kept')
    .argument('[job]', JOB)
    .option('--yes', 'do not ask for confirmation')
    .action(invoke(async () => (await import('./delete.js')).runDelete));
}
