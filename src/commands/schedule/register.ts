import type { Command } from 'commander';
import { span } from '../shared/arguments';
import type { Invoke } from '../shared/invoke';

const ACTS = {
  pause: 'start no more syncs',
  resume: 'start syncs again',
  trigger: 'start a sync now, unless one runs',
  remove: 'delete the schedule',
} as const;

/** Registers `schedule` and its commands. */
export function registerSchedule(program: Command, invoke: Invoke): void {
  const schedule = program
    .command('schedule')
    .description('have Temporal start a sync of the account regularly');
  schedule
    .command('set')
    .description('create or change the schedule')
    .requiredOption('--every <span>', 'how often to sync: 5m, 2h, 1d', span('--every'))
    .option(
      '--full-every <span>',
      'list everything again when the last full crawl is older: 30d',
      span('--full-every'),
    )
    .action(invoke(async () => (await import('./schedule.js')).runScheduleSet));
  schedule
    .command('show')
    .description('show how often it starts a sync, and when next')
    .action(invoke(async () => (await import('./schedule.js')).runScheduleShow));
  for (const [name, about] of Object.entries(ACTS)) {
    const act = name as keyof typeof ACTS;
    schedule
      .command(act)
      .description(about)
      .action(
        invoke(async () => {
          const { runScheduleAct } = await import('./schedule.js');
          return (context) => runScheduleAct(context, act);
        }),
      );
  }
}
