import { windowsOfCopy } from '../../../src/planning/recrawl';
import { windowQuery } from '../../../src/planning/window';

const DAY = 86_400_000;
const T0 = Date.UTC(2020, 0, 1);
const days = (count: number) => Array.from({ length: count }, (_, at) => T0 + at * DAY);

test.each([
  ['nothing is known', [], 1],
  ['there are few files', days(99), 100],
  ['all files are of one instant', Array.from({ length: 1_000 }, () => -5), 1_000],
])('where %s there is one window', (_, sample, weight) => {
  const windows = windowsOfCopy({ trashed: true, sample, weight });
  expect(windows).toEqual([{ trashed: true, from: undefined, before: undefined, pageMs: undefined }]);
});

test('windows hold about as many files each, and leave nothing out', () => {
  // Crowded in the first 100 days.
  const sample = [...days(300), ...days(100), ...days(100), ...days(100)];
  const windows = windowsOfCopy({ trashed: false, sample, weight: 200 });
  expect(windows).toHaveLength(12);
  expect(windows[0]).toMatchObject({ from: undefined });
  expect(windows.at(-1)).toMatchObject({ before: undefined });
  for (const [at, { before }] of windows.slice(0, -1).entries()) expect(windows[at + 1]?.from).toBe(before);
  for (const { from = -Infinity, before = Infinity } of windows) {
    const files = sample.filter((time) => time >= from * 1_000 && time < before * 1_000).length;
    expect(files).toBeGreaterThanOrEqual(46);
    expect(files).toBeLessThanOrEqual(54);
  }
});

test('a window knows how much time one of its pages is likely to cover', () => {
  const windows = windowsOfCopy({ trashed: false, sample: days(1_000), weight: 100 });
  expect(windows).toHaveLength(10);
  // A hundred days hold ten thousand files, which are ten pages.
  expect(windows[4]?.pageMs).toBe(10 * DAY);
});

test('there are no more windows than lanes could take, and no bound that Drive would not', () => {
  const old = Array.from({ length: 4_000 }, (_, at) => Date.UTC(1960, 0, 1) + at * 10 * DAY);
  const windows = windowsOfCopy({ trashed: false, sample: old, weight: 1_000 });
  expect(windows.length).toBeLessThanOrEqual(32);
  for (const window of windows) expect(windowQuery(window)).toMatch(/^trashed = false( and .*'\d{4}-.*')?$/);
});
