import { openForReading } from '../../store/sqlite/open';
import { SETTINGS_ROW, toSettings } from '../../store/jobs/account-settings';
import type { SqlValue } from '../../model/values';
import type { ContentPaths } from './content-writer';
import { DocumentTable, type ContentOutlook } from './documents';
import { ContentPlan } from './plan';
import { CONTENT } from './schema';

/** What is left to do for an account's texts. */
export interface ContentProgress extends ContentOutlook {
  /** The texts are switched on. */
  on: boolean;
  /** The plan has not compared the newest metadata yet. */
  unplanned: boolean;
  /** Files that have a text. */
  done: number;
  /** Files whose text is here, or will never be. */
  settled: number;
}

/** Whether a plan is due does not depend on what it leaves out. */
const NO_CHOICE = () => ({ sql: '0', params: [] });
const NONE = { done: 0, settled: 0 };
const NOTHING: ContentOutlook = { due: 0, waiting: 0, nextAt: undefined };
const SETTLED = /* sql */ `
SELECT coalesce(sum(files) FILTER (WHERE state = 'done'), 0) AS done,
  coalesce(sum(files) FILTER (WHERE state <> 'due'), 0) AS settled FROM tally`;

/** Reads what is left to do at `now`, from both stores of an account; undefined if it has no copy. */
export function readContentProgress(
  { path, metadataPath }: ContentPaths,
  now: number,
): ContentProgress | undefined {
  const metadata = openForReading(metadataPath);
  if (metadata === undefined) return undefined;
  try {
    const settings = toSettings(metadata.prepare<[], Record<string, SqlValue>>(SETTINGS_ROW).get()).content;
    const { on } = settings;
    const texts = on ? openForReading(path, CONTENT) : undefined;
    if (texts === undefined) return { ...NOTHING, on, unplanned: on, ...NONE };
    try {
      const unplanned = new ContentPlan(texts, metadata, NO_CHOICE).isDue(settings, now);
      const settled = texts.prepare<[], typeof NONE>(SETTLED).get() ?? NONE;
      return { ...new DocumentTable(texts).outlook(now), on, unplanned, ...settled };
    } finally {
      texts.close();
    }
  } finally {
    metadata.close();
  }
}
