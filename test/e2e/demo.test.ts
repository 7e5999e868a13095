/** The first command that a newcomer runs. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../src/process/home';
import { runHere } from '../support/in-process';
import { openTestStore } from '../support/stores';
import { openRig, type Rig } from '../support/cli';

let rig: Rig | undefined;

afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

test('it kills the sync, resumes it, changes the Drive, and is exact twice', async () => {
  rig = openRig('http://127.0.0.1:9/', {
    GDRIVE_SYNC_DRIVE_URL: undefined,
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
  });
  const { code, stdout, stderr } = await rig.run(['demo', '--files', '4000'], {}, 120_000);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout, stderr });
  expect(stderr).toMatch(/Killed the sync with SIGKILL after [\d,]+ of [\d,]+ files/);
  expect(stdout.match(/^EXACT: [\d,]+ files equal in every field, 0 different/gm)).toHaveLength(2);
  expect(stdout).toContain('What uses the space?');
  expect(stdout).toMatch(/sheet Instruments/);
  expect(stdout).toMatch(/slide 2/);
  const [, ...next] = stdout.slice(stdout.indexOf('Next:')).split('\n  gdrive-sync ');
  expect(next.length).toBeGreaterThan(3);
  for (const command of next) {
    const [args = ''] = command.split(/ \||\n/, 1);
    expect(args).toContain(`--home ${join(rig.home, 'demo')} `);
    expect(await rig.run(args.split(' '))).toMatchObject({ code: 0 });
  }
  expect((await rig.run(['accounts'])).stderr).toMatch(/^There are no accounts yet/);
}, 120_000);

test("an account of somebody else in the demo's home is left alone", async () => {
  const home = mkdtempSync(join(tmpdir(), 'gdrive-sync-demo-'));
  try {
    const path = openHome(join(home, 'demo')).storeOf('default');
    openTestStore(path).store.close();
    const { code, stderr } = await runHere(['--home', home, 'demo', '--files', '100'], {
      env: { HOME: home },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gdrive-sync: the home of the demo, .*, holds another account/);
    expect(existsSync(path)).toBe(true);
  } finally {
    rmSync(home, { recursive: true });
  }
});
