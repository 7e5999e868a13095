import type { Command } from 'commander';

/** The help of `--accept-removals`. */
export const ACCEPT_REMOVALS = 'remove files that are gone from Drive, however many they are';

/** The help of `--full`. */
export const FULL = 'list everything again, to find what the change logs missed';

/** Adds the options that say what of an account is copied. They are stored with the account. */
export function addSettings(
  command: Command,
  walk = 'list folders that are shared with you, too (default)',
): Command {
  return command
    .optionsGroup('Settings of the account (stored, so that `up` and schedules follow them):')
    .option('--drives <scope>', 'shared drives to follow: all, none, or ids separated by commas')
    .option('--walk', walk)
    .option('--no-walk', 'do not list them: files that only they show are missing')
    .optionsGroup('Options:');
}
