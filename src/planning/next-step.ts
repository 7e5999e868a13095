/** What decides the next step of a source. */
export interface SourceSituation {
  /** The source is no longer followed: only its rows remain to be settled. */
  leaving: boolean;
  /** The open full crawl; undefined if there is none. */
  crawl: CrawlSituation | undefined;
  /** There is a change token to continue from. */
  hasLog: boolean;
  /** The log has been read to its end for the request that this pass answers. */
  caughtUp: boolean;
  foldersToList: boolean;
  foldersToPropagate: boolean;
  /** The sweep, which looks for rows that the crawl did not see, has begun and is not done. */
  sweeping: boolean;
  filesToAsk: boolean;
  filesGone: boolean;
  /**
   * Other sources of this pass may find more files gone, so the guard cannot count all removals yet.
   * Evaluated only when it matters.
   */
  removalsUnknown: () => boolean;
  /** More files are gone than may be removed without a person's consent. Evaluated only when it matters. */
  tooManyGone: () => boolean;
  /** Another full crawl was requested, or is due. */
  fullDue: boolean;
}

/** Where an open crawl stands. */
export interface CrawlSituation {
  windowsOpen: boolean;
  /** The crawl minted its own start token, and has no window yet for the hour before it. */
  recentMissing: boolean;
  crawled: boolean;
  /** The crawl has no known gap, so a row that it did not see may be gone. */
  healthy: boolean;
}

/**
 * What to do next with a source. `start`, `crawl`, `changes`, `list` and `ask` need Drive; `wait` needs a
 * person; `hold` needs the logs of other sources; the store does the others alone.
 */
export type Step =
  | 'start'
  | 'crawl'
  | 'end-crawl'
  | 'changes'
  | 'list'
  | 'propagate'
  | 'sweep'
  | 'ask'
  | 'wait'
  | 'hold'
  | 'remove'
  | 'open-crawl'
  | 'settle';

/**
 * Decides the order of work: the crawl, the change log, what the changes mean for the children of folders,
 * and only then removals. A crawl on top of a copy begins once the copy is settled, so that it finds only
 * what the log did not report.
 */
export function nextStep(situation: SourceSituation): Step {
  const { leaving, crawl, fullDue } = situation;
  const reading = leaving ? undefined : readingStep(situation);
  const step = reading ?? removingStep(situation);
  if (step !== undefined) return step;
  return fullDue && crawl === undefined && !leaving ? 'open-crawl' : 'settle';
}

/** What has to be read from Drive before anything counts as gone. */
function readingStep(situation: SourceSituation): Step | undefined {
  const { crawl, hasLog, caughtUp, foldersToList } = situation;
  if (!hasLog) return 'start';
  const step = crawl && crawlStep(crawl);
  if (step !== undefined) return step;
  if (!caughtUp) return 'changes';
  return foldersToList ? 'list' : undefined;
}

function removingStep(situation: SourceSituation): Step | undefined {
  const { leaving, crawl, sweeping } = situation;
  if (situation.foldersToPropagate) return 'propagate';
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
