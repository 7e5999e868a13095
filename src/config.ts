import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT, UserError } from './errors';

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
    variable: 'GOOGLE_APPLICATION_CREDENTIALS',
    about: "a credentials file of Google's: a login, or a service account's key",
  },
  {
    variable: 'TEMPORAL_ADDRESS',
    about:
      'your own Temporal server instead of the embedded one; its other standard variables apply: `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`',
  },
  { variable: 'TEMPORAL_CLI_PATH', about: 'the `temporal` binary for the embedded server' },
];

/** Where the program finds what it needs. */
export interface Config {
  home: string;
  account: string;
  driveUrl: string | undefined;
  oauthUrl: string | undefined;
  accessToken: string | undefined;
  applicationCredentials: string | undefined;
  /** Quota units that may be spent for each user. */
  unitsPerMinute: number;
  /** True where the user named a Temporal server of their own. */
  externalTemporal: boolean;
  cacheDir: string;
  env: Environment;
}

const ACCOUNT_NAME = /^[a-z0-9_-][a-z0-9._-]{0,63}$/;

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

/** https://developers.google.com/workspace/drive/api/guides/limits */
const GRANTED_UNITS = 325_000;
/** One list costs so much. */
const LEAST_UNITS = 100;

function checkUnits(value: string | undefined, problems: string[]): number {
  if (value === undefined) return GRANTED_UNITS;
  const units = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (units < LEAST_UNITS)
    problems.push(`GDRIVE_SYNC_UNITS_PER_MINUTE is not a number of units from ${String(LEAST_UNITS)} on`);
  return Math.max(units, LEAST_UNITS);
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
  const userHome = setting(env['HOME']) ?? homedir();
  const dataHome = setting(env['XDG_DATA_HOME']) ?? join(userHome, '.local', 'share');
  const account = flags.account ?? setting(env['GDRIVE_SYNC_ACCOUNT']) ?? 'default';
  if (!ACCOUNT_NAME.test(account)) {
    problems.push(
      `"${account}" is not an account name: use a-z, 0-9, ".", "_" and "-", at most 64, not starting with a dot`,
    );
  }
  const config: Config = {
    home: resolve(flags.home ?? setting(env['GDRIVE_SYNC_HOME']) ?? join(dataHome, 'gdrive-sync')),
    account,
    driveUrl: checkUrl('GDRIVE_SYNC_DRIVE_URL', setting(env['GDRIVE_SYNC_DRIVE_URL']), problems),
    oauthUrl: checkUrl('GDRIVE_SYNC_OAUTH_URL', setting(env['GDRIVE_SYNC_OAUTH_URL']), problems),
    accessToken: setting(env['GDRIVE_SYNC_ACCESS_TOKEN']),
    applicationCredentials: setting(env['GOOGLE_APPLICATION_CREDENTIALS']),
    unitsPerMinute: checkUnits(setting(env['GDRIVE_SYNC_UNITS_PER_MINUTE']), problems),
    externalTemporal:
      setting(env['TEMPORAL_ADDRESS']) !== undefined || setting(env['TEMPORAL_PROFILE']) !== undefined,
    cacheDir: join(setting(env['XDG_CACHE_HOME']) ?? join(userHome, '.cache'), 'gdrive-sync'),
    env,
  };
  if (problems.length > 0)
    throw new UserError(problems.join('; '), { exitCode: EXIT.usage, hint: 'see `gdrive-sync --help`' });
  return config;
}

/** The environment of this process. */
export function readEnv(): Environment {
  return process.env;
}
