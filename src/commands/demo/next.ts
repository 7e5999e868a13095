import type { Config } from '../../config';
import { DEMO_ACCOUNT } from './process';

/** Prints a command on the demo's copy, such as `status`, so that it works as it stands in a shell. */
export function nextCommand({ home, accountNamed, env }: Config, command: string): string {
  // npm sets this variable for `npm run demo` and `npx gdrive-sync demo`.
  const program = env['npm_command'] === undefined ? 'gdrive-sync' : 'npx gdrive-sync';
  const account = accountNamed ? ` --account ${DEMO_ACCOUNT}` : '';
  return `${program} --home ${shellPath(home, env['HOME'])}${account} ${command}`;
}

/** A path for a shell, with `~` for the user's home folder if it needs no quotes. */
function shellPath(path: string, userHome: string | undefined): string {
  if (!/^[\w@%+=:,./-]+$/.test(path)) return `'${path.replaceAll("'", String.raw`'\''`)}'`;
  const isBelow = userHome !== undefined && userHome !== '/' && path.startsWith(`${userHome}/`);
  return isBelow ? `~${path.slice(userHome.length)}` : path;
}
