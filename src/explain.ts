import { DAMAGED_STORE_HINT, errorCode, errorMessage, isDamage, UserError } from './errors';
import { FAILURES, isFailureKind, SyncFailure, type FailureKind } from './model/failure';
import { storeFailure } from './store/sqlite/failure';

/**
 * Turns an error of a library into one sentence and a hint. Undefined for an unknown kind of error, which is
 * a bug of this program.
 */
export function explain(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  if (error instanceof SyncFailure) return ofKind(error.kind, error.message, error);
  return ofStore(error) ?? ofFileSystem(error) ?? ofTemporal(error);
}

/** One sentence for any error. */
export function inWords(error: unknown): string {
  return errorMessage(explain(error) ?? error);
}

function ofKind(kind: FailureKind, message: string, cause: unknown): UserError {
  return new UserError(message, { hint: FAILURES[kind].hint ?? 'nothing is lost; try again later', cause });
}

function ofStore(error: unknown): UserError | undefined {
  if (isDamage(error))
    return new UserError(`the store is damaged: ${errorMessage(error)}`, {
      hint: DAMAGED_STORE_HINT,
      cause: error,
    });
  const kind = storeFailure(error);
  if (kind === undefined || kind === 'internal') return undefined;
  const { says } = FAILURES[kind];
  if (kind !== 'store-unusable') return ofKind(kind, says, error);
  const hint = 'check that you may write to the home folder and everything in it';
  return new UserError(`${says}: ${errorMessage(error)}`, { hint, cause: error });
}

const MAKE_ROOM = 'free some space on the disk of the home folder, then try again';
const FILE_SYSTEM: Readonly<Record<string, { says: string; hint: string }>> = {
  ENOSPC: { says: FAILURES['disk-full'].says, hint: MAKE_ROOM },
  EDQUOT: { says: 'your disk quota is used up', hint: MAKE_ROOM },
  EFBIG: { says: 'a file would exceed the file size limit', hint: 'raise the limit with `ulimit -f`' },
  EROFS: {
    says: 'the file system is read-only',
    hint: 'make it writable, or choose another home with --home; commands that only read the copy still work',
  },
  EACCES: { says: 'access is denied', hint: 'check the permissions of the home folder and everything in it' },
  EPERM: { says: 'access is denied', hint: 'check the permissions of the home folder and everything in it' },
  EIO: { says: FAILURES['disk-error'].says, hint: 'check the disk of the home folder' },
  EMFILE: { says: 'too many files are open', hint: 'raise the limit with `ulimit -n`' },
  ENFILE: { says: 'too many files are open on this machine', hint: 'close other programs, then try again' },
};

function ofFileSystem(error: unknown): UserError | undefined {
  const known = FILE_SYSTEM[errorCode(error) ?? ''];
  return known && new UserError(`${known.says} (${errorMessage(error)})`, { hint: known.hint, cause: error });
}

const TRY_AGAIN = 'try again in a moment; `gdrive-sync doctor` checks the server';

/** Explains errors of Temporal's client: gRPC errors, possibly nested, and workflow failures. */
function ofTemporal(error: unknown): UserError | undefined {
  const chain = causesOf(error);
  const names = new Set(chain.map(({ name }) => name));
  const rpc = chain.find(({ code, details }) => typeof code === 'number' && typeof details === 'string');
  const failure = chain.find(({ type }) => isFailureKind(type));
  if (names.has('WorkflowUpdateRPCTimeoutOrCancelledError')) return temporalError(NO_WORKER, error);
  if (rpc !== undefined) return temporalError(ofRpc(Number(rpc.code), String(rpc.details)), error);
  if (failure !== undefined && isFailureKind(failure.type))
    return ofKind(failure.type, failure.message ?? FAILURES[failure.type].says, error);
  if (chain.some(({ message }) => /tonic|transport error/i.test(message ?? '')))
    return temporalError(UNREACHABLE, error);
  return [...names].some((name) => TEMPORAL_ERRORS.has(name ?? ''))
    ? temporalError(CHANGED, error)
    : undefined;
}

function temporalError(says: string, cause: unknown): UserError {
  return new UserError(says, { hint: TRY_AGAIN, cause });
}

/** By gRPC's status codes: https://grpc.io/docs/guides/status-codes/ */
function ofRpc(code: number, details: string): string {
  switch (code) {
    case 1: // CANCELLED: the server ended during the call.
    case 14: // UNAVAILABLE
      return UNREACHABLE;
    case 4: // DEADLINE_EXCEEDED
      return TOO_SLOW;
    case 8: // RESOURCE_EXHAUSTED
      return 'the Temporal server is overloaded';
    case 9: // FAILED_PRECONDITION
      if (details.includes('no poller')) return NOT_READY;
  }
  if (/RST_STREAM|GOAWAY/.test(details)) return UNREACHABLE;
  return `the Temporal server refused the request: ${details.split('\n', 1)[0] ?? ''}`;
}

const UNREACHABLE = 'the Temporal server cannot be reached';
const NOT_READY = 'the Temporal server has just started and is not ready yet';
const CHANGED = 'the job has ended or was changed by another command in the meantime';
const TOO_SLOW = 'the Temporal server, or the worker of this home, did not answer in time';
const NO_WORKER = 'the worker of this home did not answer in time';
const TEMPORAL_ERRORS: ReadonlySet<string> = new Set([
  'TransportError',
  'WorkflowNotFoundError',
  'WorkflowFailedError',
  'WorkflowUpdateFailedError',
  'WorkflowExecutionAlreadyStartedError',
  'ScheduleNotFoundError',
  'ScheduleAlreadyRunning',
]);

interface Cause {
  name?: string;
  message?: string;
  code?: unknown;
  details?: unknown;
  type?: unknown;
  cause?: unknown;
}

function causesOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  for (let each = error; typeof each === 'object' && each !== null && chain.length < 10;) {
    chain.push(each);
    each = (each as Cause).cause;
  }
  return chain;
}
