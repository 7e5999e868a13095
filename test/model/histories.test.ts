/** Random histories of a Drive that changes before, between and during syncs that crash; in the end the copy has to equal the Drive. */
import * as fc from 'fast-check';
import { createEmulation, type Emulation, type EmulatorOptions } from '../../emulator';
import { createEngine, type Engine } from '../support/engine';
import { randomFractions } from '../support/random';

/** How many histories; thousands take minutes: `MODEL_RUNS=5000 npx jest --selectProjects model`. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 200);
const AT_ONCE = 4;
const START = Date.UTC(2026, 5, 1);
/** What a request takes, on the clock of the emulated Drive. */
const REQUEST_MS = 20;

type Step =
  | { do: 'change'; seed: number; count: number }
  /** The user's change log, or that of the drive at this place, forgets all tokens. */
  | { do: 'kill-tokens'; drive: number }
  | { do: 'sync'; full: boolean; seed: number; changesPerRequest: number; crashAfter: number | undefined };

interface History {
  seed: number;
  files: number;
  drives: number[];
  pageCap: number;
  oddities: NonNullable<EmulatorOptions['changes']>;
  emptyPages: number;
  /** When files in several folders go with them; undefined: there are none. */
  severalParents: EmulatorOptions['severalParents'] | undefined;
  steps: Step[];
}

const seed = fc.nat(0xffff);
const change: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('change' as const),
  seed,
  // Some mistakes need a long chain of changes between two syncs.
  count: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) },
    fc.integer({ min: 50, max: 200 }),
  ),
});
const sync: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('sync' as const),
  full: fc.boolean(),
  seed,
  changesPerRequest: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2, noNaN: true })),
  crashAfter: fc.option(fc.nat(30), { nil: undefined }),
});
const killTokens: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('kill-tokens' as const),
  drive: fc.integer({ min: -1, max: 2 }),
});

const history: fc.Arbitrary<History> = fc.record({
  seed,
  files: fc.integer({ min: 1, max: 40 }),
  drives: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
  pageCap: fc.integer({ min: 2, max: 10 }),
  oddities: fc.record({
    repeats: fc.constantFrom(0, 0.3),
    unknownKinds: fc.boolean(),
    removedWithFile: fc.boolean(),
    brokenEntries: fc.boolean(),
  }),
  emptyPages: fc.constantFrom(0, 0, 0.2),
  severalParents: fc.constantFrom(undefined, 'any', 'all'),
  steps: fc.array(fc.oneof({ weight: 4, arbitrary: sync }, { weight: 3, arbitrary: change }, killTokens), {
    maxLength: 7,
  }),
});

class Crash extends Error {}

/** A Drive and its copy, and what has happened to them. */
class Play {
  readonly told: string[] = [];
  readonly #cloud: Emulation;
  readonly #engine: Engine;
  readonly #severalParents: boolean;
  #clock: { now: number };
  #onRequest: () => void = () => undefined;
  /** In a row. */
  #crashes = 0;

  constructor(cloud: Emulation, clock: { now: number }, severalParents: boolean) {
    this.#cloud = cloud;
    this.#severalParents = severalParents;
    this.#clock = clock;
    this.#engine = createEngine(cloud, {
      now: () => clock.now,
      before: (method) => {
        clock.now += REQUEST_MS;
        this.told.push(`    ${method}`);
        this.#onRequest();
      },
    });
  }

  async step(step: Step): Promise<void> {
    this.told.push(JSON.stringify(step));
    if (step.do === 'change') this.#change(randomFractions(step.seed), step.count);
    else if (step.do === 'kill-tokens') this.#killTokens(step.drive);
    else await this.#sync(step);
    this.#clock.now += 5_000;
  }

  /** A sync, a walk and one more sync in peace, after which nothing may differ. */
  async differences(): Promise<string[]> {
    this.told.push('the last sync');
    this.#onRequest = () => undefined;
    await this.#engine.sync(this.#goesOn());
    await this.#engine.walk();
    this.told.push('once more');
    const { state, outcomes } = await this.#engine.sync();
    const wrong = this.#engine.differences();
    if (state !== 'completed') wrong.push(`the sync is ${state}: ${JSON.stringify([...outcomes])}`);
    this.#engine.close();
    return wrong;
  }

  /** A job that has crashed is taken over by the next process half of the time; otherwise a new one begins. */
  #goesOn(): { sameJob: boolean; takenOver: boolean } {
    const isTakenOver = this.#crashes % 2 === 1;
    if (isTakenOver) this.told.push('  (taken over)');
    return { sameJob: isTakenOver, takenOver: isTakenOver };
  }

  #change(random: () => number, count: number): void {
    for (let i = 0; i < count; i++) {
      const { kind, id } = this.#cloud.world.mutate(random, {
        access: true,
        severalParents: this.#severalParents,
      });
      this.told.push(`  ${kind} ${id}`);
    }
  }

  #killTokens(place: number): void {
    const drives = this.#cloud.world.drives();
    if (place < 0) this.#cloud.killChangeTokens();
    else if (drives[place] !== undefined) this.#cloud.killChangeTokens(drives[place].id);
  }

  async #sync({ full, seed: from, changesPerRequest, crashAfter = Infinity }: Extract<Step, { do: 'sync' }>) {
    const random = randomFractions(from);
    let requests = 0;
    this.#onRequest = () => {
      for (let chance = changesPerRequest; chance > 0; chance--)
        if (random() < chance) this.#change(random, 1);
      if (requests++ === crashAfter) throw new Crash();
    };
    try {
      await this.#engine.sync({ full, ...this.#goesOn() });
      this.told.push('  the walk');
      await this.#engine.walk();
      this.#crashes = 0;
    } catch (error) {
      // The activities turn what they do not know into a failure of their own.
      if (!(error instanceof Crash) && !/unexpected error/.test(String(error))) throw error;
      this.#crashes += 1;
      this.told.push('  CRASH');
    }
  }
}

/** What is wrong after a history. */
async function outcomeOf(of: History): Promise<{ wrong: string[]; told: string[] }> {
  const clock = { now: START };
  const { files, drives, pageCap, oddities, emptyPages, severalParents, steps } = of;
  const cloud = await createEmulation({
    corpus: {
      kind: 'seed',
      seed: of.seed,
      files,
      drives: drives.map((count, at) => ({ name: `Drive ${String(at)}`, files: count })),
    },
    pageCap,
    emptyPages,
    changes: oddities,
    ...(severalParents !== undefined && { severalParents }),
    now: () => clock.now,
  });
  const play = new Play(cloud, clock, severalParents !== undefined);
  for (const step of steps) await play.step(step);
  return { wrong: await play.differences(), told: play.told };
}

test('a source that was held when its job was cut does not wait for the work of its next reading', async () => {
  const quietSync = { do: 'sync', seed: 0, changesPerRequest: 0 } as const;
  const { wrong } = await outcomeOf({
    seed: 47079,
    files: 1,
    drives: [3, 1],
    pageCap: 6,
    oddities: {},
    emptyPages: 0,
    severalParents: undefined,
    steps: [
      { ...quietSync, full: false, crashAfter: undefined },
      { do: 'change', seed: 1015, count: 166 },
      { ...quietSync, full: true, crashAfter: 26 },
      { do: 'change', seed: 0, count: 9 },
    ],
  });
  expect(wrong).toEqual([]);
});

test('whatever happens to a Drive, and whenever, a sync, a walk and another sync in peace make the copy equal to it', async () => {
  const property = fc.asyncProperty(history, async (of) => {
    const { wrong, told } = await outcomeOf(of);
    if (wrong.length > 0) throw new Error([...wrong, ...told].join('\n'));
  });
  // Lanes often wait for each other, so several histories run at once.
  const assert = async (): Promise<void> =>
    await fc.assert(property, { numRuns: Math.ceil(RUNS / AT_ONCE), endOnFailure: false });
  await Promise.all(Array.from({ length: AT_ONCE }, assert));
}, 900_000);
