import { ServiceError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { EXIT, UserError } from '../../src/errors';
import { explain } from '../../src/explain';
import { SyncFailure, type FailureKind } from '../../src/model/failure';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });
const grpc = (code: number, details = '') =>
  Object.assign(new Error(`${String(code)} X: ${details}`), { code, details, metadata: {} });
const wrapped = (cause: Error) => new ServiceError('Failed to describe schedule', { cause });
const failed = (type: FailureKind) =>
  new WorkflowFailedError(
    'Workflow execution failed',
    ApplicationFailure.create({ type, message: 'said' }),
    'COMPLETED' as never,
  );

test.each([
  ['a busy store', withCode('SQLITE_BUSY', 'database is locked'), /another program has the store open/],
  ['a snapshot that is busy', withCode('SQLITE_BUSY_SNAPSHOT'), /another program has the store open/],
  ['a full disk, of SQLite', withCode('SQLITE_FULL'), /the disk is full/],
  ['a full disk, of the file system', withCode('ENOSPC'), /the disk is full/],
  ['a quota', withCode('EDQUOT'), /quota/],
  ['a disk that fails', withCode('SQLITE_IOERR_FSYNC'), /the disk cannot be read or written/],
  ['a read-only disk', withCode('EROFS'), /file system is read-only/],
  ['a store that may not be written', withCode('SQLITE_READONLY'), /the store cannot be used/],
  ['a damaged store', withCode('SQLITE_CORRUPT'), /the store is damaged/],
  ['too many files', withCode('EMFILE'), /too many files/],
  ['a file that may not grow', withCode('EFBIG'), /limit/],
  ['a server that is away', grpc(14, 'No connection established'), /the Temporal server cannot be reached/],
  ['a server that went', grpc(1, 'Call cancelled'), /the Temporal server cannot be reached/],
  ['a stream that broke', grpc(13, 'Received RST_STREAM with code 2'), /cannot be reached/],
  ['a server that starts', grpc(9, 'no poller seen for task queue recently'), /not ready yet/],
  ['a server that is slow', wrapped(grpc(4, 'Deadline exceeded')), /did not answer in time/],
  ['a server with too much to do', wrapped(grpc(8)), /overloaded/],
  [
    'a request that is refused',
    wrapped(grpc(3, 'invalid schedule')),
    /refused the request: invalid schedule/,
  ],
  [
    'a transport',
    Object.assign(new Error('tonic::transport::Error(Transport)'), { name: 'TransportError' }),
    /cannot be reached/,
  ],
  ['a workflow that is gone', new WorkflowNotFoundError('not found', 'w', undefined), /in the meantime/],
  ['a step that failed', failed('wrong-store'), /said/],
  ['a failure of the sync', new SyncFailure('network'), /cannot be reached/],
])('%s is told in a sentence of ours, with a hint', (_name, error, sentence) => {
  const told = explain(error);
  expect(told).toBeInstanceOf(UserError);
  expect(told?.message).toMatch(sentence);
  expect(told?.message).not.toMatch(/tonic|grpc|Failed to|Workflow execution|database is locked/);
  expect(told).toMatchObject({ hint: expect.stringMatching(/\w/), exitCode: EXIT.failure });
});

test('an error of the user stays as it is', () => {
  const error = new UserError('no', { exitCode: EXIT.usage });
  expect(explain(error)).toBe(error);
});

test.each([
  ['a mistake of ours', new TypeError('x is undefined')],
  ['a statement that SQLite does not understand', withCode('SQLITE_ERROR', 'no such column')],
  ['a constraint', withCode('SQLITE_CONSTRAINT')],
  ['text', 'only text'],
  ['nothing', undefined],
])('%s is not explained', (_name, error) => {
  expect(explain(error)).toBeUndefined();
});
