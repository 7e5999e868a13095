import * as fc from 'fast-check';
import {
  moveCycleMark,
  restartListing,
  type CycleMark,
  type RejectedListing,
  type Restart,
} from '../../../src/planning/restart';
import { windowQuery } from '../../../src/planning/window';

const WINDOW = { trashed: false, from: undefined, before: undefined };
const AT_THE_TOP: RejectedListing = {
  window: WINDOW,
  q: windowQuery(WINDOW),
  ordered: true,
  frontierMs: undefined,
  confirmedMs: undefined,
  queryPage: 0,
  bestPage: 0,
  restarts: 0,
};
const FRONTIER_MS = Date.UTC(2020, 0, 1, 0, 0, 10, 250);
const RESUMED = "trashed = false and not modifiedTime >= '2020-01-01T00:00:11Z'";

type RestartedListing = Extract<Restart, { kind: 'restart' }>;

/** What the partition is after the restart, as the store writes it. */
function restarted(listing: RejectedListing): RejectedListing {
  const next = restartListing(listing) as RestartedListing;
  expect(next.kind).toBe('restart');
  const { q, frontierMs, restarts, bestPage } = next;
  return { ...listing, q, frontierMs, confirmedMs: undefined, restarts, bestPage, queryPage: 0 };
}

test('an ordered listing goes on at the second of its frontier', () => {
  expect(restartListing({ ...AT_THE_TOP, frontierMs: FRONTIER_MS, queryPage: 7, restarts: 1 })).toEqual({
    kind: 'restart',
    q: RESUMED,
    frontierMs: Date.UTC(2020, 0, 1, 0, 0, 11) - 1,
    restarts: 0,
    bestPage: 0,
  });
});

test('what its last page ended with is asked for again, and relied upon only where that was in vain', () => {
  const rejected = { ...AT_THE_TOP, frontierMs: FRONTIER_MS, confirmedMs: FRONTIER_MS + 5_000, queryPage: 2 };
  const first = restarted(rejected);
  expect(first).toMatchObject({
    q: "trashed = false and not modifiedTime >= '2020-01-01T00:00:16Z'",
    restarts: 0,
  });
  const onePage = { ...first, frontierMs: FRONTIER_MS, confirmedMs: first.frontierMs, queryPage: 1 };
  const second = restarted(onePage);
  expect(second).toMatchObject({ q: first.q, restarts: 1 });
  expect(restarted({ ...second, ...onePage, restarts: 1 })).toMatchObject({ q: RESUMED, restarts: 0 });
});

test('an ordered listing rejected again before any page asks the same query', () => {
  const first = restarted({ ...AT_THE_TOP, frontierMs: FRONTIER_MS, queryPage: 7 });
  const second = restarted(first);
  expect(second.q).toBe(first.q);
  expect(second.frontierMs).toBe(first.frontierMs);
  expect(second.restarts).toBe(1);
});

test('an ordered listing gives up after two rejections without progress', () => {
  const twice = restarted(restarted({ ...AT_THE_TOP, frontierMs: FRONTIER_MS, queryPage: 7 }));
  expect(restartListing(twice)).toEqual({ kind: 'give-up' });
});

test('a second full of files that its listing cannot leave gives up', () => {
  let listing = restarted({ ...AT_THE_TOP, frontierMs: FRONTIER_MS, queryPage: 7 });
  listing = restarted({ ...listing, queryPage: 3, frontierMs: FRONTIER_MS });
  expect(restartListing({ ...listing, queryPage: 3, frontierMs: FRONTIER_MS })).toEqual({ kind: 'give-up' });
});

test('progress between rejections forgives the earlier ones', () => {
  let listing = restarted({ ...AT_THE_TOP, frontierMs: FRONTIER_MS, queryPage: 1 });
  for (let round = 1; round <= 10; round++) {
    listing = restarted(listing);
    expect(listing.restarts).toBe(1);
    listing = restarted({ ...listing, queryPage: 1, frontierMs: FRONTIER_MS - round * 1_000 });
    expect(listing.restarts).toBe(0);
  }
});

test('a resumed listing stays in its own window', () => {
  const window = { trashed: true, from: 100, before: 200 };
  const listing = { ...AT_THE_TOP, window, q: windowQuery(window), queryPage: 2, frontierMs: 150_000 };
  expect(restarted(listing).q).toBe(windowQuery({ trashed: true, from: 100, before: 151 }));
});

test('an ordered listing that met no time yet starts again from the top', () => {
  expect(restartListing({ ...AT_THE_TOP, queryPage: 3 })).toEqual({
    kind: 'restart',
    q: AT_THE_TOP.q,
    frontierMs: undefined,
    restarts: 0,
    bestPage: 3,
  });
});

test('an unordered listing starts from the top even where its frontier is known', () => {
  const listing = { ...AT_THE_TOP, ordered: false, frontierMs: FRONTIER_MS, queryPage: 5 };
  expect(restarted(listing)).toMatchObject({ q: AT_THE_TOP.q, frontierMs: undefined, bestPage: 5 });
});

test.each([
  { queryPage: 6, next: { kind: 'restart', restarts: 0, bestPage: 6 } },
  { queryPage: 5, next: { kind: 'give-up' } },
  { queryPage: 0, next: { kind: 'give-up' } },
])('an unordered listing at page $queryPage, best 5, warned once, comes out as $next.kind', (given) => {
  const listing = { ...AT_THE_TOP, ordered: false, bestPage: 5, restarts: 1, queryPage: given.queryPage };
  expect(restartListing(listing)).toMatchObject(given.next);
});

test('an unordered listing that got less far keeps its best page', () => {
  const listing = { ...AT_THE_TOP, ordered: false, bestPage: 5, queryPage: 2 };
  expect(restarted(listing)).toMatchObject({ bestPage: 5, restarts: 1 });
});

test('whatever happens between rejections, a listing that never gets further gives up', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.nat({ max: 9 }), { minLength: 4, maxLength: 4 }),
      (ordered, pages) => {
        let listing: RejectedListing = { ...AT_THE_TOP, ordered, bestPage: ordered ? 0 : 9 };
        if (ordered) listing = restarted({ ...listing, frontierMs: FRONTIER_MS, queryPage: 1 });
        const outcomes = pages.map((queryPage) => {
          const next = restartListing({ ...listing, queryPage });
          if (next.kind === 'restart') listing = { ...listing, ...next };
          return next.kind;
        });
        expect(outcomes).toContain('give-up');
      },
    ),
  );
});

/** Follows a listing as the store does; the page at which its circle is noticed, undefined if it is not. */
function pagesUntilNoticed(tokenAt: (page: number) => string, limit: number): number | undefined {
  let mark: CycleMark = { token: undefined, page: 0 };
  let asked: string | undefined;
  for (let page = 1; page <= limit; page++) {
    const next = tokenAt(page);
    if (next === asked || next === mark.token) return page;
    mark = moveCycleMark(mark, next, page);
    asked = next;
  }
  return undefined;
}

test('every listing that loops is noticed after at most three times its way into it and round it', () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 300 }), (tail, cycle) => {
      const tokenAt = (page: number) => String(page <= tail ? page : tail + 1 + ((page - tail - 1) % cycle));
      expect(pagesUntilNoticed(tokenAt, 3 * (tail + cycle) + 2)).toBeGreaterThan(tail + cycle);
    }),
    { numRuns: 1_000 },
  );
});

test('a listing whose tokens all differ is never taken for a circle', () => {
  expect(pagesUntilNoticed(String, 10_000)).toBeUndefined();
});

test.each([1, 2, 3, 7, 64, 1_000])('the mark is a token of the last doubling at page %i', (pages) => {
  let mark: CycleMark = { token: undefined, page: 0 };
  for (let page = 1; page <= pages; page++) mark = moveCycleMark(mark, String(page), page);
  expect(mark.page).toBe(2 ** Math.floor(Math.log2(pages)));
  expect(mark.token).toBe(String(mark.page));
});
