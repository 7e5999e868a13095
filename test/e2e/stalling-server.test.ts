/** A Temporal server of the user's own that stops to answer: a command ends with a sentence, and never stays as a husk. */
import { startEmulator, type Emulator } from '../../emulator';
import {
  expectPlainError,
  openRig,
  OWN_TEMPORAL,
  waitFor,
  type Env,
  type Outcome,
  type Rig,
} from '../support/cli';
import { serverOf } from '../support/patients';
import { startStallingProxy, type StallingProxy } from '../support/stalling-proxy';

const LIMIT_MS = 100_000;
const STALL_MS = 35_000;

let emulator: Emulator;
let server: Rig;
let rig: Rig;
let proxy: StallingProxy | undefined;
let port: number;

beforeAll(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 5, files: 40 } });
  server = openRig(emulator.url, OWN_TEMPORAL);
  server.spawn(['up', '--every', 'never'], {}, 600_000);
  ({ port } = await waitFor('the server is up', () => serverOf(server.home)));
});

afterAll(async () => {
  await server.close();
  await emulator.close();
});

beforeEach(() => {
  rig = openRig(emulator.url, OWN_TEMPORAL);
});

afterEach(async () => {
  await rig.close();
  await proxy?.close();
});

function settings({ port: at }: StallingProxy): Env {
  return { TEMPORAL_ADDRESS: `127.0.0.1:${String(at)}`, TEMPORAL_NAMESPACE: 'gdrive-sync' };
}

test.each([1, 2])(
  '`up` ends with 1 where the server stalls from connection %i on',
  async (ordinal) => {
    proxy = await startStallingProxy(port, (made, each) => {
      if (made === ordinal) each.stall(true);
    });
    const up = rig.spawn(['up', '--every', 'never'], settings(proxy), LIMIT_MS);
    const outcome = await up.done;
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /Temporal at 127\.0\.0\.1:\d+ \(namespace gdrive-sync\) cannot be used: /);
    expect(outcome.stderr).not.toMatch(/tonic|grpc|Transport|deadline/i);
  },
  LIMIT_MS + 20_000,
);

/** The time that it takes to start differs; a stall meets it in one phase or another. */
test.each([700])(
  '`up` works or ends with 1 where the server stalls %i ms after the first connection',
  async (afterMs) => {
    proxy = await startStallingProxy(port, (made, each) => {
      if (made === 1) setTimeout(() => each.stall(true), afterMs);
    });
    const up = rig.spawn(['up'], settings(proxy), LIMIT_MS);
    let ended: Outcome | undefined;
    void up.done.then((outcome) => (ended = outcome));
    // Long enough for every deadline of a start.
    const healed = setTimeout(() => proxy?.stall(false), STALL_MS);
    await waitFor(
      'it ends, or has synced',
      async () => ended !== undefined || (await rig.jobs()).some(({ state }) => state === 'completed'),
      LIMIT_MS,
    );
    clearTimeout(healed);
    if (ended === undefined) expect(await up.kill('SIGTERM')).toMatchObject({ code: 0 });
    else {
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expectPlainError(ended, /Temporal at 127\.0\.0\.1:\d+ \(namespace gdrive-sync\) cannot be used: /);
    }
  },
  LIMIT_MS + 20_000,
);
