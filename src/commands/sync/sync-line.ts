import type { EventKind } from '../../model/event';
import type { StoredJob } from '../../queries/jobs/stored-jobs';
import { reasonText } from '../jobs/reasons';
import { countOf, formatSpan, formatTime, formatZoned, kindsText } from '../render/text';

/** A job that has ended, and what it changed in the copy: events by kind. */
export interface EndedSync {
  job: StoredJob;
  events: readonly [EventKind, number][];
}

/** The number of changes in the copy. */
export function changesOf({ events }: EndedSync): number {
  return events.reduce((sum, [, count]) => sum + count, 0);
}

/** True for a sync that found everything as it was. */
export function foundNothing(sync: EndedSync): boolean {
  const { state, files, full } = sync.job;
  return state === 'completed' && files === 0 && !full && changesOf(sync) === 0;
}

/** What a sync did, such as `50 changes (12 edited, 3 removed) in 1.2 s`. */
export function whatHappened(sync: EndedSync): string {
  const { state, startedAt, endedAt, message, reason } = sync.job;
  const took =
    startedAt === undefined || endedAt === undefined ? '' : ` in ${formatSpan(endedAt - startedAt)}`;
  const done = `${resultOf(sync)}${took}`;
  if (state === 'completed') return done;
  const why = reasonText(message ?? reason);
  return `${state}${why === undefined ? '' : ` (${why})`}: ${done}`;
}

function resultOf(sync: EndedSync): string {
  const changes = changesOf(sync);
  if (changes > 0) {
    return `${countOf(changes, 'change')} (${kindsText(sync.events)})`;
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
