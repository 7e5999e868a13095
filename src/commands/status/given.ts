import { existsSync } from 'node:fs';
import { EXIT, UserError } from '../../errors';
import { hasCredentials } from '../../process/credentials';
import { noAccount } from '../../process/stores';
import type { Context } from '../shared/context';

/** What `status` shows. */
export interface StatusOptions {
  /** Watch the job until it ends. */
  follow?: boolean;
  /** Judge every account, for monitoring. */
  check?: boolean;
  /** The age in ms from which `check` fails. */
  maxAge?: number | undefined;
}

/** @throws UserError for options that exclude each other, or an account that does not exist. */
export function checkGiven(context: Context, prefix: string | undefined, options: StatusOptions): void {
  const { follow = false, check = false, maxAge } = options;
  if (check && (prefix !== undefined || follow))
    throw usage('--check judges accounts, not jobs', 'leave out the job and --follow, or leave out --check');
  if (!check && maxAge !== undefined)
    throw usage('--max-age only works with --check', 'add --check, or leave out --max-age');
  if (prefix === undefined) checkAccount(context);
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { hint, exitCode: EXIT.usage });
}

/** An account that the user names and that does not exist here is probably mistyped. Makes no home. */
function checkAccount(context: Context): void {
  const { config, accountNamed } = context;
  const { account } = config;
  if (!accountNamed || !existsSync(config.home)) return;
  const { home } = context;
  const known = home.known();
  if (known.length === 0 || known.includes(account) || hasCredentials(config, home, account)) return;
  throw noAccount(home, account);
}
