import { grownPage, pageLimitMs, smallerPage } from '../../../src/planning/page-size';
import { afterFailure } from '../../../src/planning/patience';

function sizesDown(fault: 'too-slow' | 'too-large'): number[] {
  const sizes = [];
  for (let size = smallerPage(undefined, fault); size !== undefined; size = smallerPage(size, fault))
    sizes.push(size);
  return sizes;
}

test('pages are halved down to ten items, and to one where ten are too large', () => {
  expect(sizesDown('too-slow')).toEqual([500, 250, 125, 62, 31, 15, 10]);
  expect(sizesDown('too-large')).toEqual([500, 250, 125, 62, 31, 15, 10, 1]);
});

test('a size doubles after ten good pages, up to the largest', () => {
  expect(grownPage(10, 9)).toBe(10);
  expect(grownPage(10, 10)).toBe(20);
  expect(grownPage(500, 10)).toBeUndefined();
  expect(grownPage(undefined, 99)).toBeUndefined();
});

test('a request may take longer after one that was too slow, and longer still after two', () => {
  expect(pageLimitMs(undefined, 0)).toBeUndefined();
  expect(pageLimitMs(500, 0)).toBe(100_000);
  expect(pageLimitMs(250, 0)).toBe(150_000);
  expect(pageLimitMs(10, 4)).toBe(150_000);
  expect(pageLimitMs(undefined, 1)).toBe(100_000);
});

function hours(triesBefore: number, refused: boolean): number | undefined {
  const { restMs } = afterFailure(triesBefore, { refused, reason: 'transient' });
  return restMs === undefined ? undefined : restMs / 3_600_000;
}

test('an item that fails is tried three times, one that is refused once; then it rests for an hour, six, a day', () => {
  expect([0, 1, 2, 3, 4, 5].map((tries) => hours(tries, false))).toEqual([
    undefined,
    undefined,
    1,
    6,
    24,
    24,
  ]);
  expect(hours(0, true)).toBe(1);
  expect(afterFailure(0, { refused: true, reason: 'bad-request' }).tries).toBe(3);
  expect(afterFailure(1, { refused: false, reason: 'too-slow' })).toMatchObject({
    tries: 3,
    restMs: 3_600_000,
  });
});
