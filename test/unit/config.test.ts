import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseConfig, SETTINGS, type Environment } from '../../src/config';
import { EXIT, UserError } from '../../src/errors';

const HOME = '/home/somebody';

function problem(env: Environment, flags: Parameters<typeof parseConfig>[1] = {}): UserError {
  try {
    parseConfig({ HOME, ...env }, flags);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('there is no problem');
}

test('without settings everything has its default', () => {
  expect(parseConfig({ HOME }, {})).toEqual({
    home: '/home/somebody/.local/share/gdrive-sync',
    account: 'default',
    accountNamed: false,
    driveUrl: undefined,
    oauthUrl: undefined,
    accessToken: undefined,
    applicationCredentials: undefined,
    unitsPerMinute: 325_000,
    lanes: 32,
    externalTemporal: false,
    cacheDir: '/home/somebody/.cache/gdrive-sync',
    env: { HOME },
  });
});

test('an empty environment falls back to the home of the user', () => {
  expect(parseConfig({}, {}).home).toBe(join(homedir(), '.local', 'share', 'gdrive-sync'));
});

test('an empty variable counts as not set', () => {
  const names = [...SETTINGS.map(({ variable }) => variable), 'XDG_DATA_HOME', 'XDG_CACHE_HOME'];
  const env = { HOME, ...Object.fromEntries(names.map((name) => [name, ''])) };
  expect(parseConfig(env, {})).toEqual({ ...parseConfig({ HOME }, {}), env });
});

test.each([
  { env: { XDG_DATA_HOME: '/data' }, flags: {}, home: '/data/gdrive-sync' },
  { env: { XDG_DATA_HOME: '/data', GDRIVE_SYNC_HOME: '/mine' }, flags: {}, home: '/mine' },
  { env: { GDRIVE_SYNC_HOME: '/mine' }, flags: { home: '/flag' }, home: '/flag' },
  { env: {}, flags: { home: 'here' }, home: resolve('here') },
  { env: { GDRIVE_SYNC_HOME: '~/drive' }, flags: {}, home: `${HOME}/drive` },
  { env: {}, flags: { home: '~' }, home: HOME },
  { env: {}, flags: { home: '~other/drive' }, home: resolve('~other/drive') },
])('the home of $env with the flags $flags is $home', ({ env, flags, home }) => {
  expect(parseConfig({ HOME, ...env }, flags).home).toBe(home);
});

test.each([
  ['GDRIVE_SYNC_LANES', '0'],
  ['GDRIVE_SYNC_LANES', '65'],
  ['GDRIVE_SYNC_LANES', 'many'],
  ['GDRIVE_SYNC_UNITS_PER_MINUTE', '99'],
  ['GDRIVE_SYNC_UNITS_PER_MINUTE', '1e6'],
])('%s=%s is refused by name', (variable, value) => {
  expect(problem({ [variable]: value }).message).toMatch(
    new RegExp(`^${variable} is not a whole number from \\d+ to \\d+$`),
  );
});

test('lanes and units are taken as they are given', () => {
  const env = { HOME, GDRIVE_SYNC_LANES: '16', GDRIVE_SYNC_UNITS_PER_MINUTE: '12000' };
  expect(parseConfig(env, {})).toMatchObject({ lanes: 16, unitsPerMinute: 12_000 });
});

test('a flag goes before its variable', () => {
  expect(parseConfig({ HOME, GDRIVE_SYNC_ACCOUNT: 'env' }, { account: 'flag' }).account).toBe('flag');
  expect(parseConfig({ HOME, GDRIVE_SYNC_ACCOUNT: 'env' }, {}).account).toBe('env');
});

test.each(['a', 'work', 'me.at_work-2', '_x', '-x', '0', 'a'.repeat(64)])(
  '%j is an account name',
  (account) => {
    expect(parseConfig({ HOME }, { account }).account).toBe(account);
  },
);

test.each([
  '',
  '.',
  '..',
  '.hidden',
  '../x',
  'a/b',
  String.raw`a\b`,
  'A',
  'ä',
  'a b',
  'a\n',
  'a\u0000',
  'a'.repeat(65),
])('%j is no account name', (account) => {
  const error = problem({}, { account });
  expect(error.message).toContain('is not an account name');
  expect(error.exitCode).toBe(EXIT.usage);
});

test.each([
  { value: 'http://127.0.0.1:8080', url: 'http://127.0.0.1:8080/' },
  { value: 'http://127.0.0.1:8080/', url: 'http://127.0.0.1:8080/' },
  { value: 'https://drive.example', url: 'https://drive.example/' },
])('$value is the root URL $url', ({ value, url }) => {
  const { driveUrl, oauthUrl } = parseConfig(
    { HOME, GDRIVE_SYNC_DRIVE_URL: value, GDRIVE_SYNC_OAUTH_URL: value },
    {},
  );
  expect([driveUrl, oauthUrl]).toEqual([url, url]);
});

test.each(['127.0.0.1:8080', 'ftp://x/', 'http://x/path', 'file:///etc', 'nonsense'])(
  '%j is no root URL',
  (value) => {
    expect(problem({ GDRIVE_SYNC_DRIVE_URL: value }).message).toContain('GDRIVE_SYNC_DRIVE_URL');
    expect(problem({ GDRIVE_SYNC_OAUTH_URL: value }).message).toContain('GDRIVE_SYNC_OAUTH_URL');
  },
);

test('all problems are named at once', () => {
  const { message, hint, exitCode } = problem({
    GDRIVE_SYNC_ACCOUNT: '../x',
    GDRIVE_SYNC_DRIVE_URL: 'nonsense',
    GDRIVE_SYNC_OAUTH_URL: 'nonsense',
  });
  expect(message).toMatch(/"\.\.\/x".*GDRIVE_SYNC_DRIVE_URL.*GDRIVE_SYNC_OAUTH_URL/);
  expect(hint).toContain('--help');
  expect(exitCode).toBe(EXIT.usage);
});

test.each([
  { env: { TEMPORAL_ADDRESS: '127.0.0.1:7233' }, external: true },
  { env: { TEMPORAL_PROFILE: 'cloud' }, external: true },
  { env: { TEMPORAL_NAMESPACE: 'mine' }, external: false },
])('$env names an own Temporal server: $external', ({ env, external }) => {
  expect(parseConfig({ HOME, ...env }, {}).externalTemporal).toBe(external);
});

test('credentials are taken as they are', () => {
  const env = { HOME, GDRIVE_SYNC_ACCESS_TOKEN: 'ya29.x', GOOGLE_APPLICATION_CREDENTIALS: '/c.json' };
  expect(parseConfig(env, {})).toMatchObject({ accessToken: 'ya29.x', applicationCredentials: '/c.json' });
});

test.each(['ya29.a_b-c', '\ufeffya29.a_b-c', 'ya29.a_b-c\r\n', ' ya29.a_b-c\t', '\ufeff ya29.a_b-c\n\n'])(
  'the access token in %j is read without what surrounds it',
  (value) => {
    expect(parseConfig({ HOME, GDRIVE_SYNC_ACCESS_TOKEN: value }, {}).accessToken).toBe('ya29.a_b-c');
  },
);

test.each(['ya29 a', '"ya29.a"', 'Bearer ya29.a', 'ya29\na', 'ya29\u200b', 'yä29'])(
  '%j is no access token, which is said without telling it',
  (value) => {
    const { message } = problem({ GDRIVE_SYNC_ACCESS_TOKEN: value });
    expect(message).toMatch(/^GDRIVE_SYNC_ACCESS_TOKEN is not an access token/);
    expect(message).not.toMatch(/29/);
  },
);

test.each(['\ufeff', ' \r\n'])('an access token of %j counts as not set', (value) => {
  expect(parseConfig({ HOME, GDRIVE_SYNC_ACCESS_TOKEN: value }, {}).accessToken).toBeUndefined();
});

test.each([
  [{}, {}, false],
  [{ GDRIVE_SYNC_ACCOUNT: '' }, {}, false],
  [{ GDRIVE_SYNC_ACCOUNT: 'work' }, {}, true],
  [{}, { account: 'work' }, true],
  [{ GDRIVE_SYNC_ACCOUNT: '' }, { account: 'default' }, true],
])('with %j and the flags %j the account is named: %s', (env, flags, isNamed) => {
  expect(parseConfig({ HOME, ...env }, flags).accountNamed).toBe(isNamed);
});
