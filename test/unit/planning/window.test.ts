import { listsFrom, WHOLE_SOURCE, windowBelow, windowQuery } from '../../../src/planning/window';

const FROM = Date.UTC(2020, 0, 1) / 1000;
const BEFORE = Date.UTC(2021, 5, 7, 8, 9, 10) / 1000;

test.each([
  { trashed: false, from: undefined, before: undefined, q: 'trashed = false' },
  { trashed: true, from: undefined, before: undefined, q: 'trashed = true' },
  {
    trashed: false,
    from: FROM,
    before: undefined,
    q: "trashed = false and modifiedTime >= '2020-01-01T00:00:00Z'",
  },
  {
    trashed: true,
    from: undefined,
    before: BEFORE,
    q: "trashed = true and not modifiedTime >= '2021-06-07T08:09:10Z'",
  },
  {
    trashed: false,
    from: FROM,
    before: BEFORE,
    q: "trashed = false and modifiedTime >= '2020-01-01T00:00:00Z' and modifiedTime < '2021-06-07T08:09:10Z'",
  },
  {
    trashed: false,
    from: 0,
    before: 1,
    q: "trashed = false and modifiedTime >= '1970-01-01T00:00:00Z' and modifiedTime < '1970-01-01T00:00:01Z'",
  },
])('the window from $from to $before, trashed $trashed, asks $q', ({ q, ...window }) => {
  expect(windowQuery(window)).toBe(q);
});

test('a source starts with one unbounded window for each state of the trash', () => {
  expect(WHOLE_SOURCE.map(windowQuery)).toEqual(['trashed = false', 'trashed = true']);
});

test.each([
  { frontierMs: 10_000, before: 11 },
  { frontierMs: 10_001, before: 11 },
  { frontierMs: 10_999, before: 11 },
  { frontierMs: 11_000, before: 12 },
  { frontierMs: -1, before: 0 },
  { frontierMs: -1_000, before: 0 },
])('below a frontier at $frontierMs ms the whole second is asked again', ({ frontierMs, before }) => {
  const window = { trashed: false, from: undefined, before: undefined };
  expect(windowBelow(window, frontierMs)).toEqual({ ...window, before });
});

test('a window never grows beyond its own upper bound', () => {
  const window = { trashed: true, from: 5, before: 8 };
  expect(windowBelow(window, 20_000)).toEqual(window);
  expect(windowBelow(window, 6_500)).toEqual({ trashed: true, from: 5, before: 7 });
});

test.each([
  { window: { trashed: false, from: 5, before: 7 }, from: 5, ends: true },
  { window: { trashed: true, from: 5, before: undefined }, from: 5, ends: true },
  { window: { trashed: false, from: 5, before: 7 }, from: 6, ends: false },
  { window: { trashed: false, from: undefined, before: 7 }, from: 5, ends: false },
  { window: { trashed: false, from: undefined, before: undefined }, from: 5, ends: false },
])('the query of $window lists nothing before $from: $ends', ({ window, from, ends }) => {
  expect(listsFrom(windowQuery(window), from)).toBe(ends);
});
