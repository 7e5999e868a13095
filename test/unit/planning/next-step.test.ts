import {
  nextStep,
  type CrawlSituation,
  type SourceSituation,
  type Step,
} from '../../../src/planning/next-step';

const QUIET: SourceSituation = {
  leaving: false,
  crawl: undefined,
  hasLog: true,
  caughtUp: true,
  foldersToList: false,
  foldersToPropagate: false,
  sweeping: false,
  filesToAsk: false,
  filesGone: false,
  removalsUnknown: () => false,
  tooManyGone: () => false,
  fullDue: false,
};
const CRAWLED: CrawlSituation = { windowsOpen: false, recentMissing: false, crawled: true, healthy: true };
const EVERYTHING: SourceSituation = {
  ...QUIET,
  crawl: { ...CRAWLED, windowsOpen: true, recentMissing: true, crawled: false },
  hasLog: false,
  caughtUp: false,
  foldersToList: true,
  foldersToPropagate: true,
  sweeping: true,
  filesToAsk: true,
  filesGone: true,
  removalsUnknown: () => true,
  tooManyGone: () => true,
  fullDue: true,
};

test('with everything to do, each thing has its turn before the next', () => {
  const done: [Step, Partial<SourceSituation>][] = [
    ['start', { hasLog: true }],
    ['crawl', { crawl: { ...CRAWLED, recentMissing: true, crawled: false } }],
    ['crawl', { crawl: { ...CRAWLED, crawled: false } }],
    ['end-crawl', { crawl: CRAWLED }],
    ['changes', { caughtUp: true }],
    ['list', { foldersToList: false }],
    ['propagate', { foldersToPropagate: false }],
    ['sweep', { sweeping: false }],
    ['ask', { filesToAsk: false }],
    ['hold', { removalsUnknown: () => false }],
    ['wait', { tooManyGone: () => false }],
    ['remove', { filesGone: false }],
    ['settle', { crawl: undefined }],
    ['open-crawl', { fullDue: false }],
    ['settle', {}],
  ];
  let situation = EVERYTHING;
  for (const [step, change] of done) {
    expect(nextStep(situation)).toBe(step);
    situation = { ...situation, ...change };
  }
});

test('a crawl that is known to be incomplete never sweeps', () => {
  expect(nextStep({ ...QUIET, crawl: { ...CRAWLED, healthy: false }, sweeping: true })).toBe('settle');
});

test('a source that is left reads nothing more, and its files are asked for', () => {
  const left = { ...EVERYTHING, leaving: true, crawl: undefined, foldersToPropagate: false };
  expect(nextStep(left)).toBe('sweep');
  expect(nextStep({ ...left, sweeping: false })).toBe('ask');
  expect(nextStep({ ...left, sweeping: false, filesToAsk: false, filesGone: false })).toBe('settle');
});
