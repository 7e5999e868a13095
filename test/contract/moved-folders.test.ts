/** A folder moves to another source, and its contents change there before the next sync. Only the new source's log reports those changes. */
import { createEmulation, type Emulation } from '../../emulator';
import { createEngine, type Engine } from '../support/engine';

const FILES = 30;

let cloud: Emulation;
let engine: Engine;
/** Folders inside each other, each with a file, and the last one with many. */
let top: string, middle: string, low: string;
let fileInMiddle: string, fileInLow: string;

beforeEach(async () => {
  const drives = ['One', 'Two'].map((name) => ({ name, files: 10 }));
  cloud = await createEmulation({ corpus: { kind: 'seed', seed: 1, files: 30, drives }, pageCap: 100 });
  engine = createEngine(cloud);
});
afterEach(() => engine.close());

const driveAt = (at: number): string => cloud.world.drives()[at]?.id ?? '';

async function buildIn(parent: string): Promise<void> {
  const { world } = cloud;
  top = world.createFolder({ parent });
  middle = world.createFolder({ parent: top });
  low = world.createFolder({ parent: middle });
  fileInMiddle = world.createFile({ parent: middle });
  for (let count = 0; count < FILES; count++) fileInLow = world.createFile({ parent: low });
  await syncExactly();
}

async function syncExactly(): Promise<void> {
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
}

interface Move {
  from: string;
  to: string;
}

/** They differ in which log is read first, and in whether the destination has a log. */
const moves: Record<string, () => Move> = {
  'from My Drive to a shared drive': () => ({ from: cloud.world.rootId, to: driveAt(0) }),
  'from a shared drive to My Drive': () => ({ from: driveAt(0), to: cloud.world.rootId }),
  'from the first shared drive to the second': () => ({ from: driveAt(0), to: driveAt(1) }),
  'from the second shared drive to the first': () => ({ from: driveAt(1), to: driveAt(0) }),
};

const changes: Record<string, (move: Move) => void> = {
  'a file far below is deleted': () => cloud.world.remove(fileInLow),
  'a folder far below is deleted': () => cloud.world.remove(low),
  'a folder below is moved elsewhere, and loses files': ({ to }) => {
    cloud.world.move(middle, to);
    cloud.world.remove(fileInMiddle);
    cloud.world.remove(fileInLow);
  },
  'it is deleted': () => cloud.world.remove(top),
  'it goes to the trash, and loses a file': () => {
    cloud.world.trash(top);
    cloud.world.remove(fileInLow);
  },
};

describe.each(Object.keys(moves))('%s', (name) => {
  let move: Move;

  beforeEach(async () => {
    move = (moves[name] as () => Move)();
    await buildIn(move.from);
    cloud.world.move(top, move.to);
  });

  test.each(Object.entries(changes))('%s', async (_, change) => {
    change(move);
    await syncExactly();
  });

  test('it comes back after it has lost a file there', async () => {
    cloud.world.remove(fileInLow);
    cloud.world.move(top, move.from);
    await syncExactly();
  });

  test('its files are listed, not looked up one by one', async () => {
    const before = engine.requests['files.get'] ?? 0;
    await syncExactly();
    expect((engine.requests['files.get'] ?? 0) - before).toBeLessThan(10);
  });
});

/** No log tells what happened there: a crawl shows what is left. */
describe.each(Object.entries(changes))('to a drive without a log: %s', (_, change) => {
  beforeEach(async () => buildIn(cloud.world.rootId));

  test('the drive is new', async () => {
    const move = { from: cloud.world.rootId, to: cloud.world.addDrive({ name: 'New', files: 3 }) };
    cloud.world.move(top, move.to);
    change(move);
    await syncExactly();
  });

  test('its page tokens are dead', async () => {
    const move = { from: cloud.world.rootId, to: driveAt(0) };
    cloud.world.move(top, move.to);
    change(move);
    cloud.killChangeTokens(move.to);
    await syncExactly();
  });
});

test('a drive is left after a folder moved to it and lost a file', async () => {
  await buildIn(cloud.world.rootId);
  cloud.world.move(top, driveAt(0));
  cloud.world.remove(fileInLow);
  cloud.world.loseDrive(driveAt(0));
  await syncExactly();
});
