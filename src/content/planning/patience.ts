import type { ContentReason } from '../model/state';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A document that was edited this recently is probably still being edited. */
const QUIET_MS = 5 * MINUTE_MS;
/** A document that is edited all the time is fetched this often. */
const LONGEST_WAIT_MS = HOUR_MS;
const LONGEST_REST_MS = 6 * HOUR_MS;
const QUOTA_REST_MS = 24 * HOUR_MS;

/** How many failures of a kind are final until the file changes; one if it is not here. */
const TRIES: Partial<Record<ContentReason, number>> = {
  server: 8,
  changed: 8,
  corrupt: 3,
  'not-found': 3,
  'download-quota': 8,
  timeout: 2,
  crashed: 3,
};

/**
 * How long to wait for the end of the edits of a changed document, in ms; 0: fetch it now. `modifiedAt` and
 * `driveNow` by Drive's clock, `dueSince` and `now` by ours, all in ms since 1970.
 */
export function quietIn(times: {
  modifiedAt: number;
  driveNow: number;
  dueSince: number;
  now: number;
}): number {
  const quiet = times.modifiedAt + QUIET_MS - times.driveNow;
  const longest = times.dueSince + LONGEST_WAIT_MS - times.now;
  return Math.max(0, Math.min(quiet, longest));
}

/** How long a file rests after a failure, in ms; undefined: it is not tried again until it changes. */
export function restAfter(reason: ContentReason, failures: number): number | undefined {
  if (failures >= (TRIES[reason] ?? 1)) return undefined;
  if (reason === 'download-quota') return QUOTA_REST_MS;
  return Math.min(LONGEST_REST_MS, MINUTE_MS * 2 ** (failures - 1));
}
