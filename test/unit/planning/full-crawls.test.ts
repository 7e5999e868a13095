import { dueCrawls, type CrawledSource } from '../../../src/planning/full-crawls';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 10, 30);
const MONTH_MS = 30 * DAY_MS;

const drives = (count: number, source: Partial<CrawledSource>): CrawledSource[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `0Drive${String(at)}`,
    fullAt: NOW,
    isIncomplete: false,
    wasMinted: false,
    ...source,
  }));
const user = (source: Partial<CrawledSource>): CrawledSource => ({
  ...drives(1, source)[0]!,
  id: 'user',
});
const due = (sources: CrawledSource[], afterMs: number) =>
  dueCrawls(sources, { now: NOW + afterMs, everyMs: MONTH_MS });

/** After how long a lone drive becomes due, in hours. */
function hoursUntilDue(drive: CrawledSource): number {
  for (let hours = 0; ; hours++) if (due([drive], hours * HOUR_MS + 1).length > 0) return hours;
}

test('the own source is crawled again a day after its first crawl, then every month', () => {
  expect(due([user({ wasMinted: true })], DAY_MS)).toEqual([]);
  expect(due([user({ wasMinted: true })], DAY_MS + 1)).toEqual(['user']);
  expect(due([user({})], MONTH_MS)).toEqual([]);
  expect(due([user({})], MONTH_MS + 1)).toEqual(['user']);
});

test('drives are crawled again at all hours of the week after the day that follows their first crawl', () => {
  const hours = drives(500, { wasMinted: true }).map(hoursUntilDue);
  expect(Math.min(...hours)).toBeGreaterThanOrEqual(24);
  expect(Math.max(...hours)).toBeLessThan(8 * 24);
  expect(new Set(hours).size).toBeGreaterThan(120);
});

test('later crawls of drives fall on all days of the month', () => {
  const days = drives(300, {}).map((drive) => Math.floor(hoursUntilDue(drive) / 24));
  expect(Math.max(...days)).toBeLessThanOrEqual(30);
  expect(new Set(days).size).toBeGreaterThan(25);
});

test('one job crawls a twentieth of the drives again, at least one, the oldest first, and the own source besides', () => {
  const many = drives(100, { fullAt: NOW - 3 * MONTH_MS });
  many[40]!.fullAt = NOW - 4 * MONTH_MS;
  const found = due([...many, user({ fullAt: NOW - 3 * MONTH_MS })], 0);
  expect(found).toHaveLength(6);
  expect(found.slice(0, 2)).toEqual(['user', '0Drive40']);
  expect(due(drives(3, { fullAt: 0 }), 0)).toHaveLength(1);
});

test('a source that is known to be incomplete is crawled again daily', () => {
  const [drive] = drives(1, { isIncomplete: true });
  expect(due([drive!], DAY_MS)).toEqual([]);
  expect(due([drive!], DAY_MS + 1)).toEqual(['0Drive0']);
});
