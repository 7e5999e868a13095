import { startEmulator, type Emulator } from '../../emulator';
import { expectPlainError, openRig, type Rig } from '../support/cli';

let emulator: Emulator;
let rig: Rig;

async function setUp(scope: 'readonly' | 'metadata' = 'readonly'): Promise<string[]> {
  emulator = await startEmulator({
    corpus: {
      kind: 'seed',
      seed: 7,
      files: 200,
      drives: [
        { name: 'Team \u001b[31m', files: 40 },
        { name: 'Finance', files: 10 },
      ],
    },
    scope,
  });
  rig = openRig(emulator.url);
  return emulator.world.drives().map(({ id }) => id);
}

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

const drivesOf = async (): Promise<unknown> =>
  (JSON.parse((await rig.run(['--json', 'sql', 'SELECT drives FROM store'])).stdout) as { drives: string })
    .drives;

test('a drive that the account cannot see is refused with the list of drives, and nothing changes', async () => {
  const [team = '', finance = ''] = await setUp();
  expect((await rig.run(['sync'])).code).toBe(0);
  const files = (await rig.run(['export'])).stdout;
  for (const drives of ['root', '0AmistypedmistypedPVA', team.toLowerCase(), `${team},root`]) {
    const outcome = await rig.run(['sync', '--drives', drives]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expectPlainError(outcome, /the account cannot see a shared drive with the id /);
    expect(outcome.stderr).toContain(`${team} (Team \uFFFD[31m)`);
    expect(outcome.stderr).toContain(`${finance} (Finance)`);
  }
  for (const command of ['initiate', 'up'])
    expect(await rig.run([command, '--drives', 'root'])).toMatchObject({ code: 2, stdout: '' });
  expect(await drivesOf()).toBe('all');
  expect((await rig.run(['export'])).stdout).toBe(files);
}, 120_000);

test('what goes out of scope is counted, and comes back by another case of the word', async () => {
  const [team = ''] = await setUp();
  expect((await rig.run(['sync'])).code).toBe(0);
  const { stdout } = await rig.run(['sync', '--drives', team]);
  expect(stdout).toMatch(/^10 files went out of scope: /m);
  const none = JSON.parse((await rig.run(['sync', '--drives', 'None', '--json'])).stdout) as object;
  expect(none).toMatchObject({ state: 'completed', outOfScope: 40 });
  expect(await drivesOf()).toBe('none');
  const again = await rig.run(['sync', '--drives', 'ALL']);
  expect(again.code).toBe(0);
  expect(again.stdout).not.toContain('out of scope');
  expect(await drivesOf()).toBe('all');
}, 120_000);

test('a login that may not list the drives asks for the one that is named', async () => {
  const [team = ''] = await setUp('metadata');
  const refused = await rig.run(['sync', '--drives', 'root']);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expectPlainError(refused, /cannot see a shared drive with the id root/);
  const followed = await rig.run(['sync', '--drives', team]);
  expect(followed.code).toBe(0);
  expect(followed.stderr).not.toContain('Cannot check');
  expect(emulator.counts['drives.list']).toBe(2);
}, 120_000);

test('a drive that nobody can say anything of is taken as given, with a warning', async () => {
  const [team = ''] = await setUp();
  expect((await rig.run(['sync', '--drives', 'none'])).code).toBe(0);
  const outcome = await rig.run(['initiate', '--drives', team], {
    GDRIVE_SYNC_DRIVE_URL: 'http://127.0.0.1:1/',
  });
  expect(outcome.code).toBe(0);
  expect(outcome.stderr).toMatch(
    /Cannot check the shared drives given with --drives now: Google Drive cannot be reached/,
  );
  expect(await drivesOf()).toBe(JSON.stringify([team]));
}, 120_000);
