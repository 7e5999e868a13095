import { continuesOrder, hasCrossedBottom, pageTimes } from '../../../src/planning/order';

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

test.each([
  { times: [9, 8, 6, 5, 4], frontier: 9, newestBelow: 6, below: true },
  { times: [9, 8, 6, 5, 4], frontier: 9, newestBelow: undefined, below: false },
  { times: [9, 8, 5, 4], frontier: 9, newestBelow: 6, below: false },
  { times: [9, 8, 7], frontier: 9, newestBelow: 6, below: false },
  { times: [9, 6, undefined], frontier: undefined, newestBelow: 6, below: true },
  { times: [6, 5, 4], frontier: 7, newestBelow: 6, below: false },
  { times: [6, 5, 4], frontier: undefined, newestBelow: 6, below: false },
  { times: [5, 4], frontier: 6, newestBelow: undefined, below: true },
  { times: [undefined, 2_000], frontier: 5, newestBelow: 6, below: false },
])(
  'a page of $times after the frontier $frontier, where $newestBelow is below 7, has come below: $below',
  ({ times, frontier, newestBelow, below }) => {
    expect(hasCrossedBottom(times, { bottom: 7, newestBelow, frontier, since: SINCE })).toBe(below);
  },
);
