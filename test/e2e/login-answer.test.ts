import { startEmulator, type Emulator } from '../../src/emulator';
import { consent } from '../support/browser';
import { openRig, type Rig } from '../support/cli';
import { addressOf, startLogin } from '../support/login';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 5, files: 10 } });
  rig = openRig(emulator.url, { GDRIVE_SYNC_ACCESS_TOKEN: undefined, GDRIVE_SYNC_OAUTH_URL: emulator.url });
});
afterEach(async () => {
  await rig.close();
  await emulator.close();
});

test('--quiet leaves the address that has to be opened, and nothing else', async () => {
  const running = startLogin(rig, '--quiet', '--no-shared-drives');
  const address = await addressOf(running);
  const { stderr } = running;
  running.type(await consent(address));
  expect(await running.done).toMatchObject({ code: 0, stderr });
});
