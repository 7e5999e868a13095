/** A Temporal server of the user's own that stops to answer: a command ends with a sentence, and never stays as a husk. */
import { startEmulator, type Emulator } from '../../emulator';
import {
  expectPlainError,
  openRig,
  OWN_TEMPORAL,
  waitFor,
  type Outcome,
  type Rig,
  type Running,
} from '../support/cli';
import { serverOf } from '../support/patients';
import { startStallingProxy, type StallingProxy } from '../support/stalling-proxy';

const LIMIT_MS = 100_000;
const STALL_MS = 35_000;

let emulator: Emulator;
let server: Rig;
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

/** Runs `up` behind a proxy that may stall at each of its connections. */
async function withStalls(
  onConnection: (made: number, proxy: StallingProxy) => void,
  act: (up: Running, rig: Rig, proxy: StallingProxy) => Promise<void>,
): Promise<void> {
  const rig = openRig(emulator.url, OWN_TEMPORAL);
  const proxy = await startStallingProxy(port, onConnection);
  const settings = {
    TEMPORAL_ADDRESS: `127.0.0.1:${String(proxy.port)}`,
    TEMPORAL_NAMESPACE: 'gdrive-sync',
  };
  try {
    await act(rig.spawn(['up'], settings, LIMIT_MS), rig, proxy);
  } finally {
    await rig.close();
    await proxy.close();
  }
}

function expectUnusable(outcome: Outcome): void {
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(outcome, /Temporal at 127\.0\.0\.1:\d+ \(namespace gdrive-sync\) cannot be used: /);
  expect(outcome.stderr).not.toMatch(/tonic|grpc|Transport|deadline/i);
}

/** The server stalls from one connection on. */
async function stallFrom(ordinal: number): Promise<void> {
  await withStalls(
    (made, proxy) => {
      if (made === ordinal) proxy.stall(true);
    },
    async (up) => expectUnusable(await up.done),
  );
}

/** The time that a start takes differs; the stall meets it in one phase or another. */
async function stallAfter(ms: number): Promise<void> {
  await withStalls(
    (made, proxy) => {
      if (made === 1) setTimeout(() => proxy.stall(true), ms);
    },
    async (up, rig, proxy) => {
      let ended: Outcome | undefined;
      void up.done.then((outcome) => (ended = outcome));
      // Long enough for every deadline of a start.
      const healed = setTimeout(() => proxy.stall(false), STALL_MS);
      await waitFor(
        'it ends, or has synced',
        async () => ended !== undefined || (await rig.jobs()).some(({ state }) => state === 'completed'),
        LIMIT_MS,
      );
      clearTimeout(healed);
      if (ended === undefined) expect(await up.kill('SIGTERM')).toMatchObject({ code: 0 });
      else expectUnusable(ended);
    },
  );
}

test(
  '`up` ends with 1, or syncs in the end, where the server stalls at any moment of its start',
  async () => {
    await Promise.all([stallFrom(1), stallFrom(2), stallAfter(700)]);
  },
  LIMIT_MS + 20_000,
);
