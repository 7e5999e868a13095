/** Logins that end before anybody has talked to Google. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere, type Terminal } from '../support/in-process';
import { writeSecrets } from '../support/login';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gdrive-sync-login-'));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

const logIn = async (args: readonly string[], terminal: Terminal = {}) =>
  await runHere(['auth', 'login', ...args], { ...terminal, env: { HOME: home, GDRIVE_SYNC_HOME: home } });

test('without an OAuth client, it lists the steps to one, each line with its link', async () => {
  const { code, stderr } = await logIn([], { columns: 80 });
  expect(code).toBe(2);
  expect(stderr).toContain('https://console.cloud.google.com/auth/clients\n');
  expect(stderr).toMatch(
    /\ngdrive-sync: the first login needs an OAuth client of your own\nhint: .*auth login --client-secrets/,
  );
  expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('the hint names the account that logs in', async () => {
  const { stderr } = await logIn(['--account', 'work']);
  expect(stderr).toContain('`gdrive-sync --account work auth login --client-secrets <file>`');
});

test.each([
  { typed: '', says: '' },
  { typed: 'what?\n', says: 'This is not the address that Google sent the browser to' },
])('it ends with its input, after saying what is wrong with $typed', async ({ typed, says }) => {
  const args = ['--no-browser', '--no-shared-drives', '--client-secrets', writeSecrets({ home })];
  const { code, stderr } = await logIn(args, { typed });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/gdrive-sync: the input ended before the login was complete\nhint: /),
  });
  expect(stderr).toContain(says);
});
