import type { Command } from 'commander';

/** The help of `--accept-removals`. */
export const ACCEPT_REMOVALS = 'remove files that are gone from Drive, no matter how many';

/** The help of `--full`. */
export const FULL = 'run a full crawl: list everything again, to find what the change logs missed';

/** Adds the options that select what to copy of an account. They are stored with the account. */
export function addSettings(
  command: Command,
  walk = 'also list folders that others share with you, one by one (default)',
): Command {
  return command
    .optionsGroup('Account settings (stored; `up` and schedules use them too):')
    .option('--drives <scope>', 'shared drives to follow: all, none, or ids separated by commas')
    .option('--walk', walk)
    .option(
      '--no-walk',
      'do not list folders that others share with you; files that are only there will be missing',
    )
    .optionsGroup('Options:');
}
