import type { Command } from 'commander';
import { span } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';
import { ACCEPT_REMOVALS } from '../shared/settings-options';

const JOB = 'first characters of a job id (default: the newest job)';

/** Registers `status`: see `runStatus`. */
export function registerStatus(program: Command, invoke: Invoke): void {
  const status = program
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
  addExamples(status, [
    ['status', 'accounts and the newest jobs'],
    ['status --check --max-age 2h', 'for monitoring: see the exit code'],
    ['status 0e1e', 'one job in detail'],
  ]);
}

/** Registers the commands that control one job. */
export function registerJobControl(program: Command, invoke: Invoke): void {
  const pause = program
    .command('pause')
    .description('pause a job until it is resumed; what it committed is kept')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./pause.js')).runPause));
  addExamples(pause, [
    ['pause', 'pause the newest job'],
    ['pause 0e1e', 'pause the job whose id begins with 0e1e'],
  ]);
  const resume = program
    .command('resume')
    .description('continue a job that is paused or waits for you')
    .argument('[job]', JOB)
    .option('--accept-removals', ACCEPT_REMOVALS)
    .action(invoke(async () => (await import('./resume.js')).runResume));
  addExamples(resume, [
    ['resume', 'continue the newest job'],
    ['resume --accept-removals', 'and remove the files that are gone'],
  ]);
  const reset = program
    .command('reset')
    .description('retry a failed or dead job from its last checkpoint')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./reset.js')).runReset));
  addExamples(reset, [
    ['reset', 'retry the newest job'],
    ['reset 0e1e', 'retry another one'],
  ]);
  const cancel = program
    .command('cancel')
    .description('cancel a job; what it committed is kept')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./cancel.js')).runCancel));
  addExamples(cancel, [
    ['cancel', 'cancel the newest job'],
    ['cancel 0e1e', 'cancel another one'],
  ]);
  const terminate = program
    .command('terminate')
    .description('end a job immediately, as the last resort; what it committed is kept')
    .argument('[job]', JOB)
    .action(invoke(async () => (await import('./terminate.js')).runTerminate));
  addExamples(terminate, [['terminate 0e1e', 'only if `cancel` does not end the job']]);
  const remove = program
    .command('delete')
    .description('delete the record of a pending or ended job; the files are kept')
    .argument('[job]', JOB)
    .option('--yes', 'do not ask for confirmation')
    .action(invoke(async () => (await import('./delete.js')).runDelete));
  addExamples(remove, [
    ['delete 0e1e', 'asks first'],
    ['delete 0e1e --yes', 'for scripts, which cannot be asked'],
  ]);
}
