import { createReporter, progressLine } from '../../../src/commands/sync/watch';
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
const line = (progress: Partial<Progress>, leftMs?: number) =>
  progressLine({ ...PROGRESS, ...progress }, { rate: 0, leftMs, elapsedMs: 9_000, state: 'running' });

test.each([
  [undefined, '55,200 files · 120 pages · 9.0 s'],
  [1, '55,200 files · 120 pages · about 10 s of listing left · 9.0 s'],
  [41_000, '55,200 files · 120 pages · about 50 s of listing left · 9.0 s'],
  [600_001, '55,200 files · 120 pages · about 11 min of listing left · 9.0 s'],
  [4 * 3_600_000, '55,200 files · 120 pages · about 4 h of listing left · 9.0 s'],
])('an estimate of %s ms is told no more exactly than it is', (leftMs, told) => {
  expect(line({}, leftMs)).toBe(told);
});

test('the building of the search index is told by its counts', () => {
  expect(line({ indexing: { done: 20_000, of: 55_200 } })).toBe(
    '55,200 files · 120 pages · building the search index: 20,000 of 55,200 · 9.0 s',
  );
});

const OPEN: Progress['open'][number] = {
  sourceId: 'user',
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
    expect(line({ open })).toMatch(
      / · waiting: Google Drive is limiting the request rate, next try in 12\.0 s$/,
    );
  });

  test('is told no more once the wait is over', () => {
    const open = [{ ...OPEN, failure: 'rate-limited' as const, failures: 1, retryAt: 999_000 }];
    expect(line({ open })).not.toContain('waiting');
  });
});

test('without a terminal, a line is printed every five seconds, and only if something has changed', () => {
  const told: string[] = [];
  let now = 1_000_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  const report = createReporter({ status: undefined, tell: (text) => void told.push(text) });
  const reportAt = (seconds: number, files: number): void => {
    now = 1_000_000 + seconds * 1000;
    report({ stored: undefined, progress: { ...PROGRESS, files } });
  };
  reportAt(1, 0);
  reportAt(5, 4_000);
  reportAt(9, 8_000);
  reportAt(10, 9_000);
  expect(told).toEqual([
    '4,000 files · 120 pages · 800 files/s · 5.0 s',
    '9,000 files · 120 pages · 900 files/s · 10.0 s',
  ]);
  jest.restoreAllMocks();
});
