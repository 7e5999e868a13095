import { startEmulator, type Emulator } from '../../emulator';
import {
  difference,
  EXACT,
  openRig,
  OWN_TEMPORAL,
  pagesAsked,
  pagesReach,
  waitFor,
  type Rig,
} from '../support/cli';

const FILES = 4_000;
const PAGE_CAP = 100;

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 11, files: FILES },
    pageCap: PAGE_CAP,
    latencyMs: 60,
  });
});

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

/** A lane has at most one page that is being committed and one that it has asked for ahead. */
const PAGES_IN_FLIGHT = 2;

test.each([
  [1, [15]],
  [8, [3, 15, 28]],
])(
  'a sync of %i lanes killed with kill -9 at pages %j ends exact and asks hardly a page twice',
  async (lanes, kills) => {
    rig = openRig(emulator.url, { ...OWN_TEMPORAL, GDRIVE_SYNC_LANES: String(lanes) });
    for (const page of kills) {
      const sync = rig.spawn(['sync']);
      await pagesReach(emulator, page, sync);
      expect(await sync.kill('SIGKILL')).toMatchObject({ code: null });
      await waitFor('the server follows its killed owner', () => rig.servers().length === 0, 3_000);
    }
    const last = await rig.run(['sync']);
    expect(last).toEqual({ ...last, code: 0, stdout: expect.stringContaining('completed') });

    const jobs = await rig.jobs();
    expect(jobs).toEqual([expect.objectContaining({ state: 'completed', files: FILES })]);
    expect(await difference(rig, emulator)).toEqual(EXACT);
    const committed = jobs[0]!.pages;
    expect(pagesAsked(emulator)).toBeGreaterThanOrEqual(committed);
    expect(pagesAsked(emulator)).toBeLessThanOrEqual(committed + lanes * PAGES_IN_FLIGHT * kills.length);
  },
);

test('a sync whose Temporal server is killed with kill -9 goes on and ends exact', async () => {
  rig = openRig(emulator.url, { ...OWN_TEMPORAL, GDRIVE_SYNC_LANES: '1' });
  const sync = rig.spawn(['sync']);
  await pagesReach(emulator, 10, sync);
  const [server] = rig.servers();
  process.kill(server!, 'SIGKILL');
  const { code, stderr } = await sync.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr });

  const jobs = await rig.jobs();
  expect(jobs).toEqual([expect.objectContaining({ state: 'completed', files: FILES })]);
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect(pagesAsked(emulator)).toBeLessThanOrEqual(jobs[0]!.pages + PAGES_IN_FLIGHT);
});
