/** The commands on accounts, in homes on which no Temporal server has run. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openHome, type Home } from '../../src/process/home';
import { tryWorkerRole } from '../../src/process/worker-role';
import { LOGIN } from '../support/emulated';
import { openSmallCopy, type SmallCopy } from '../support/small-copy';
import { OPENED_AT } from '../support/stores';
import { noteTestWorker } from '../support/worker-notes';

let copy: SmallCopy;
let home: Home;

beforeEach(() => {
  copy = openSmallCopy();
  home = openHome(copy.home);
  jest.spyOn(Date, 'now').mockReturnValue(OPENED_AT + 3 * 3_600_000);
});
afterEach(() => {
  jest.restoreAllMocks();
  copy.close();
});

function logIn(account: string, login: object = LOGIN): void {
  writeFileSync(home.credentialsOf(account), JSON.stringify(login), { mode: 0o600 });
}

/** Without the files beside a store, which a reader may leave. */
const files = () =>
  readdirSync(join(home.path, 'accounts'))
    .filter((name) => !/-(wal|shm)$/.test(name))
    .toSorted();
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('accounts', () => {
  test('lists those with a copy or a login; one that cannot be read does not hide the others', async () => {
    logIn('default');
    logIn('robot', { type: 'authorized_user' });
    logIn('work');
    writeFileSync(home.storeOf('broken'), 'no database');
    const { code, stdout, stderr } = await copy.run(['accounts'], { columns: 80 });
    expect(code).toBe(0);
    expect(linesOf(stdout).map((line) => line.replace(/\S+ [KM]B$/, 'size').trimEnd())).toEqual([
      'ACCOUNT  GOOGLE ACCOUNT  FILES  AS OF           LOGIN             SIZE',
      'broken                          cannot be read  none              11 B',
      'default  me@example.com      8  3 h ago         browser         size',
      'robot                           no copy yet     cannot be read',
      'work                            no copy yet     browser',
    ]);
    expect(stderr).toMatch(/^Account "broken": the store .* is damaged/);
    expect(stderr).toMatch(/^Account "robot": .* has no client_id/m);
  });

  test('gives programs one account per line', async () => {
    logIn('default');
    logIn('work', { type: 'application_default' });
    const { stdout } = await copy.run(['accounts', '--json']);
    expect(linesOf(stdout).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        account: 'default',
        emailAddress: 'me@example.com',
        files: 8,
        currentAt: OPENED_AT,
        login: 'authorized_user',
        loginLost: false,
        size: expect.any(Number) as number,
        store: home.storeOf('default'),
      },
      { account: 'work', login: 'application_default', loginLost: false },
    ]);
  });

  test('says that a job waits for a login', async () => {
    logIn('default');
    const db = new Database(home.storeOf('default'));
    db.exec("UPDATE job SET state = 'waiting', reason = 'needs-login'");
    db.close();
    expect((await copy.run(['accounts'], { columns: 80 })).stdout).toContain('browser (lost)');
  });

  test('says how to make the first one', async () => {
    expect(await copy.run(['accounts'], { env: { GDRIVE_SYNC_HOME: join(home.path, 'empty') } })).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^There are no accounts yet\. Log in with/) as string,
    });
  });
});

describe('account remove', () => {
  test('shows what is lost, asks, and leaves nothing of the account', async () => {
    logIn('default');
    logIn('work');
    noteTestWorker(home, { pid: 2 ** 30, service: false });
    const { code, stdout, stderr } = await copy.run(['account', 'remove', 'default'], {
      columns: 80,
      typed: 'y\n',
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'account "default" is removed\n' });
    const told = linesOf(stderr).slice(0, 4);
    expect(told[0]).toBe('This removes account "default" (me@example.com):');
    expect(told[1]).toMatch(/^ {2}the copy: 8 files, \d+ history events?, 1 job \(\S+ [KM]B\)$/);
    expect(told[2]).toBe('  the login on this machine; --revoke also revokes it at Google');
    expect(told[3]).toMatch(/^Nothing in Google Drive changes/);
    expect(files()).toEqual(['work.credentials.json']);
    expect(existsSync(home.workerFile)).toBe(false);
  });

  test.each([
    { what: 'no', terminal: { columns: 80, typed: 'n\n' }, says: 'nothing was deleted' },
    { what: 'without a terminal', terminal: {}, says: 'needs a confirmation' },
  ])('$what changes nothing', async ({ terminal, says }) => {
    const before = files();
    const { code, stderr } = await copy.run(['account', 'remove', 'default'], terminal);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(says);
    expect(files()).toEqual(before);
  });

  test('a removal that ended before the copy was deleted is finished by the next one', async () => {
    // The login goes first, and the log of the copy goes before the copy.
    writeFileSync(`${home.storeOf('default')}-shm`, '');
    expect((await copy.run(['account', 'remove', 'default', '--yes'])).code).toBe(0);
    expect(files()).toEqual([]);
  });

  test('a damaged copy can be removed', async () => {
    writeFileSync(home.storeOf('broken'), 'no database');
    const { code, stderr } = await copy.run(['account', 'remove', 'broken', '--yes']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('the copy: it cannot be read (11 B)'),
    });
    expect(home.accounts()).toEqual(['default']);
  });
});

describe('account rename', () => {
  test('keeps the copy, its history and the login', async () => {
    logIn('default');
    const before = await copy.run(['history', '--json']);
    expect(await copy.run(['account', 'rename', 'default', 'private'])).toEqual({
      code: 0,
      stdout: 'account "default" is now "private"; its copy, history and login stay\n',
      stderr: '',
    });
    expect(files()).toEqual(['private.credentials.json', 'private.db']);
    expect((await copy.run(['history', '--json', '--account', 'private'])).stdout).toBe(before.stdout);
  });

  test('finishes a rename that ended after the login had moved', async () => {
    logIn('private');
    expect((await copy.run(['account', 'rename', 'default', 'private', '--json'])).stdout).toBe(
      '{"account":"private","from":"default","result":"renamed"}\n',
    );
    expect(files()).toEqual(['private.credentials.json', 'private.db']);
  });

  test.each([
    { to: 'default', says: 'the two names are the same' },
    { to: 'work', says: 'there is an account "work" already' },
    { to: 'No name', says: '"No name" is not an account name: use up to 64 characters' },
    { to: '../x', says: '"../x" is not an account name' },
  ])('refuses the new name $to', async ({ to, says }) => {
    logIn('default');
    logIn('work');
    const before = files();
    const { code, stderr } = await copy.run(['account', 'rename', 'default', to]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
    expect(files()).toEqual(before);
  });

  test('is refused while another program has the copy open', async () => {
    const db = new Database(home.storeOf('default'));
    db.prepare('SELECT count(*) FROM file').get();
    try {
      const { code, stderr } = await copy.run(['account', 'rename', 'default', 'private']);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/another program has the store of account "default" open\nhint: close/),
      });
      expect(home.accounts()).toEqual(['default']);
    } finally {
      db.close();
    }
  });
});

describe.each([
  ['remove', 'wrok', '--yes'],
  ['rename', 'wrok', 'new'],
])('account %s', (...args) => {
  test('names the known accounts if the name is unknown', async () => {
    logIn('work');
    const { code, stderr } = await copy.run(['account', ...args]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'gdrive-sync: there is no account "wrok" here\nhint: existing accounts: default, work\n',
    });
  });

  test('is refused while a worker runs', async () => {
    const role = tryWorkerRole(home);
    noteTestWorker(home, { service: false });
    try {
      const { code, stderr } = await copy.run(
        ['account', ...args].map((arg) => (arg === 'wrok' ? 'default' : arg)),
      );
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `gdrive-sync: process ${String(process.pid)} works in this home and may have the account open\nhint: stop that \`gdrive-sync up\` or \`gdrive-sync sync\` first\n`,
      });
      expect(home.accounts()).toEqual(['default']);
    } finally {
      role?.release();
    }
  });
});

test('an account with only a login is named, and says how to create the copy', async () => {
  logIn('work');
  expect((await copy.run(['--account', 'work', 'search', 'x'])).stderr).toBe(
    'gdrive-sync: account "work" has a login, but no copy yet\nhint: create the copy with `gdrive-sync --account work sync`\n',
  );
  expect((await copy.run(['--account', 'wrok', 'search', 'x'])).stderr).toContain(
    'existing accounts: default, work',
  );
});

/** The last line that `status` says on stderr. */
async function status(...args: string[]) {
  const { code, stderr } = await copy.run(['status', ...args]);
  expect(code).toBe(0);
  return linesOf(stderr).at(-1);
}

describe('status before there is a job', () => {
  test('says to log in', async () => {
    await copy.run(['account', 'remove', 'default', '--yes']);
    expect(await status()).toMatch(/ Log in with `gdrive-sync auth login`, or try `gdrive-sync demo`\.$/);
  });

  test('says to sync, if there is a login', async () => {
    logIn('work');
    expect(await status('--account', 'work')).toBe(
      'No jobs yet. Start one with `gdrive-sync --account work sync`.',
    );
  });

  test('names the known accounts if the name is unknown', async () => {
    logIn('work');
    expect(await copy.run(['--account', 'wrok', 'status'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gdrive-sync: there is no account "wrok" here\nhint: existing accounts: default, work\n',
    });
    expect((await copy.run(['--account', 'wrok', 'auth', 'status'])).stderr).toContain(
      'log in with `gdrive-sync --account wrok auth login`, or choose another account: default, work',
    );
  });
});
