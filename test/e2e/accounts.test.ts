import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { startEmulator } from '../../emulator';
import { difference, EXACT, openRig, waitFor } from '../support/cli';
import { LOGIN } from '../support/emulated';

async function isExact(...[rig, cloud]: Parameters<typeof difference>): Promise<boolean> {
  return isDeepStrictEqual(await difference(rig, cloud), EXACT);
}

test('one `up` keeps several accounts current side by side, each in its own store', async () => {
  const emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 91, files: 300, drives: [{ name: 'Team', files: 40 }] },
    others: [
      {
        accessToken: 'second-token',
        refreshToken: 'second-refresh',
        corpus: { kind: 'seed', seed: 92, files: 200 },
      },
    ],
  });
  const rig = openRig(emulator.url, { GDRIVE_SYNC_OAUTH_URL: emulator.url });
  try {
    const second = {
      run: async (args: readonly string[]) => await rig.run(['--account', 'second', ...args]),
    };
    // Made by a command, so that the home is there.
    await rig.run(['status']);
    writeFileSync(
      join(rig.home, 'accounts', 'second.credentials.json'),
      JSON.stringify({ ...LOGIN, refresh_token: 'second-refresh' }),
      { mode: 0o600 },
    );
    expect(await second.run(['initiate'])).toMatchObject({ code: 0 });
    const up = rig.spawn(['up', '--every', '5s']);
    const isDone = async (): Promise<boolean> => {
      const jobs = await rig.jobs();
      const done = jobs.filter(({ state }) => state === 'completed').map(({ account }) => account);
      return done.includes('default') && done.includes('second');
    };
    await waitFor('both accounts are synced', isDone);
    emulator.world.createFile({ name: 'mine' });
    const theirs = emulator.other(0);
    theirs.world.createFile({ name: 'theirs' });
    await waitFor('the first is exact', async () => await isExact(rig, emulator));
    await waitFor('the second is exact', async () => await isExact(second, theirs));
    await up.kill('SIGINT');
  } finally {
    await rig.close();
    await emulator.close();
  }
});
