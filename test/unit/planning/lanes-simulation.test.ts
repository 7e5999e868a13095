import { simulateCrawl } from '../../support/lane-simulation';
import { ListedDrive, type ListingOrder } from '../../support/listed-drive';
import { OPENED_AT } from '../../support/stores';

const YEAR = 365.25 * 86_400_000;
const HOUR = 3_600_000;
const PAGE_SIZE = 23;
const LATENCY_MS = 300;

/** Numbers in [0, 1), the same in each run (a linear congruence is random enough to spread files). */
function fractions(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

const overYears = (random: () => number) => OPENED_AT - random() * 15 * YEAR;

/** When the files of a Drive were modified. */
const SHAPES = {
  uniform: overYears,
  bursty: (random: () => number) =>
    random() < 0.3 ? OPENED_AT - 4.2 * YEAR - random() * HOUR : overYears(random),
  migrated: (random: () => number) =>
    random() < 0.95 ? OPENED_AT - 3.3 * YEAR - random() * 6 * HOUR : overYears(random),
  identical: () => OPENED_AT - 3.3 * YEAR,
};

interface Case {
  shape: keyof typeof SHAPES;
  order?: ListingOrder;
  files?: number;
  lanes?: number;
  /** How much a request may take less or more than usual, as a share. */
  jitter?: number;
}

/** Crawls a Drive; says what it took in terms of one lane that lists each page once. */
function crawl({ shape, order = 'honored', files = 10_000, lanes = 16, jitter = 0 }: Case) {
  const random = fractions(7);
  const drive = Array.from({ length: files }, (_, at) => {
    return { id: `f${String(at)}`, modified: Math.floor(SHAPES[shape](random)), trashed: false };
  });
  const cost = simulateCrawl(new ListedDrive(drive, { pageSize: PAGE_SIZE, order, openedMs: OPENED_AT }), {
    lanes,
    latency: () => LATENCY_MS * (1 + jitter * (2 * random() - 1)),
  });
  expect(cost.files).toBe(files);
  // The window of the trash takes a page to be found empty.
  const least = Math.ceil(files / PAGE_SIZE) + 1;
  const speedup = (least * LATENCY_MS) / cost.ms;
  return { ...cost, least, speedup, efficiency: speedup / lanes };
}

test.each(['uniform', 'bursty', 'migrated'] as const)('16 lanes share %s files well', (shape) => {
  const { pages, least, efficiency } = crawl({ shape });
  expect(efficiency).toBeGreaterThanOrEqual(0.75);
  expect(pages).toBeLessThanOrEqual(1.15 * least);
});

test.each(['uniform', 'bursty'] as const)('16 lanes share %s files in no order', (shape) => {
  const { pages, least, speedup } = crawl({ shape, order: 'ignored' });
  expect(speedup).toBeGreaterThanOrEqual(4);
  expect(pages).toBeLessThanOrEqual(1.2 * least);
});

test('files of one evening in no order are hard to share, which costs less than to list them twice', () => {
  const { pages, least, speedup } = crawl({ shape: 'migrated', order: 'ignored' });
  expect(speedup).toBeGreaterThan(1);
  expect(pages).toBeLessThanOrEqual(2 * least);
});

test('files of one instant are the work of one lane, which the others do not hold up', () => {
  const { pages, least, speedup } = crawl({ shape: 'identical' });
  expect(speedup).toBeGreaterThanOrEqual(1 / 1.2);
  expect(pages).toBeLessThanOrEqual(1.15 * least + 40);
});

test('32 lanes list little twice of a large Drive whose answers take their time', () => {
  const { pages, least } = crawl({ shape: 'uniform', files: 50_000, lanes: 32, jitter: 0.5 });
  expect(pages).toBeLessThanOrEqual(1.06 * least);
});
