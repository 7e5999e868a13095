/** Renaming and removing an account that has jobs and a schedule in Temporal. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '../../emulator';
import { expectPlainError, openRig, waitFor, type Outcome } from '../support/cli';
import { LOGIN } from '../support/emulated';

test('both wait for the end of a job, a rename moves the schedule, and a removal leaves nothing', async () => {
  const emulator = await startEmulator({ corpus: { kind: 'seed', seed: 71, files: 200 } });
  const rig = openRig(emulator.url, {
    GDRIVE_SYNC_OAUTH_URL: emulator.url,
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
  });
  const succeeds = async (...args: string[]): Promise<Outcome> => {
    const outcome = await rig.run(args);
    expect(outcome).toEqual({ ...outcome, code: 0 });
    return outcome;
  };
  try {
    await succeeds('accounts');
    const login = (account: string) => join(rig.home, 'accounts', `${account}.credentials.json`);
    writeFileSync(login('old'), JSON.stringify(LOGIN), { mode: 0o600 });
    await succeeds('--account', 'old', 'schedule', 'set', '--every', '2h');
    await succeeds('--account', 'old', 'schedule', 'pause');
    await succeeds('--account', 'old', 'sync');
    const history = await succeeds('--account', 'old', 'history', '--json');

    await succeeds('--account', 'old', 'initiate');
    for (const change of [
      ['rename', 'old', 'new'],
      ['remove', 'old', '--yes'],
    ]) {
      const refused = await rig.run(['account', ...change]);
      expect(refused.code).toBe(1);
      expectPlainError(refused, /job \w+ of account "old" has not ended/);
    }
    await succeeds('--account', 'old', 'cancel');

    expect((await succeeds('account', 'rename', 'old', 'new')).stdout).toContain(
      'its schedule, copy, history',
    );
    const shown = await succeeds('--account', 'new', '--json', 'schedule', 'show');
    expect(JSON.parse(shown.stdout)).toMatchObject({ account: 'new', everyMs: 7_200_000, paused: true });
    expect((await succeeds('--account', 'new', 'history', '--json')).stdout).toBe(history.stdout);
    await succeeds('--account', 'new', 'sync');
    expect((await rig.jobs()).map(({ account }) => account)).toEqual(['new', 'new', 'new']);

    const removed = await succeeds('account', 'remove', 'new', '--revoke', '--yes');
    expect(removed.stderr).toMatch(
      /the copy: 200 files, .* 3 jobs .*\n {2}the schedule: every 2h\n {2}the login, which is revoked/,
    );
    expect(emulator.counts['oauth2.revoke']).toBe(1);
    expect([login('new'), join(rig.home, 'accounts', 'new.db')].filter((path) => existsSync(path))).toEqual(
      [],
    );
    await waitFor('Temporal lists no job', async () => (await rig.jobs()).length === 0);
    expect((await succeeds('accounts')).stdout).toBe('');
  } finally {
    await rig.close();
    await emulator.close();
  }
});
