import { continuesOrder, hasComeBelow, pageTimes, reachedMs } from '../../../src/planning/order';

const SINCE = 1_000;

test.each([
  { times: [], newest: undefined, oldest: undefined, descending: true },
  { times: [undefined, undefined], newest: undefined, oldest: undefined, descending: true },
  { times: [9, 7, 5], newest: 9, oldest: 5, descending: true },
  { times: [9, 9, 9], newest: 9, oldest: 9, descending: true },
  { times: [9, undefined, 5], newest: 9, oldest: 5, descending: true },
  { times: [9, 5, 7], newest: 9, oldest: 5, descending: false },
  { times: [5, 9], newest: 5, oldest: 5, descending: false },
  { times: [9, 5, 1_000, 3], newest: 9, oldest: 3, descending: true },
  { times: [2_000, 9], newest: 9, oldest: 9, descending: true },
  { times: [9, 999], newest: 9, oldest: 9, descending: false },
  { times: [-5, -9], newest: -5, oldest: -9, descending: true },
])('the times $times are read as $newest to $oldest, descending $descending', ({ times, ...expected }) => {
  expect(pageTimes(times, SINCE)).toEqual(expected);
});

test.each([
  { times: [9, 7], frontier: undefined, continues: true },
  { times: [9, 7], frontier: 9, continues: true },
  { times: [9, 7], frontier: 8, continues: false },
  { times: [7, 9], frontier: 10, continues: false },
  { times: [], frontier: 3, continues: true },
  { times: [undefined], frontier: 3, continues: true },
  { times: [5_000, 2], frontier: 3, continues: true },
])('a page of $times after the frontier $frontier continues the order: $continues', (given) => {
  expect(continuesOrder(pageTimes(given.times, SINCE), given.frontier)).toBe(given.continues);
});

const downTo = (last: number, count: number) =>
  Array.from({ length: count }, (_, at) => last + count - 1 - at);

test.each([
  { times: [], reached: undefined },
  { times: [9], reached: undefined },
  { times: [9, 5], reached: 9 },
  { times: [9, undefined, 1_000, 5], reached: 9 },
  { times: downTo(1, 8), reached: 2 },
  { times: downTo(1, 9), reached: 3 },
  { times: downTo(1, 100), reached: 14 },
  { times: downTo(1, 900), reached: 17 },
])('a page of the times $times has come down to $reached for sure', ({ times, reached }) => {
  expect(reachedMs(times, SINCE)).toBe(reached);
});

test.each([
  { times: [9, 8, 6, 5, 4], frontier: 9, below: true },
  { times: [9, 8, 7, 5], frontier: 9, below: false },
  { times: [9, 5, 4, undefined], frontier: undefined, below: true },
  { times: [6, 5, 4], frontier: 7, below: false },
  { times: [6, 5, 4], frontier: undefined, below: false },
  { times: [6, 5, 4], frontier: 6, below: true },
  { times: [4], frontier: 5, below: true },
  { times: [4], frontier: 8, below: false },
  { times: [undefined, 2_000], frontier: 5, below: false },
])('a page of $times after the frontier $frontier has come below 7: $below', ({ times, frontier, below }) => {
  expect(hasComeBelow(7, times, { since: SINCE, frontier })).toBe(below);
});
