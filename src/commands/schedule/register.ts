import type { Command } from 'commander';
import { LEAST_EVERY_MS, span, spanFrom } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

const ACTS = {
  pause: 'stop starting syncs',
  resume: 'start syncs again',
  trigger: 'start a sync now, unless one is running',
  remove: 'delete the schedule',
} as const;

/** Registers `schedule` and its commands. */
export function registerSchedule(program: Command, invoke: Invoke): void {
  const schedule = program
    .command('schedule')
    .description('let Temporal sync the account on a schedule; `up` needs none');
  addExamples(schedule, [
    ['schedule set --every 15m', 'with your own Temporal server'],
    ['schedule show', 'when the next sync starts'],
    ['schedule remove', 'no more syncs by schedule'],
  ]);
  const set = schedule
    .command('set')
    .description('create or change the schedule')
    .requiredOption(
      '--every <span>',
      'how often to sync: 5s or more, 5m, 2h, 1d',
      spanFrom('--every', LEAST_EVERY_MS),
    )
    .option(
      '--full-every <span>',
      'run a full crawl when the last one is older than this, for example 30d',
      span('--full-every'),
    )
    .action(invoke(async () => (await import('./schedule.js')).runScheduleSet));
  addExamples(set, [
    ['schedule set --every 15m', 'sync every 15 minutes'],
    ['schedule set --every 1h --full-every 7d', 'a full crawl every week'],
  ]);
  schedule
    .command('show')
    .description('show the interval and the time of the next sync')
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
