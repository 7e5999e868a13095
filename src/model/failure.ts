/** Why a request to Drive, or a step of the sync, did not succeed: the one vocabulary of store, workflows and command line. */
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
  | 'source-gone'
  | 'not-found'
  | 'file-forbidden'
  | 'needs-confirmation'
  | 'superseded'
  | 'store-unusable'
  | 'internal';

interface FailurePolicy {
  /**
   * `wait`: retried without limit, the reason shown. `count`: retried, but only so often without progress.
   * `park`: the job waits for a person. `fail`: a retry cannot mend it.
   */
  retry: 'wait' | 'count' | 'park' | 'fail';
  /** One sentence for people. */
  says: string;
  hint?: string;
  /** A job that waits because of it goes on after a login. */
  login?: true;
}

/** How long a request may take by default, in ms. */
export const REQUEST_LIMIT_MS = 60_000;

const KEY_LOGIN = '`gdrive-sync auth login --service-account <key>`';

/** What each kind means for the job, and how it is told. */
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
    hint: 'if a proxy or your organization issues certificates, set NODE_EXTRA_CA_CERTS to the file with its CA certificate; check the clock too; then run `gdrive-sync reset`',
  },
  'rate-limited': { retry: 'wait', says: 'Google Drive asks to slow down' },
  'quota-daily': { retry: 'wait', says: "the Google project's daily quota is used up" },
  'disk-full': { retry: 'wait', says: 'the disk is full' },
  'disk-error': {
    retry: 'count',
    says: 'the disk cannot be written to or read from',
    hint: 'check the disk that holds the home folder, its quota and the limit on the size of files',
  },
  'store-busy': {
    retry: 'count',
    says: 'another program has the store open for writing',
    hint: 'close the other program, or wait until it is done; then run `gdrive-sync sync`',
  },
  'needs-login': {
    retry: 'park',
    says: 'Google refuses the stored login, or there is none: it was revoked, has expired or cannot be read',
    hint: 'log in again with `gdrive-sync auth login`, or provide other valid credentials: the job goes on where it stopped',
    login: true,
  },
  'client-refused': {
    retry: 'park',
    says: 'Google does not accept the OAuth client of the login: it was disabled, deleted or changed',
    hint: 'enable it in the Google Cloud console, or log in with another one: `gdrive-sync auth login`; the job goes on where it stopped',
    login: true,
  },
  'key-refused': {
    retry: 'park',
    says: 'Google does not accept the key of the service account: the key or the account was deleted or disabled',
    hint: `look both up in the Google Cloud console, or log in with a new JSON key: ${KEY_LOGIN}; the job goes on where it stopped`,
    login: true,
  },
  'subject-unknown': {
    retry: 'park',
    says: 'Google does not know the user for whom the service account acts',
    hint: `name a user of the domain by the primary e-mail address: ${KEY_LOGIN} --subject <address>; the job goes on where it stopped`,
    login: true,
  },
  'not-delegated': {
    retry: 'park',
    says: 'the service account may not act for this user of the domain',
    hint: 'an administrator allows it in the Admin console under Security > API controls > Domain-wide delegation, with the client ID of the service account and the scope https://www.googleapis.com/auth/drive.readonly (drive.metadata.readonly for a login without shared drives); then run `gdrive-sync resume`',
    login: true,
  },
  'clock-wrong': {
    retry: 'wait',
    says: "Google refuses the login because this machine's clock is wrong",
    hint: 'set the clock: `gdrive-sync doctor` says how far it is off',
  },
  'wrong-account': {
    retry: 'fail',
    says: 'the credentials belong to another Google account than this store',
    hint: "use that account's credentials, or another --account name for a store of its own",
  },
  'wrong-store': {
    retry: 'fail',
    says: 'the job was made for another store than the one found under this account name',
    hint: 'run `gdrive-sync delete` for the job, then `gdrive-sync sync`',
  },
  'invalid-settings': { retry: 'fail', says: 'these settings are not valid, so nothing was changed' },
  'scope-insufficient': {
    retry: 'fail',
    says: 'the login lacks a permission that is needed',
    hint: 'log in again with `gdrive-sync auth login` and leave the box for Google Drive ticked',
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
  'source-gone': { retry: 'fail', says: 'the shared drive is gone or no longer accessible' },
  'not-found': { retry: 'fail', says: 'the file is gone or no longer accessible' },
  'file-forbidden': { retry: 'fail', says: 'Google Drive does not say whether the file still exists' },
  'needs-confirmation': {
    retry: 'park',
    says: 'unusually many files have disappeared, and removing them here needs a confirmation',
    hint: '`gdrive-sync status <job>` names some; where `gdrive-sync up` runs, `gdrive-sync resume --accept-removals` removes them, and `gdrive-sync resume` looks once more',
  },
  superseded: { retry: 'fail', says: 'a newer attempt took this work over' },
  'store-unusable': {
    retry: 'fail',
    says: 'the store cannot be used',
    hint: 'run `gdrive-sync status` to see what is wrong with it',
  },
  internal: { retry: 'count', says: 'an unexpected error occurred' },
};

/**
 * A step of the sync that did not succeed. The message names no file, e-mail address, token or query, because it ends up in
 * Temporal's history; neither may `detail` and `says`, a sentence that is more exact than the kind's own.
 */
export class SyncFailure extends Error {
  override readonly name = 'SyncFailure';
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FailureKind,
    {
      says = FAILURES[kind].says,
      detail,
      retryAfterMs,
    }: { says?: string | undefined; detail?: string; retryAfterMs?: number | undefined } = {},
  ) {
    super(says + (detail === undefined || detail === '' ? '' : ` (${detail})`));
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** True for a reason to wait that a login may remove. */
export function waitsForLogin(reason: string | undefined): boolean {
  return isFailureKind(reason) && FAILURES[reason].login === true;
}

/** True for a failure that time alone mends: nobody has to do anything about it. */
export function passesByItself(kind: FailureKind): boolean {
  const { retry, hint } = FAILURES[kind];
  return (retry === 'wait' || retry === 'count') && hint === undefined;
}

/** True for a string that names a failure kind. */
export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 64_000;
const DAILY_QUOTA_DELAY_MS = 3_600_000;
const DISK_FULL_DELAY_MS = 30_000;
/** The longest wait that a server may ask for. */
export const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/**
 * How long to wait before the next attempt, in ms: what the server asked for, clamped, else full-jitter exponential backoff
 * as Google recommends (https://developers.google.com/workspace/drive/api/guides/limits#exponential).
 * `attempt` counts from 1; `random` is in [0, 1).
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
