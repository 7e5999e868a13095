import { createReporter, progressLine, type Pace } from '../../../src/commands/sync/progress-line';
import { fakeHost } from '../../support/in-process';
import type { Progress } from '../../../src/model/progress';

const PROGRESS: Progress = {
  jobId: 'j',
  state: 'running',
  pages: 120,
  files: 55_200,
  changes: 0,
  startedAt: 1,
  units: 12_000,
  indexing: undefined,
  sources: 1,
  sourcesOpen: 1,
  open: [],
};
const line = (progress: Partial<Progress>, pace: Partial<Pace> = {}) =>
  progressLine({ ...PROGRESS, ...progress }, { rate: 0, elapsedMs: 9_000, state: 'running', ...pace });

test.each([
  [undefined, '55,200 files listed · 9.0 s'],
  [1, '55,200 files listed · about 10 s left · 9.0 s'],
  [41_000, '55,200 files listed · about 50 s left · 9.0 s'],
  [600_001, '55,200 files listed · about 11 min left · 9.0 s'],
  [4 * 3_600_000, '55,200 files listed · about 4 h left · 9.0 s'],
])('an estimate of %s ms is told no more exactly than it is', (leftMs, told) => {
  expect(line({}, { leftMs })).toBe(told);
});

test('the building of the search index is told in percent', () => {
  expect(line({ indexing: { done: 20_000, of: 55_200 } })).toBe(
    '55,200 files listed · building the search index (36 %) · 9.0 s',
  );
});

const OPEN: Progress['open'][number] = {
  sourceId: 'user',
  name: undefined,
  windows: 4,
  windowsDone: 1,
  files: 10,
  pages: 2,
  pagesLeft: undefined,
  foldersLeft: 0,
  filesToAsk: 0,
  filesGone: 0,
  failure: undefined,
  failures: 0,
  retryAt: undefined,
};

describe('a source that makes no progress', () => {
  beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(1_000_000));
  afterEach(() => jest.restoreAllMocks());

  test('is told with what it waits for, and how long', () => {
    const open = [{ ...OPEN, failure: 'rate-limited' as const, failures: 1, retryAt: 1_012_000 }];
    expect(line({ open })).toMatch(/ · Google Drive is limiting the request rate, next try in 12\.0 s$/);
  });

  test('is told no more once the wait is over', () => {
    const open = [{ ...OPEN, failure: 'rate-limited' as const, failures: 1, retryAt: 999_000 }];
    expect(line({ open })).not.toContain('next try');
  });
});

test('without a terminal, a line is printed every five seconds, and only if something has changed', () => {
  const told: string[] = [];
  let now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  const report = createReporter({
    status: undefined,
    tell: (text) => void told.push(text),
    streams: fakeHost().host,
  });
  const reportAt = (seconds: number, files: number): void => {
    now = 1_000_000 + seconds * 1000;
    report({ stored: undefined, progress: { ...PROGRESS, files } });
  };
  reportAt(1, 0);
  reportAt(5, 4_000);
  reportAt(9, 8_000);
  reportAt(10, 9_000);
  expect(told).toEqual([
    '4,000 files listed · 800 files/s · 5.0 s',
    '9,000 files listed · 900 files/s · 10.0 s',
  ]);
  jest.restoreAllMocks();
});

const DRIVES = {
  sources: 5,
  sourcesOpen: 2,
  open: [
    { ...OPEN, pages: 120, pagesLeft: 180 },
    { ...OPEN, sourceId: '0A', name: 'Plans', pagesLeft: 0 },
  ],
};

test('the share of a crawl and the drives that are left are told', () => {
  expect(line(DRIVES, { rate: 920, leftMs: 60_000 })).toBe(
    '40 % · 55,200 files listed · 920 files/s · 3 of 5 drives · left: My Drive, Plans · about 60 s left · 9.0 s',
  );
});

test.each([
  [99, '40 % · 55,200 files listed · 920 files/s · 3 of 5 drives · left: My Drive, Plans · about 60 s left'],
  [90, '40 % · 55,200 files listed · 3 of 5 drives · left: My Drive, Plans · about 60 s left'],
  [70, '40 % · 55,200 files listed · 3 of 5 drives · about 60 s left'],
  [50, '40 % · 55,200 files listed · about 60 s left'],
  [20, '40 % · 55,200 files listed · about 60 s left'],
])('%i columns show what matters most', (width, told) => {
  expect(line(DRIVES, { rate: 920, leftMs: 60_000, width })).toBe(told);
});
