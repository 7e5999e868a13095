import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT, UserError } from './errors';
import { isAccountName } from './process/home';

/** What the environment holds; only this module reads the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  variable: string;
  flag?: string;
  about: string;
}

/** Every setting there is; the README's table is generated from this one. */
export const SETTINGS: readonly Setting[] = [
  {
    variable: 'GDRIVE_SYNC_HOME',
    flag: '--home',
    about:
      'folder of stores, credentials and the embedded server (default: `$XDG_DATA_HOME/gdrive-sync` or `~/.local/share/gdrive-sync`)',
  },
  { variable: 'GDRIVE_SYNC_ACCOUNT', flag: '--account', about: 'account name (default: `default`)' },
  { variable: 'GDRIVE_SYNC_DRIVE_URL', about: "root URL of the Drive API (default: Google's)" },
  { variable: 'GDRIVE_SYNC_OAUTH_URL', about: "root URL of the OAuth server (default: Google's)" },
  { variable: 'GDRIVE_SYNC_ACCESS_TOKEN', about: 'a ready bearer token instead of a stored login' },
  {
    variable: 'GDRIVE_SYNC_UNITS_PER_MINUTE',
    about:
      'quota units that the Google project grants each user a minute (default: 325000; a list costs 100, a look-up 5)',
  },
  {
    variable: 'GDRIVE_SYNC_LANES',
    about: 'how many parts of a large drive are listed at once at most (default: 32)',
  },
  {
    variable: 'GOOGLE_APPLICATION_CREDENTIALS',
    about: "a credentials file of Google's: a login, or a service account's key",
  },
  {
    variable: 'TEMPORAL_ADDRESS',
    about:
      'your own Temporal server instead of the embedded one; its other standard variables apply: `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`',
  },
  {
    variable: 'TEMPORAL_CLI_PATH',
    about: 'the `temporal` binary for the embedded server, whatever its version',
  },
];

/** Where the program finds what it needs. */
export interface Config {
  home: string;
  account: string;
  /** True where the user named the account. */
  accountNamed: boolean;
  driveUrl: string | undefined;
  oauthUrl: string | undefined;
  accessToken: string | undefined;
  applicationCredentials: string | undefined;
  /** Quota units that may be spent for each user. */
  unitsPerMinute: number;
  /** Listing loops of one source at most. */
  lanes: number;
  /** True where the user named a Temporal server of their own. */
  externalTemporal: boolean;
  cacheDir: string;
  env: Environment;
}

function setting(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** The Google client keeps only the origin of a root URL, so a path would be dropped in silence. */
function checkUrl(variable: string, value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/') {
    problems.push(`${variable} is not a root URL such as http://127.0.0.1:8080/`);
    return undefined;
  }
  return url.origin + '/';
}

/** A file that the token was read from may have added a byte order mark or a line break, which are no part of it. */
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
/** What one list costs. */
const LEAST_UNITS = 100;
/** Enough to use up the quota where a page takes half a second. */
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
  const account = named ?? 'default';
  if (!isAccountName(account)) {
    problems.push(
      `"${account}" is not an account name: use a-z, 0-9, ".", "_" and "-", at most 64, not starting with a dot`,
    );
  }
  const config: Config = {
    home: resolve(flags.home ?? setting(env['GDRIVE_SYNC_HOME']) ?? join(dataHome, 'gdrive-sync')),
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

/** Has SQLite take names that begin with `file:` for URIs: only one can say that a database lies on read-only media. */
export function allowSqliteUris(): void {
  process.env['SQLITE_USE_URI'] = '1';
}

/** The environment for other programs: credentials are none of their business. */
export function withoutSecrets(env: Environment): NodeJS.ProcessEnv {
  return { ...env, GDRIVE_SYNC_ACCESS_TOKEN: undefined };
}

/** The environment of this process. */
export function readEnv(): Environment {
  return process.env;
}
