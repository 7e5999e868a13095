import * as fc from 'fast-check';
import {
  chooseShare,
  mayShareSoon,
  pagesLeft,
  usefulLanes,
  type Crawl,
  type Listing,
} from '../../../src/planning/lanes';

const DAY = 86_400_000;
const OPENED = Date.UTC(2026, 0, 1);
const BOTTOM_2008 = Date.UTC(2008, 0, 1);
/** A whole second; bounds in the tables are counted from it. */
const S = Date.UTC(2020, 0, 1) / 1000;

const ORDERED: Crawl = { ordered: true, openedMs: OPENED };
const UNORDERED: Crawl = { ordered: false, openedMs: OPENED };

type Given = Partial<Omit<Listing, 'window'>> & { from?: number | undefined; before?: number | undefined };

/** A listing that has not shown anything unless told otherwise. */
function listing({ from, before, ...known }: Given = {}): Listing {
  return {
    window: { trashed: false, from, before },
    frontierMs: undefined,
    pageMs: undefined,
    queryPage: 0,
    middle: undefined,
    ...known,
  };
}

/** A listing in order that is `left` pages above the lower end of its window. */
function halfway(left: number, from = S): Listing {
  return listing({ from, frontierMs: from * 1000 + left * DAY, pageMs: DAY, queryPage: 1 });
}

/** The second in the middle of two times in ms. */
const half = (one: number, other: number) => Math.floor((one + other) / 2000);
const lanes = (listings: readonly Listing[], { crawl = ORDERED, most = 16 } = {}) =>
  usefulLanes(listings, crawl, most);
const share = (given: Given, crawl = ORDERED) => chooseShare([listing(given)], crawl)?.cut;

describe('the pages left', () => {
  test.each([
    { name: 'nothing before the first page', given: { from: S }, left: undefined },
    {
      name: 'what the time down to the lower bound holds',
      given: { from: S, frontierMs: S * 1000 + 10 * DAY, pageMs: DAY },
      left: 10,
    },
    {
      name: 'the whole window of a share that is not listed yet',
      given: { from: S, before: S + 100, pageMs: 1_000 },
      left: 100,
    },
    {
      name: 'the time since 2008 where there is no lower bound',
      given: { frontierMs: S * 1000, pageMs: S * 1000 - BOTTOM_2008 },
      left: 1,
    },
    {
      name: 'the time from the opening where there are no bounds and no file had a time',
      given: { pageMs: OPENED - BOTTOM_2008 },
      left: 1,
    },
    {
      name: 'as much time again as has been listed where that reaches further than 2008',
      given: { frontierMs: BOTTOM_2008 + 7 * DAY, pageMs: OPENED - BOTTOM_2008 - 7 * DAY },
      left: 1,
    },
    {
      name: 'a page for each ms where the last page covered no time',
      given: { from: S, frontierMs: S * 1000 + 5, pageMs: 0 },
      left: 5,
    },
    {
      name: 'none where the listing is below its lower bound',
      given: { from: S, frontierMs: S * 1000 - 1, pageMs: DAY },
      left: 0,
    },
  ])('are $name', ({ given, left }) => {
    expect(pagesLeft(listing(given), ORDERED)).toBe(left);
  });

  test('are not known of a listing without order', () => {
    expect(pagesLeft(halfway(10), UNORDERED)).toBeUndefined();
  });
});

describe('a share of an ordered listing', () => {
  test.each([
    {
      name: 'between frontier and lower bound',
      given: { from: S, frontierMs: (S + 100) * 1000, pageMs: 1_000, queryPage: 1 },
      cut: S + 50,
    },
    {
      name: 'at the second below an odd middle',
      given: { from: S, frontierMs: (S + 5) * 1000 + 999, pageMs: 1_000, queryPage: 1 },
      cut: S + 2,
    },
    {
      name: 'between frontier and 2008 without a lower bound',
      given: { frontierMs: S * 1000, pageMs: DAY, queryPage: 1 },
      cut: half(S * 1000, BOTTOM_2008),
    },
    {
      name: 'of the whole window where no file had a time yet',
      given: { pageMs: DAY, queryPage: 1 },
      cut: half(OPENED, BOTTOM_2008),
    },
    {
      name: 'below the upper bound where no file had a time yet',
      given: { from: S, before: S + 100, pageMs: 1_000, queryPage: 1 },
      cut: S + 50,
    },
    {
      name: 'as far below a time before 2008 as half of what has been listed',
      given: { frontierMs: Date.UTC(2001, 0, 1), pageMs: DAY, queryPage: 1 },
      cut: half(Date.UTC(2001, 0, 1), 2 * Date.UTC(2001, 0, 1) - OPENED),
    },
    {
      name: 'not below 1970 without a lower bound',
      given: { frontierMs: Date.UTC(1990, 0, 1), pageMs: DAY, queryPage: 1 },
      cut: half(Date.UTC(1990, 0, 1), 0),
    },
    {
      name: 'below a time before 1970',
      given: { from: -1_000, frontierMs: -500_000, pageMs: 1_000, queryPage: 1 },
      cut: -750,
    },
    {
      name: 'at the one second that can be divided off',
      given: { from: S, frontierMs: (S + 2) * 1000, pageMs: 1_000, queryPage: 1 },
      cut: S + 1,
    },
    {
      name: 'of instants that the last page did not get out of',
      given: { from: S, frontierMs: (S + 100) * 1000, pageMs: 0, queryPage: 3 },
      cut: S + 50,
    },
  ])('is cut $name', ({ given, cut }) => {
    expect(share(given)).toBe(cut);
  });

  test.each([
    { name: 'of which nothing is listed', given: { from: S, before: S + 100 } },
    {
      name: 'of which only its victim has shown something',
      given: { from: S, before: S + 100, pageMs: 1_000 },
    },
    { name: 'whose pages tell no time', given: { from: S, before: S + 100, queryPage: 3 } },
    {
      name: 'with less than two pages left',
      given: { from: S, frontierMs: S * 1000 + 2 * DAY - 1, pageMs: DAY, queryPage: 1 },
    },
    {
      name: 'within one second',
      given: { from: S, before: S + 1, frontierMs: S * 1000 + 999, pageMs: 0, queryPage: 1 },
    },
    {
      name: 'whose middle is in its lowest second',
      given: { from: S, frontierMs: S * 1000 + 1_999, pageMs: 1, queryPage: 1 },
    },
    {
      name: 'that is below its lower bound',
      given: { from: S, frontierMs: (S - 50) * 1000, pageMs: 1, queryPage: 1 },
    },
  ])('is not taken of one $name', ({ given }) => {
    expect(share(given)).toBeUndefined();
  });

  test('is taken of exactly two pages', () => {
    expect(chooseShare([halfway(2)], ORDERED)?.cut).toBe(S + DAY / 1000);
  });

  test('is taken where the most pages are left', () => {
    const listings = [halfway(5), halfway(9), halfway(7)];
    expect(chooseShare(listings, ORDERED)?.victim).toBe(listings[1]);
  });

  test('is taken where more pages are left, not more time', () => {
    const sparse = listing({ from: S, frontierMs: OPENED, pageMs: 100 * DAY, queryPage: 1 });
    expect(chooseShare([sparse, halfway(100)], ORDERED)?.victim.pageMs).toBe(DAY);
  });

  test('is taken where it can be, however much is left elsewhere', () => {
    const unlisted = listing({ from: S, before: S + 10_000, pageMs: 1 });
    expect(chooseShare([unlisted, halfway(3)], ORDERED)?.victim.queryPage).toBe(1);
  });

  test('is taken of the first of equals', () => {
    const listings = [halfway(5), halfway(5)];
    expect(chooseShare(listings, ORDERED)?.victim).toBe(listings[0]);
  });

  test('does not exist where there is no listing', () => {
    expect(chooseShare([], ORDERED)).toBeUndefined();
  });
});

describe('a share of an unordered listing', () => {
  const known = { from: S, before: S + 100, middle: S + 30 };

  test.each([
    { name: 'its first page', given: { ...known, queryPage: 1 }, cut: S + 30 },
    { name: 'its second page', given: { ...known, queryPage: 2 }, cut: S + 30 },
    { name: 'two pages without bounds', given: { middle: S, queryPage: 2 }, cut: S },
    { name: 'no page', given: { ...known, queryPage: 0 }, cut: undefined },
    {
      name: 'a third page, which would be listed again',
      given: { ...known, queryPage: 3 },
      cut: undefined,
    },
    { name: 'a page without times', given: { from: S, before: S + 100, queryPage: 1 }, cut: undefined },
    {
      name: 'a page whose middle is its lower bound',
      given: { ...known, middle: S, queryPage: 1 },
      cut: undefined,
    },
    {
      name: 'a page whose middle is its upper bound',
      given: { ...known, middle: S + 100, queryPage: 1 },
      cut: undefined,
    },
    {
      name: 'a page whose middle is just inside of its lower bound',
      given: { ...known, middle: S + 1, queryPage: 1 },
      cut: S + 1,
    },
  ])('after $name is cut at $cut', ({ given, cut }) => {
    expect(share(given, UNORDERED)).toBe(cut);
  });

  test('is taken where the most pages are listed: there is likely to be more', () => {
    const listings = [listing({ ...known, queryPage: 1 }), listing({ ...known, queryPage: 2 })];
    expect(chooseShare(listings, UNORDERED)?.victim).toBe(listings[1]);
  });

  test('is not what an ordered crawl takes, although the middle is known', () => {
    expect(share({ ...known, queryPage: 1 })).toBeUndefined();
  });
});

describe('useful lanes', () => {
  const divisible = listing({ from: S, before: S + 100, middle: S + 50, queryPage: 1 });

  test.each([
    { name: 'nothing at all', listings: [], expected: 1 },
    { name: 'two windows that are not listed yet', listings: [listing(), listing()], expected: 1 },
    { name: 'four windows that are not listed yet', listings: Array(4).fill(listing()), expected: 2 },
    { name: 'one page', listings: [halfway(1)], expected: 1 },
    { name: 'three pages', listings: [halfway(3)], expected: 1 },
    { name: 'four pages', listings: [halfway(4)], expected: 2 },
    { name: 'thirty pages', listings: [halfway(30)], expected: 10 },
    { name: 'pages in two listings', listings: [halfway(10), halfway(8)], expected: 6 },
    { name: 'more than the most lanes can take', listings: [halfway(1_000)], expected: 16 },
    {
      name: 'a long listing within one second',
      listings: [listing({ from: S, before: S + 1, frontierMs: S * 1000 + 999, pageMs: 0, queryPage: 9 })],
      expected: 1,
    },
    {
      name: 'a share that is taken and not listed yet, however long it seems',
      listings: [listing({ from: S, before: S + 1_000, pageMs: 1 })],
      expected: 1,
    },
  ])('for $name are $expected', ({ listings, expected }) => {
    expect(lanes(listings as Listing[])).toBe(expected);
  });

  test('are two for a listing without order that can be divided, one for one that cannot', () => {
    expect(lanes([divisible], { crawl: UNORDERED })).toBe(2);
    expect(lanes([{ ...divisible, queryPage: 3 }], { crawl: UNORDERED })).toBe(1);
    expect(lanes([divisible, { ...divisible, queryPage: 3 }], { crawl: UNORDERED })).toBe(3);
  });

  test('are never more than there may be', () => {
    expect(lanes([halfway(1_000)], { most: 1 })).toBe(1);
    expect(lanes([halfway(1_000)], { most: 5 })).toBe(5);
  });
});

const second = fc.integer({ min: -2_000_000_000, max: OPENED / 1000 });
const anyListing = fc
  .record({
    bounds: fc.tuple(fc.option(second), fc.option(second)),
    frontier: fc.option(fc.integer({ min: -2_000_000_000_000, max: OPENED })),
    pageMs: fc.option(fc.oneof(fc.nat(10), fc.nat(1e10))),
    queryPage: fc.nat(4),
    middle: fc.option(second),
  })
  .map(({ bounds: [a, b], frontier, pageMs, queryPage, middle }) => {
    const [from, before] = a !== null && b !== null && a > b ? [b, a] : [a, b];
    return listing({
      from: from ?? undefined,
      before: before ?? undefined,
      frontierMs: frontier ?? undefined,
      pageMs: pageMs ?? undefined,
      queryPage,
      middle: middle ?? undefined,
    });
  });
const SEEDED = { seed: 20_260_101, numRuns: 2_000 };

test('a cut is a second inside of the window, and of an ordered listing not above its frontier', () => {
  const cutAll = fc.property(fc.array(anyListing, { maxLength: 5 }), fc.boolean(), (listings, ordered) => {
    const taken = chooseShare(listings, { ordered, openedMs: OPENED });
    if (taken === undefined) return;
    const { cut, victim } = taken;
    const { from = -Infinity, before = Infinity } = victim.window;
    expect(Number.isInteger(cut)).toBe(true);
    expect(cut).toBeGreaterThan(from);
    if (ordered) expect(cut * 1000).toBeLessThanOrEqual(victim.frontierMs ?? Infinity);
    if (!ordered || victim.frontierMs === undefined) expect(cut).toBeLessThan(before);
    expect(victim.queryPage).toBeGreaterThan(0);
  });
  fc.assert(cutAll, SEEDED);
});

test('there is use for at least one lane, and for no more than there may be', () => {
  const counts = fc.property(
    fc.array(anyListing, { maxLength: 20 }),
    fc.boolean(),
    fc.integer({ min: 1, max: 64 }),
    (listings, ordered, most) => {
      const count = usefulLanes(listings, { ordered, openedMs: OPENED }, most);
      expect(Number.isInteger(count)).toBe(true);
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(most);
    },
  );
  fc.assert(counts, SEEDED);
});

test.each([
  ['a listing has shown nothing yet', [halfway(1), listing()], ORDERED, true],
  ['every listing has shown that it is short', [halfway(1), halfway(0)], ORDERED, false],
  [
    'a listing without order may be divided after one more page',
    [listing({ queryPage: 1 })],
    UNORDERED,
    true,
  ],
  ['no listing without order can be divided any more', [listing({ queryPage: 2 })], UNORDERED, false],
  ['nothing is left', [], ORDERED, false],
])('whether waiting is worth it where %s', (_, listings, crawl, soon) => {
  expect(mayShareSoon(listings, crawl)).toBe(soon);
});
