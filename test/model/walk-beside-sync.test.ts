/** The walk runs beside jobs, while folders that others share with the user come and go. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createEmulation, type Emulation } from '../../emulator';
import type { DriveClient } from '../../src/drive/client';
import { createEngine, directClient } from '../support/engine';
import { randomFractions } from '../support/random';

/** How many Drives; `MODEL_RUNS=200 npx jest --selectProjects model` takes minutes. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 20);
const JOBS = 8;
const MOST_TURNS = 12;

/** Folders that others share with the user. Their access is lost and comes back much more often than in real Drives. */
class SharedFolders {
  readonly #cloud: Emulation;
  readonly #random: () => number;
  readonly #lost: string[] = [];

  constructor(cloud: Emulation, random: () => number) {
    this.#cloud = cloud;
    this.#random = random;
  }

  change(): void {
    const { world } = this.#cloud;
    if (this.#random() > 0.4) world.mutate(this.#random, { access: true });
    else if (this.#random() < 0.5 && this.#lost.length > 0) world.regainAccess(this.#lost.shift() ?? '');
    else if (this.#random() < 0.7) this.#lose();
    else world.receiveFolder({ name: 'Received', folders: 2, files: 5, listed: this.#random() < 0.5 });
  }

  /** Only folders of which the change log tells. */
  #lose(): void {
    const { world } = this.#cloud;
    const shared = world
      .ids({ folders: true })
      .filter((id) => world.file(id)?.sharedWithMeTime !== undefined && !this.#lost.includes(id));
    const id = shared[Math.floor(this.#random() * shared.length)];
    if (id === undefined) return;
    world.loseAccess(id);
    this.#lost.push(id);
  }
}

/** A client whose answers take their time, so that requests of the walk and of jobs interleave. */
function slowly(direct: DriveClient, onTurn: () => void, random: () => number): DriveClient {
  const pause = async (): Promise<void> => {
    for (let turns = random() * MOST_TURNS; turns > 1; turns--) await nextTurn();
    onTurn();
  };
  const slow =
    <Args extends unknown[], Result>(ask: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await pause();
      const answer = await ask(...args);
      await pause();
      return answer;
    };
  const client: DriveClient = {
    ...direct,
    listFiles: slow(direct.listFiles),
    listChanges: slow(direct.listChanges),
    getFile: slow(direct.getFile),
    inBackground: () => client,
  };
  return client;
}

/** What is wrong after jobs beside the walk, under changes, and a sync, a walk and another sync in peace. */
async function differencesAfter(seed: number): Promise<string[]> {
  const cloud = await createEmulation({ corpus: { kind: 'seed', seed: 61, files: 400 } });
  const random = randomFractions(seed);
  const folders = new SharedFolders(cloud, random);
  let isPeace = true;
  const onTurn = (): void => {
    if (!isPeace && random() < 0.1) folders.change();
  };
  const engine = createEngine(cloud, { drive: slowly(directClient(cloud), onTurn, random) });
  await engine.sync();
  await engine.walk();
  isPeace = false;
  for (let job = 0; job < JOBS; job++) {
    for (let i = 0; i < 4; i++) folders.change();
    await Promise.all([engine.sync(), engine.walk()]);
  }
  isPeace = true;
  await engine.sync();
  await engine.walk();
  await engine.sync();
  // The emulated Drive takes the user's own files away with somebody else's folder; the real one does not.
  const wrong = engine
    .differences()
    .filter((line) => cloud.world.file(line.split(/[ .]/)[0] ?? '')?.ownedByMe !== true);
  engine.close();
  return wrong;
}

test('whatever the walk meets while access comes and goes, the copy equals the Drive in the end', async () => {
  for (let seed = 0; seed < RUNS; seed++)
    expect({ seed, wrong: await differencesAfter(seed) }).toEqual({ seed, wrong: [] });
}, 900_000);
