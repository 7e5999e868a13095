import type { EventKind } from '../../model/event';
import type { StoredJob } from '../../queries/jobs/stored-jobs';
import { reasonText } from '../jobs/reasons';
import { countOf, formatCount, formatSpan, formatTime, formatZoned, kindsText } from '../render/text';

/** A job that has ended, and what it changed in the copy. */
export interface EndedSync {
  job: StoredJob;
  /** Events by kind, without those that follow from the event of a folder above. */
  events: readonly [EventKind, number][];
  inherited: number;
}

/** The number of changes in the copy. */
export function changesOf({ events }: EndedSync): number {
  return events.reduce((sum, [, count]) => sum + count, 0);
}

/** True for a sync that changed nothing. */
export function foundNothing(sync: EndedSync): boolean {
  const { files, full } = sync.job;
  return files === 0 && !full && changesOf(sync) === 0;
}

/** How a sync came out, such as `partial (…)`; undefined for a complete one. */
export function incompleteness({ job: { state, message, reason } }: EndedSync): string | undefined {
  if (state === 'completed') return undefined;
  const why = reasonText(message ?? reason);
  return `${state}${why === undefined ? '' : ` (${why})`}`;
}

/** What a sync did, such as `50 changes (12 edited, 3 removed) in 1.2 s`. */
export function whatHappened(sync: EndedSync): string {
  const { startedAt, endedAt } = sync.job;
  const took =
    startedAt === undefined || endedAt === undefined ? '' : ` in ${formatSpan(endedAt - startedAt)}`;
  const done = `${resultOf(sync)}${took}`;
  const trouble = incompleteness(sync);
  return trouble === undefined ? done : `${trouble}: ${done}`;
}

function resultOf(sync: EndedSync): string {
  const changes = changesOf(sync);
  if (changes > 0) {
    const inside = sync.inherited > 0 ? `, ${formatCount(sync.inherited)} more inside folders,` : '';
    return `${countOf(changes, 'change')} (${kindsText(sync.events)})${inside}`;
  }
  const { files, full } = sync.job;
  if (files === 0) return 'no changes';
  return full
    ? `full crawl of ${countOf(files, 'file')}, nothing to correct`
    : `listed ${countOf(files, 'file')}`;
}

/** A line of the log that `up` prints: time, account, what happened, and when the next sync is due. */
export function storyLine(
  at: number,
  { account, says, nextAt }: { account: string; says: string; nextAt?: number | undefined },
): string {
  const next =
    nextAt === undefined ? '' : `; next ${formatTime(nextAt).slice(11, nextAt - at < 60_000 ? 19 : 16)}`;
  return `${formatZoned(at)}  ${account}  ${says}${next}`;
}

/** A line of that log that is about the whole home. */
export function homeLine(at: number, says: string): string {
  return `${formatZoned(at)}  ${says}`;
}
