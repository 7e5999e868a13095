import type { Command } from 'commander';
import { byteCount, choice } from '../shared/arguments';
import { addExamples } from '../shared/examples';
import type { Invoke } from '../shared/invoke';

/** Registers `content` and its commands. */
export function registerContent(program: Command, invoke: Invoke): void {
  const content = program
    .command('content')
    .description('keep the text of files too, for search; off unless you switch it on');
  addExamples(content, [
    ['content plan', 'what it would cost; sends nothing'],
    ['content on --text', 'then a sync fetches the texts'],
    ['content status --reasons', 'what is missing, and why'],
  ]);
  registerSwitches(content, invoke);
  registerUpkeep(content, invoke);
}

function registerSwitches(content: Command, invoke: Invoke): void {
  const plan = addChoice(
    content
      .command('plan')
      .description('show what the texts of all files cost, from the metadata alone; sends nothing'),
  ).action(invoke(async () => (await import('./plan.js')).runContentPlan));
  addExamples(plan, [['content plan'], ['content plan --owner me --max-size 10M']]);
  const on = addChoice(
    content
      .command('on')
      .description('fetch the text of files from the next sync on; if it is on, change its settings')
      .option('--text', 'keep the text of files')
      .option('--yes', 'do not ask for confirmation'),
  ).action(invoke(async () => (await import('./on.js')).runContentOn));
  addExamples(on, [
    ['content on --text', 'says what it costs, and asks'],
    ['content on --max-size 200M', 'later: larger files too'],
  ]);
  content
    .command('off')
    .description('stop fetching; the texts that are here stay')
    .action(invoke(async () => (await import('./off.js')).runContentOff));
  content
    .command('purge')
    .description('switch the texts off and delete them from this machine')
    .option('--yes', 'do not ask for confirmation')
    .action(invoke(async () => (await import('./purge.js')).runContentPurge));
}

function registerUpkeep(content: Command, invoke: Invoke): void {
  content
    .command('status')
    .description('count the files in each state; exits with 3 while a file is due or has failed')
    .option('--reasons', 'why files are in their state, a line for each reason')
    .action(invoke(async () => (await import('./status.js')).runContentStatus));
  const retry = content
    .command('retry <what>')
    .description('try again what could not be fetched: a reason, a state, a file or a folder')
    .action(invoke(async () => (await import('./retry.js')).runContentRetry));
  addExamples(retry, [
    ['content retry failed', 'every file that failed'],
    ['content retry timeout', 'those of one reason'],
    ['content retry "/My Drive/Scans"', 'those below a folder'],
  ]);
  content
    .command('rebuild')
    .description('delete the texts, so that the next sync fetches all of them again')
    .option('--yes', 'do not ask for confirmation')
    .action(invoke(async () => (await import('./rebuild.js')).runContentRebuild));
}

/** Adds the options that choose the files. */
function addChoice(command: Command): Command {
  return command
    .optionsGroup('Files (stored by `content on`):')
    .option(
      '--max-size <size>',
      'largest file whose text is kept (default: 50 million bytes)',
      byteCount('--max-size'),
    )
    .option('--owner <who>', 'me: only your own files; anyone (default)', choice('--owner', ['me', 'anyone']))
    .option('--trashed', 'also files in the trash')
    .option('--no-trashed', 'not files in the trash (default)')
    .option('--include <filters>', 'only files that fit, such as "type:pdf"; "" for all')
    .option('--exclude <filters>', `not these, such as 'in:"/My Drive/Private"'; "" for none`)
    .optionsGroup('Options:');
}
