import { FAILURES, isFailureKind } from '../../model/failure';
import { UNLISTED_DRIVES } from '../../model/job';

/** Why a job or a source stands where it stands, in words. */
export interface Reason {
  says: string;
  /** What a person can do about it. */
  hint?: string | undefined;
}

const IN_FULL = '`gdrive-sync sync --full` lists everything once more';

/** Why a source is partial. */
const PARTIAL: ReadonlyMap<string, Reason> = new Map(
  Object.entries({
    'page-token-rejected': {
      says: 'Google Drive rejected the place to go on from again and again, so that a part of the listing is missing',
      hint: IN_FULL,
    },
    'unlisted-files': {
      says: 'Google Drive does not give a page of the listing, so that files may be missing',
      hint: IN_FULL,
    },
    'incomplete-search': {
      says: 'Google Drive said that it did not search everything, so that files may be missing',
      hint: IN_FULL,
    },
    'unusable-items': {
      says: 'Google Drive sent items without an id, which cannot be kept',
      hint: IN_FULL,
    },
    'unreadable-log': {
      says: 'Google Drive does not give a page of the change log, so that changes are missing',
      hint: 'everything is listed once more a day after the last time; `gdrive-sync sync --full` does it now',
    },
    [UNLISTED_DRIVES]: {
      says: 'Google Drive did not list the shared drives, so that new ones may be missing',
      hint: 'the next sync asks again',
    },
    // Only in stores of older versions.
    'unconfirmed-files': {
      says: 'Google Drive does not say of some files whether they still exist, so that they are kept',
      hint: 'the next sync asks again, and `gdrive-sync sync --full` lists everything once more',
    },
  }),
);

/** What a job can wait for besides what a failure asks of a person. */
const WAITS: ReadonlyMap<string, Reason> = new Map(
  Object.entries({
    paused: { says: 'paused', hint: '`gdrive-sync resume` lets it go on' },
  }),
);

/** A reason in one line, with what a person can do about it. */
export function withHint({ says, hint }: Reason): string {
  return hint === undefined ? says : `${says}; ${hint}`;
}

/** Why a source is partial, in words; the reason itself where nothing better is known. */
export function partialReason(reason: string | undefined): Reason {
  return PARTIAL.get(reason ?? '') ?? { says: reason ?? 'something could not be listed', hint: IN_FULL };
}

/** What a job waits for, or why it failed, in words; undefined for a word that is not known. */
export function reasonOf(reason: string | undefined): Reason | undefined {
  if (reason === undefined) return undefined;
  return isFailureKind(reason) ? FAILURES[reason] : (WAITS.get(reason) ?? PARTIAL.get(reason));
}

/** Tells a reason in one line; what is words already stays as it is. */
export function reasonText(reason: string | null | undefined): string | undefined {
  if (reason == null) return undefined;
  const known = reasonOf(reason);
  if (known === undefined) return reason;
  return reason === 'paused' && known.hint !== undefined ? `${known.says}; ${known.hint}` : known.says;
}

/** True for a job that goes on only when a person has done something, as resuming it or logging in. */
export function waitsForPerson(job: { state: string; reason: string | undefined } | undefined): boolean {
  if (job?.state !== 'waiting') return false;
  if (job.reason === 'paused') return true;
  return isFailureKind(job.reason) && FAILURES[job.reason].retry === 'park';
}
