/** Why a request to Drive or a step of the sync failed, for the store, workflows and command line alike. */
export type FailureKind =
  | 'transient'
  | 'malformed'
  | 'network'
  | 'too-slow'
  | 'too-large'
  | 'untrusted-certificate'
  | 'rate-limited'
  | 'quota-daily'
  | 'disk-full'
  | 'disk-error'
  | 'store-busy'
  | 'needs-login'
  | 'client-refused'
  | 'key-refused'
  | 'subject-unknown'
  | 'not-delegated'
  | 'clock-wrong'
  | 'wrong-account'
  | 'wrong-store'
  | 'invalid-settings'
  | 'scope-insufficient'
  | 'api-disabled'
  | 'domain-policy'
  | 'bad-request'
  | 'page-token-rejected'
  | 'incomplete-search'
  | 'source-gone'
  | 'not-found'
  | 'file-forbidden'
  | 'needs-confirmation'
  | 'superseded'
  | 'store-unusable'
  | 'internal';

interface FailurePolicy {
  /**
   * `wait`: retried without limit, and the reason is shown. `count`: retried a limited number of times
   * without progress. `park`: the job waits for a person. `fail`: a retry cannot fix it.
   */
  retry: 'wait' | 'count' | 'park' | 'fail';
  /** One sentence for people. */
  says: string;
  hint?: string;
  /** A job that waits for this reason continues after a login. */
  login?: true;
}

/** How long a request may take by default, in ms. */
export const REQUEST_LIMIT_MS = 60_000;

const KEY_LOGIN = '`gdrive-sync auth login --service-account <key>`';

/** What each kind means for the job, and its message and hint. */
export const FAILURES: Readonly<Record<FailureKind, FailurePolicy>> = {
  transient: { retry: 'count', says: 'Google Drive answered with a server error' },
  malformed: { retry: 'count', says: 'Google Drive sent an answer that is not a valid page' },
  network: { retry: 'wait', says: 'Google Drive cannot be reached' },
  'too-slow': {
    retry: 'count',
    says: `Google Drive takes longer than ${String(REQUEST_LIMIT_MS / 1000)} s to answer`,
  },
  'too-large': { retry: 'count', says: 'Google Drive sent an answer that is too large' },
  'untrusted-certificate': {
    retry: 'fail',
    says: 'the TLS certificate of Google Drive is not trusted',
    hint: 'if a proxy or your organization issues certificates, set NODE_EXTRA_CA_CERTS to the file with its CA certificate; also check the clock; then run `gdrive-sync reset`',
  },
  'rate-limited': { retry: 'wait', says: 'Google Drive is limiting the request rate' },
  'quota-daily': { retry: 'wait', says: "the Google project's daily quota is used up" },
  'disk-full': { retry: 'wait', says: 'the disk is full' },
  'disk-error': {
    retry: 'count',
    says: 'the disk cannot be read or written',
    hint: 'check the disk of the home folder, your disk quota and the file size limit',
  },
  'store-busy': {
    retry: 'count',
    says: 'another program has the store open for writing',
    hint: 'close the other program, or wait until it is done; then run `gdrive-sync sync`',
  },
  'needs-login': {
    retry: 'park',
    says: 'the login does not work: it was revoked, has expired, is missing, or cannot be read',
    hint: 'log in again with `gdrive-sync auth login`, or provide other valid credentials; the job continues where it stopped',
    login: true,
  },
  'client-refused': {
    retry: 'park',
    says: 'Google does not accept the OAuth client of the login: it was disabled, deleted or changed',
    hint: 'enable it in the Google Cloud console, or log in with another client: `gdrive-sync auth login`; the job continues where it stopped',
    login: true,
  },
  'key-refused': {
    retry: 'park',
    says: 'Google does not accept the key of the service account: the key or the account was deleted or disabled',
    hint: `check both in the Google Cloud console, or log in with a new JSON key: ${KEY_LOGIN}; the job continues where it stopped`,
    login: true,
  },
  'subject-unknown': {
    retry: 'park',
    says: 'Google does not know the user that the service account acts for',
    hint: `use the primary e-mail address of a user of the domain: ${KEY_LOGIN} --subject <address>; the job continues where it stopped`,
    login: true,
  },
  'not-delegated': {
    retry: 'park',
    says: 'the service account may not act for this user of the domain',
    hint: 'an administrator can allow it in the Admin console under Security > API controls > Domain-wide delegation, with the client ID of the service account and the scope https://www.googleapis.com/auth/drive.readonly (drive.metadata.readonly for a login without shared drives); then run `gdrive-sync resume`',
    login: true,
  },
  'clock-wrong': {
    retry: 'wait',
    says: "Google refuses the login because this machine's clock is wrong",
    hint: 'set the clock; `gdrive-sync doctor` shows how far it is off',
  },
  'wrong-account': {
    retry: 'fail',
    says: 'the credentials belong to another Google account than this store',
    hint: "use the credentials of the store's account, or another --account name to create a separate store",
  },
  'wrong-store': {
    retry: 'fail',
    says: 'the job belongs to another store than the current store of this account',
    hint: 'run `gdrive-sync delete` for the job, then `gdrive-sync sync`',
  },
  'invalid-settings': { retry: 'fail', says: 'these settings are not valid, so nothing was changed' },
  'scope-insufficient': {
    retry: 'fail',
    says: 'the login lacks a permission that is needed',
    hint: 'log in again with `gdrive-sync auth login` and keep the checkbox for Google Drive selected',
  },
  'api-disabled': {
    retry: 'fail',
    says: 'the Google Drive API is not enabled in the Google project of these credentials',
    hint: 'enable it in the Google Cloud console, wait a few minutes, then run `gdrive-sync reset`',
  },
  'domain-policy': {
    retry: 'fail',
    says: "the domain's administrators do not allow Drive apps",
    hint: 'ask an administrator to allow the app, then run `gdrive-sync reset`',
  },
  'bad-request': { retry: 'fail', says: 'Google Drive refuses the request' },
  'page-token-rejected': { retry: 'count', says: 'Google Drive rejects the page token' },
  'incomplete-search': { retry: 'count', says: 'Google Drive reported an incomplete search' },
  'source-gone': { retry: 'fail', says: 'the shared drive is gone or no longer accessible' },
  'not-found': { retry: 'fail', says: 'the file is gone or no longer accessible' },
  'file-forbidden': { retry: 'fail', says: 'Google Drive does not say whether the file still exists' },
  'needs-confirmation': {
    retry: 'park',
    says: 'unusually many files are gone from Drive, and removing them from the copy needs your consent',
    hint: '`gdrive-sync status <job>` lists some of them; `gdrive-sync sync --accept-removals` removes them, and `gdrive-sync resume` checks them again',
  },
  superseded: { retry: 'fail', says: 'a newer attempt has taken over this work' },
  'store-unusable': {
    retry: 'fail',
    says: 'the store cannot be used',
    hint: 'run `gdrive-sync status` to see what is wrong with it',
  },
  internal: { retry: 'count', says: 'an unexpected error occurred' },
};

/** More about a failure than its kind. `says` replaces the kind's sentence. */
interface FailureDetails {
  says?: string | undefined;
  detail?: string;
  retryAfterMs?: number | undefined;
  reason?: string | undefined;
}

/**
 * A step of the sync that failed. The message must not contain a file name, e-mail address, token or query,
 * because it ends up in Temporal's history. The same holds for `detail` and for `says`, which replaces the
 * kind's own sentence.
 */
export class SyncFailure extends Error {
  override readonly name = 'SyncFailure';
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;
  /** Google's word for it. */
  readonly reason: string | undefined;

  constructor(kind: FailureKind, given: FailureDetails = {}) {
    const { says = FAILURES[kind].says, detail, retryAfterMs, reason } = given;
    super(says + (detail === undefined || detail === '' ? '' : ` (${detail})`));
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
  }
}

/** True if a login may end the wait for this reason. */
export function waitsForLogin(reason: string | undefined): boolean {
  return isFailureKind(reason) && FAILURES[reason].login === true;
}

/** True for a temporary failure, which nobody has to fix. */
export function isTemporary(kind: FailureKind): boolean {
  const { retry, hint } = FAILURES[kind];
  return (retry === 'wait' || retry === 'count') && hint === undefined;
}

/** True for the name of a failure kind. */
export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 64_000;
const DAILY_QUOTA_DELAY_MS = 3_600_000;
const DISK_FULL_DELAY_MS = 30_000;
/** The longest wait that a server may request. */
export const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/**
 * How long to wait before the next attempt, in ms: the server's Retry-After within limits, otherwise
 * exponential backoff with jitter, as Google recommends
 * (https://developers.google.com/workspace/drive/api/guides/limits#exponential). `attempt` counts from 1;
 * `random` is in [0, 1).
 */
export function retryDelayMs(
  kind: FailureKind,
  { attempt, retryAfterMs, random }: { attempt: number; retryAfterMs?: number | undefined; random: number },
): number {
  if (retryAfterMs !== undefined)
    return Math.min(Math.max(retryAfterMs, FIRST_DELAY_MS), LONGEST_RETRY_AFTER_MS);
  if (kind === 'quota-daily') return DAILY_QUOTA_DELAY_MS;
  if (kind === 'disk-full') return DISK_FULL_DELAY_MS;
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_DELAY_MS);
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
