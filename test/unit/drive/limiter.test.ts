import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Limiter, Pacer } from '../../../src/drive/limiter';

const clock = { now: 0 };
const now = () => clock.now;
const noWait = () => Promise.resolve();
const nothing = () => undefined;

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

  test('a wait that Google asks for is kept within bounds', async () => {
    const limiter = new Limiter([new Pacer(60_000, now)]);
    await limiter.enter(0, noWait);
    limiter.leave({ kind: 'throttled', retryAfterMs: 1e12 });
    clock.now += 15 * 60_000;
    await expect(limiter.enter(0, noWait)).resolves.toBeUndefined();
  });
});

/** Fills all places, so that whoever comes next has to wait. */
async function fill(limiter: Limiter): Promise<void> {
  for (let i = 0; i < 8; i++) await limiter.enter(0, noWait);
}

/** What a promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    () => 'in',
    (error: unknown) => String(error),
  );
  return await Promise.race([settled, nextTurn('waits')]);
}

describe('a request that is given up', () => {
  test('while it waits for a place ends at once and costs nothing', async () => {
    const pacer = new Pacer(60_000, now);
    const limiter = new Limiter([pacer]);
    await fill(limiter);
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const waiting = Array.from({ length: 100 }, () => limiter.enter(100, noWait, { signal: stop.signal }));
    const last = limiter.enter(0, noWait);
    stop.abort(new Error('stopped'));
    const ends = await Promise.allSettled(waiting);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    await expect(waiting[0]).rejects.toThrow('stopped');
    expect([limiter.takeSpent(), pacer.waitMs]).toEqual([0, 0]);
    limiter.leave({ kind: 'answered' });
    await expect(stateOf(last)).resolves.toBe('in');
  });

  test('before it came never waits', async () => {
    const limiter = new Limiter([new Pacer(60_000, now)]);
    const signal = AbortSignal.abort(new Error('stopped before'));
    await expect(limiter.enter(100, noWait, { signal })).rejects.toThrow('stopped before');
    expect(limiter.takeSpent()).toBe(0);
  });

  test('while it waits for its units gives them back', async () => {
    const pacer = new Pacer(60_000, now);
    const limiter = new Limiter([pacer]);
    const givenUp = limiter.enter(100, () => Promise.reject(new Error('aborted')));
    await expect(givenUp).rejects.toThrow('aborted');
    expect([limiter.takeSpent(), pacer.waitMs]).toEqual([0, 0]);
  });

  test('takes nothing from a rest that Google asked for', async () => {
    const pacer = new Pacer(60_000, now);
    const limiter = new Limiter([pacer]);
    let abort: (error: Error) => void = nothing;
    const givenUp = limiter.enter(100, () => new Promise((_, reject) => (abort = reject)));
    await nextTurn();
    pacer.pause(5_000);
    abort(new Error('aborted'));
    await expect(givenUp).rejects.toThrow('aborted');
    expect(pacer.waitMs).toBe(5_000);
  });

  test('after it was let in is not sent', async () => {
    const pacer = new Pacer(60_000, now);
    const limiter = new Limiter([pacer]);
    clock.now += 1_000;
    const stop = new AbortController();
    const entering = limiter.enter(100, noWait, { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(entering).rejects.toThrow('stopped');
    expect(limiter.takeSpent()).toBe(0);
  });
});

const background = { priority: 'background' } as const;

describe('a background request', () => {
  test('is sent at once where nobody waits', async () => {
    const limiter = new Limiter([new Pacer(1e9, now)]);
    await limiter.enter(100, noWait, background);
    expect([limiter.takeSpent(), limiter.takeSpent('background')]).toEqual([0, 100]);
  });

  test('waits behind all normal ones, whenever they come, and reserves nothing meanwhile', async () => {
    const pacer = new Pacer(60_000, now);
    const limiter = new Limiter([pacer]);
    await fill(limiter);
    const order: string[] = [];
    const walk = limiter.enter(100, noWait, background).then(() => order.push('background'));
    const normal = Array.from({ length: 3 }, async () => {
      await limiter.enter(0, noWait);
      order.push('normal');
    });
    expect(pacer.waitMs).toBe(0);
    for (let i = 0; i < 4; i++) {
      limiter.leave({ kind: 'answered' });
      await nextTurn();
    }
    await Promise.all([walk, ...normal]);
    expect(order).toEqual(['normal', 'normal', 'normal', 'background']);
  });

  test('also waits for normal ones that wait for their units', async () => {
    const limiter = new Limiter([new Pacer(60_000, now)]);
    let earned: () => void = nothing;
    const normal = limiter.enter(100, () => new Promise((resolve) => (earned = resolve)));
    const walk = limiter.enter(100, noWait, background);
    await expect(stateOf(walk)).resolves.toBe('waits');
    expect(limiter.takeSpent('background')).toBe(0);
    earned();
    await normal;
    await expect(stateOf(walk)).resolves.toBe('in');
  });

  test('comes in when the normal one that it waited for is given up', async () => {
    const limiter = new Limiter([new Pacer(1e9, now)]);
    await fill(limiter);
    const stop = new AbortController();
    const normal = limiter.enter(100, noWait, { signal: stop.signal });
    const walk = limiter.enter(100, noWait, background);
    stop.abort(new Error('stopped'));
    await expect(normal).rejects.toThrow('stopped');
    limiter.leave({ kind: 'answered' });
    await expect(stateOf(walk)).resolves.toBe('in');
  });

  test('that is given up costs nothing', async () => {
    const limiter = new Limiter([new Pacer(1e9, now)]);
    await fill(limiter);
    const stop = new AbortController();
    const walk = limiter.enter(100, noWait, { ...background, signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(walk).rejects.toThrow('stopped');
    expect(limiter.takeSpent('background')).toBe(0);
  });

  test("does not wait for Google's rest in place", async () => {
    const limiter = new Limiter([new Pacer(60_000, now)]);
    await limiter.enter(0, noWait);
    limiter.leave({ kind: 'throttled', retryAfterMs: 5_000 });
    await expect(limiter.enter(100, noWait, background)).rejects.toMatchObject({ kind: 'rate-limited' });
  });
});

/** Has normal and background requests wait all the time; returns how the units were shared. */
async function share(backgroundShare: number, requests: number): Promise<number> {
  const limiter = new Limiter([new Pacer(1e9, now)]);
  limiter.backgroundShare = backgroundShare;
  await fill(limiter);
  const stop = new AbortController();
  const { signal } = stop;
  setMaxListeners(0, signal);
  const entered = Array.from({ length: requests * 2 }, (_, at) =>
    limiter.enter(100, noWait, { signal, priority: at % 2 === 0 ? 'normal' : 'background' }),
  );
  const ends = Promise.allSettled(entered);
  for (let i = 0; i < requests; i++) {
    limiter.leave({ kind: 'throttled', retryAfterMs: 0 });
    await nextTurn();
  }
  const spent = [limiter.takeSpent(), limiter.takeSpent('background')] as const;
  stop.abort();
  await ends;
  return spent[1] / (spent[0] + spent[1]);
}

describe('the share of background requests while normal ones wait', () => {
  test('is nothing unless it is set', async () => {
    expect(await share(0, 100)).toBe(0);
  });

  test.each([0.1, 0.25, 0.5])('is %d where it is set so', async (wanted) => {
    expect(await share(wanted, 400)).toBeCloseTo(wanted, 1);
    expect(await share(wanted, 400)).toBeGreaterThanOrEqual(wanted - 0.01);
  });

  test('is no burst after a time without background requests', async () => {
    const limiter = new Limiter([new Pacer(1e9, now)]);
    limiter.backgroundShare = 0.1;
    for (let i = 0; i < 500; i++) {
      await limiter.enter(100, noWait);
      limiter.leave({ kind: 'answered' });
    }
    while (limiter.limit > 8)
      await limiter.enter(0, noWait).then(() => limiter.leave({ kind: 'throttled', retryAfterMs: 0 }));
    await fill(limiter);
    const walk = Array.from({ length: 20 }, () =>
      limiter.enter(100, noWait, background).catch(() => undefined),
    );
    const normal = Array.from({ length: 20 }, () => limiter.enter(0, noWait));
    for (let i = 0; i < 10; i++) {
      limiter.leave({ kind: 'answered' });
      await nextTurn();
    }
    expect(limiter.takeSpent('background')).toBeLessThanOrEqual(200);
    expect([walk.length, normal.length]).toEqual([20, 20]);
  });
});
