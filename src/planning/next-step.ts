/** Where the work on a source stands, as far as it decides what comes next. */
export interface SourceSituation {
  /** The source is left for good: only its rows remain to be settled. */
  leaving: boolean;
  /** The open full crawl; undefined if there is none. */
  crawl: CrawlSituation | undefined;
  /** There is a place in the change log to go on from. */
  hasLog: boolean;
  /** The log has been read to its end for the request that this pass answers. */
  drained: boolean;
  foldersToList: boolean;
  foldersToSpread: boolean;
  /** A look at all rows for those that the crawl did not see has begun and is not over. */
  sweeping: boolean;
  filesToAsk: boolean;
  filesGone: boolean;
  /** Other sources of this pass may find more files gone, so the guard cannot count all removals yet; asked only when it matters. */
  removalsUnknown: () => boolean;
  /** More files are gone than may be removed without a person's consent; counted only when it matters. */
  tooManyGone: () => boolean;
  /** Another full crawl was asked for, or is due. */
  fullDue: boolean;
}

/** Where an open crawl stands. */
export interface CrawlSituation {
  windowsOpen: boolean;
  /** The start token was minted for this crawl, and the hour before it is not among the windows yet. */
  recentMissing: boolean;
  crawled: boolean;
  /** Nothing is known to be missing, so that what was not seen may be doubted. */
  healthy: boolean;
}

/**
 * What to do next with a source. `start`, `crawl`, `changes`, `list` and `ask` need Drive; `wait` needs a person; `hold` needs the logs of other
 * sources; the store does the others by itself.
 */
export type Step =
  | 'start'
  | 'crawl'
  | 'end-crawl'
  | 'changes'
  | 'list'
  | 'spread'
  | 'sweep'
  | 'ask'
  | 'wait'
  | 'hold'
  | 'remove'
  | 'open-crawl'
  | 'settle';

/**
 * The order of the work: the crawl, what changed meanwhile, what that means for what is in folders, and only then what is gone. A crawl
 * that comes on top of a copy begins when the copy is settled, so that what it finds is what the log did not tell.
 */
export function nextStep(situation: SourceSituation): Step {
  const { leaving, crawl, fullDue } = situation;
  const reading = leaving ? undefined : readingStep(situation);
  const step = reading ?? removingStep(situation);
  if (step !== undefined) return step;
  return fullDue && crawl === undefined && !leaving ? 'open-crawl' : 'settle';
}

/** What has to be read of Drive before anything can be said to be gone. */
function readingStep(situation: SourceSituation): Step | undefined {
  const { crawl, hasLog, drained, foldersToList } = situation;
  if (!hasLog) return 'start';
  const step = crawl && crawlStep(crawl);
  if (step !== undefined) return step;
  if (!drained) return 'changes';
  return foldersToList ? 'list' : undefined;
}

function removingStep(situation: SourceSituation): Step | undefined {
  const { leaving, crawl, sweeping } = situation;
  if (situation.foldersToSpread) return 'spread';
  if (sweeping && (leaving || crawl?.healthy === true)) return 'sweep';
  if (situation.filesToAsk) return 'ask';
  if (!situation.filesGone) return undefined;
  if (situation.removalsUnknown()) return 'hold';
  return situation.tooManyGone() ? 'wait' : 'remove';
}

function crawlStep({ windowsOpen, recentMissing, crawled }: CrawlSituation): Step | undefined {
  if (crawled && !windowsOpen) return undefined;
  return windowsOpen || recentMissing ? 'crawl' : 'end-crawl';
}
