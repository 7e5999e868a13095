import type { FailureKind } from './failure';

/** A stored word as a sentence for people. */
export interface Reason {
  says: string;
  /** What a person can do about it. */
  hint?: string;
}

/**
 * Whether a source is kept current. `leaving`: it is no longer followed, and its rows are being settled.
 * `gone`: the account has lost access to it. `unfollowed`: the settings exclude it.
 */
export type FollowState = 'followed' | 'leaving' | 'gone' | 'unfollowed';

/** Why a source is no longer followed. It becomes the source's state once its rows are settled. */
export type LeaveReason = Extract<FollowState, 'gone' | 'unfollowed'>;

/** The states of a source that is not followed, in words. */
export const FOLLOW_STATES = {
  leaving: 'no longer followed, its files are being settled',
  gone: 'gone or no longer accessible',
  unfollowed: 'not followed',
} as const satisfies Readonly<Record<Exclude<FollowState, 'followed'>, string>>;

/** Why a copy is incomplete until a full crawl succeeds. */
export type IncompleteReason =
  | 'page-token-rejected'
  | 'unlisted-files'
  | 'incomplete-search'
  | 'unusable-items';

/** Why a source is partial at the end of a job. */
export type PartialReason = IncompleteReason | 'unreadable-log';

/** Reasons that only stores of older versions contain. */
export type OldPartialReason = 'unconfirmed-files';

/** Why a job is partial although all known sources are current: Drive did not list the shared drives. */
export const UNLISTED_DRIVES = 'unlisted-drives' as const;

/** A person has paused the job. */
export const PAUSED = 'paused' as const;

/** What a job waits for, or why it failed or is partial. */
export type JobReason = FailureKind | typeof PAUSED | typeof UNLISTED_DRIVES;

/** What a person can do where a listing is incomplete. */
export const IN_FULL = '`gdrive-sync sync --full` lists everything once more';

/** Why a source or a job is partial, in words. */
export const PARTIAL_REASONS = {
  'page-token-rejected': {
    says: 'Google Drive rejected the page token repeatedly, so part of the listing is missing',
    hint: IN_FULL,
  },
  'unlisted-files': {
    says: 'Google Drive did not return a page of the listing, so files may be missing',
    hint: IN_FULL,
  },
  'incomplete-search': {
    says: 'Google Drive reported an incomplete search, so files may be missing',
    hint: IN_FULL,
  },
  'unusable-items': {
    says: 'Google Drive sent items without an id, which cannot be kept',
    hint: IN_FULL,
  },
  'unreadable-log': {
    says: 'Google Drive did not return a page of the change log, so changes are missing',
    hint: 'everything is listed once more a day after the last time; `gdrive-sync sync --full` does it now',
  },
  [UNLISTED_DRIVES]: {
    says: 'Google Drive did not list the shared drives, so new ones may be missing',
    hint: 'the next sync asks again',
  },
  'unconfirmed-files': {
    says: 'Google Drive does not say whether some files still exist, so they are kept',
    hint: 'the next sync asks again, and `gdrive-sync sync --full` lists everything once more',
  },
} as const satisfies Readonly<
  Record<PartialReason | OldPartialReason | typeof UNLISTED_DRIVES, Required<Reason>>
>;

/** What a job waits for besides failures, in words. */
export const WAIT_REASONS = {
  [PAUSED]: { says: 'paused', hint: '`gdrive-sync resume` continues it' },
} as const satisfies Readonly<Record<Exclude<JobReason, FailureKind | typeof UNLISTED_DRIVES>, Reason>>;

/**
 * How we learned that a file is gone. `log`: from the change log of its source. `checked`: Drive does not
 * find it, or is still to be asked. `scope`: its shared drive is no longer followed.
 */
export type RemovalCause = 'log' | 'checked' | 'scope';

/** How the removal of a file was learned, in words. */
export const REMOVAL_CAUSES = {
  log: 'the change log said so',
  checked: 'Drive was asked and no longer knows it',
  scope: 'its shared drive is no longer followed',
} as const satisfies Readonly<Record<RemovalCause, string>>;

/**
 * What we know of a file that may be gone. `open`: to be looked up. `kept`: Drive was asked and did not
 * answer.
 */
export type CandidateVerdict = 'open' | 'gone' | 'kept';

/**
 * Items that cannot be stored. `no-id`: items without an id. `unknown-change`: change log entries of an
 * unknown kind.
 */
export type ItemError = 'no-id' | 'unknown-change';
