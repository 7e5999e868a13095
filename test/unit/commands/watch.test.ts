import { progressLine } from '../../../src/commands/sync/watch';
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
