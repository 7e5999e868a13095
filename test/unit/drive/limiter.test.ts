import { setImmediate as nextTurn } from 'node:timers/promises';
import { Limiter, Pacer } from '../../../src/drive/limiter';

const clock = { now: 0 };
const now = () => clock.now;
const noWait = () => Promise.resolve();

beforeEach(() => {
  clock.now = 1_000_000;
});

/** Spends units as fast as the pacer lets, for a while; returns when each was spent, in ms from the start. */
function spend(pacer: Pacer, units: number, forMs: number): number[] {
  const startedAt = clock.now;
  const spent: number[] = [];
  while (clock.now - startedAt < forMs) {
    clock.now += pacer.reserve(units);
    spent.push(clock.now - startedAt);
  }
  return spent;
}

describe('pacing', () => {
  test('begins empty and grants what the minute holds, evenly', () => {
    const spent = spend(new Pacer(325_000, now), 100, 60_000);
    expect(spent[0]).toBeGreaterThan(0);
    expect(spent.filter((at) => at <= 60_000)).toHaveLength(3_250);
    expect(spent.filter((at) => at <= 1_000).length).toBeLessThanOrEqual(55);
  });

  test('after a rest no more than a second is spent at once', () => {
    const pacer = new Pacer(60_000, now);
    clock.now += 600_000;
    const burst = spend(pacer, 100, 1).filter((at) => at === 0);
    expect(burst).toHaveLength(10);
  });

  test('grants nothing while Google wants to be left alone', () => {
    const pacer = new Pacer(60_000, now);
    pacer.pause(5_000);
    expect(pacer.reserve(100)).toBe(5_100);
  });
});

/** Keeps as many requests in flight as the limiter lets, and ends them in rounds. */
async function round(limiter: Limiter, throttledEvery = Infinity): Promise<number> {
  const asked = 200;
  let entered = 0;
  const all = Array.from({ length: asked }, async () => {
    await limiter.enter(1, noWait);
    entered += 1;
  });
  await nextTurn();
  const most = entered;
  for (let left = 0; left < asked; left++) {
    limiter.leave(
      (left + 1) % throttledEvery === 0
        ? { kind: 'throttled', retryAfterMs: undefined }
        : { kind: 'answered' },
    );
    await nextTurn();
  }
  await Promise.all(all);
  return most;
}

describe('requests in flight', () => {
  test('grow while nothing throttles, and are bounded', async () => {
    const limiter = new Limiter([new Pacer(1e9, now)]);
    expect(await round(limiter)).toBe(8);
    for (let i = 0; i < 10; i++) await round(limiter);
    expect(limiter.limit).toBe(64);
    expect(await round(limiter)).toBe(64);
  });

  test('are halved once for all that were in flight together, and grow slowly from then on', async () => {
    const limiter = new Limiter([new Pacer(1e9, now)]);
    for (let i = 0; i < 8; i++) await limiter.enter(1, noWait);
    for (let i = 0; i < 8; i++) limiter.leave({ kind: 'throttled', retryAfterMs: 10 });
    expect(limiter.limit).toBe(4);
    for (let i = 0; i < 4; i++) await limiter.enter(1, noWait);
    for (let i = 0; i < 4; i++) limiter.leave({ kind: 'answered' });
    expect(limiter.limit).toBe(4);
    for (let i = 0; i < 3; i++) await round(limiter);
    expect(limiter.limit).toBeGreaterThan(4);
    expect(limiter.limit).toBeLessThan(40);
  });

  test("a wait that would be long is the caller's, and costs nothing", async () => {
    const pacer = new Pacer(60_000, now);
    const limiter = new Limiter([pacer]);
    await limiter.enter(0, noWait);
    limiter.leave({ kind: 'throttled', retryAfterMs: 5_000 });
    await expect(limiter.enter(100, noWait)).rejects.toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 5_000,
    });
    clock.now += 5_000;
    await limiter.enter(100, noWait);
    expect(pacer.waitMs).toBe(100);
  });

  test('go on after one was given up while it waited for units', async () => {
    const limiter = new Limiter([new Pacer(60_000, now)]);
    const givenUp = limiter.enter(100, () => Promise.reject(new Error('aborted')));
    await expect(givenUp).rejects.toThrow('aborted');
    for (let i = 0; i < 8; i++) await limiter.enter(0, noWait);
    let isIn = false;
    const ninth = limiter.enter(0, noWait).then(() => (isIn = true));
    await Promise.resolve();
    expect(isIn).toBe(false);
    limiter.leave({ kind: 'answered' });
    await ninth;
    expect(isIn).toBe(true);
  });
});
