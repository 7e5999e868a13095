import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT, UserError } from './errors';
import { isAccountName, notAnAccountName } from './process/home';

/** Environment variables. Only this module reads those of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  variable: string;
  flag?: string;
  about: string;
}

/** All settings; the table in docs/reference.md is generated from this list. */
export const SETTINGS: readonly Setting[] = [
  {
    variable: 'GDRIVE_SYNC_HOME',
    flag: '--home',
    about:
      'folder that holds stores, credentials and the embedded server (default: `$XDG_DATA_HOME/gdrive-sync` or `~/.local/share/gdrive-sync`)',
  },
  { variable: 'GDRIVE_SYNC_ACCOUNT', flag: '--account', about: 'account name (default: `default`)' },
  { variable: 'GDRIVE_SYNC_DRIVE_URL', about: "root URL of the Drive API (default: Google's)" },
  { variable: 'GDRIVE_SYNC_OAUTH_URL', about: "root URL of the OAuth server (default: Google's)" },
  { variable: 'GDRIVE_SYNC_ACCESS_TOKEN', about: 'an access token to use instead of a stored login' },
  {
    variable: 'GDRIVE_SYNC_UNITS_PER_MINUTE',
    about:
      'quota units per minute and user that the Google project grants (default: 325000; a list request costs 100, a get request 5)',
  },
  {
    variable: 'GDRIVE_SYNC_LANES',
    about: 'maximum number of parts of a large drive to list at the same time (default: 32)',
  },
  {
    variable: 'GOOGLE_APPLICATION_CREDENTIALS',
    about: 'a Google credentials file: a login or the key of a service account',
  },
  {
    variable: 'TEMPORAL_ADDRESS',
    about:
      "your own Temporal server instead of the embedded one; Temporal's other standard variables apply: `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`",
  },
  {
    variable: 'TEMPORAL_CLI_PATH',
    about: 'the `temporal` binary for the embedded server; any version is accepted',
  },
];

/** The settings of the program, read from the environment and the command line. */
export interface Config {
  home: string;
  account: string;
  /** True if the user named the account. */
  accountNamed: boolean;
  driveUrl: string | undefined;
  oauthUrl: string | undefined;
  accessToken: string | undefined;
  applicationCredentials: string | undefined;
  /** Quota units per minute that may be spent per user. */
  unitsPerMinute: number;
  /** Maximum number of listing loops per source. */
  lanes: number;
  /** True if the user named their own Temporal server. */
  externalTemporal: boolean;
  cacheDir: string;
  env: Environment;
}

function setting(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** The account that a command without `--account` selects. */
export function usualAccount(env: Environment): string {
  return setting(env['GDRIVE_SYNC_ACCOUNT']) ?? 'default';
}

/** Expands a leading `~`: shells do not do so in `--home=~/x`, in quotes, or in a file of variables. */
function inUserHome(path: string | undefined, userHome: string): string | undefined {
  return path?.replace(/^~(?=\/|$)/, () => userHome);
}

/** Rejects URLs with a path: the Google client keeps only the origin and would silently drop it. */
function checkUrl(variable: string, value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/') {
    problems.push(`${variable} is not a root URL such as http://127.0.0.1:8080/`);
    return undefined;
  }
  return url.origin + '/';
}

/** Trims the token: reading it from a file may have added a byte order mark or a line break. */
function checkToken(value: string | undefined, problems: string[]): string | undefined {
  const token = setting(value?.trim());
  if (token === undefined || /^[!#-&(-~]+$/.test(token)) return token;
  problems.push(
    'GDRIVE_SYNC_ACCESS_TOKEN is not an access token: it contains spaces, quotes or other characters that no token has',
  );
  return undefined;
}

/** https://developers.google.com/workspace/drive/api/guides/limits */
const GRANTED_UNITS = 325_000;
/** The cost of one list request. */
const LEAST_UNITS = 100;
/** Enough to use up the quota if a page takes half a second. */
const USUAL_LANES = 32;
const MOST_LANES = 64;

const RANGES = {
  GDRIVE_SYNC_UNITS_PER_MINUTE: { least: LEAST_UNITS, most: 999_999_999, usual: GRANTED_UNITS },
  GDRIVE_SYNC_LANES: { least: 1, most: MOST_LANES, usual: USUAL_LANES },
} as const;

function checkNumber(variable: keyof typeof RANGES, value: string | undefined, problems: string[]): number {
  const { least, most, usual } = RANGES[variable];
  if (value === undefined) return usual;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  problems.push(`${variable} is not a whole number from ${String(least)} to ${String(most)}`);
  return usual;
}

/**
 * Reads the settings; flags override the environment.
 * @throws UserError that names every problem at once.
 */
export function parseConfig(
  env: Environment,
  flags: { home?: string | undefined; account?: string | undefined },
): Config {
  const problems: string[] = [];
  const number = (variable: keyof typeof RANGES): number =>
    checkNumber(variable, setting(env[variable]), problems);
  const userHome = setting(env['HOME']) ?? homedir();
  const dataHome = setting(env['XDG_DATA_HOME']) ?? join(userHome, '.local', 'share');
  const named = flags.account ?? setting(env['GDRIVE_SYNC_ACCOUNT']);
  const account = flags.account ?? usualAccount(env);
  if (flags.home === '') problems.push('--home takes a folder, not an empty text');
  if (!isAccountName(account)) problems.push(notAnAccountName(account));
  const config: Config = {
    home: resolve(
      inUserHome(flags.home ?? setting(env['GDRIVE_SYNC_HOME']), userHome) ?? join(dataHome, 'gdrive-sync'),
    ),
    account,
    accountNamed: named !== undefined,
    driveUrl: checkUrl('GDRIVE_SYNC_DRIVE_URL', setting(env['GDRIVE_SYNC_DRIVE_URL']), problems),
    oauthUrl: checkUrl('GDRIVE_SYNC_OAUTH_URL', setting(env['GDRIVE_SYNC_OAUTH_URL']), problems),
    accessToken: checkToken(setting(env['GDRIVE_SYNC_ACCESS_TOKEN']), problems),
    applicationCredentials: setting(env['GOOGLE_APPLICATION_CREDENTIALS']),
    unitsPerMinute: number('GDRIVE_SYNC_UNITS_PER_MINUTE'),
    lanes: number('GDRIVE_SYNC_LANES'),
    externalTemporal:
      setting(env['TEMPORAL_ADDRESS']) !== undefined || setting(env['TEMPORAL_PROFILE']) !== undefined,
    cacheDir: join(setting(env['XDG_CACHE_HOME']) ?? join(userHome, '.cache'), 'gdrive-sync'),
    env,
  };
  if (problems.length > 0)
    throw new UserError(problems.join('; '), { exitCode: EXIT.usage, hint: 'see `gdrive-sync --help`' });
  return config;
}

/** Makes SQLite accept `file:` URIs as names. Only a URI can say that a database is on read-only media. */
export function allowSqliteUris(): void {
  process.env['SQLITE_USE_URI'] = '1';
}

/** The environment for other programs, which must not see the access token. */
export function withoutSecrets(env: Environment): NodeJS.ProcessEnv {
  return { ...env, GDRIVE_SYNC_ACCESS_TOKEN: undefined };
}

/** The environment of this process. */
export function readEnv(): Environment {
  return process.env;
}
