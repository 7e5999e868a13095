import { EXIT, StoreError, UserError } from '../../src/errors';
import { SyncFailure } from '../../src/model/failure';
import { fromWireError, toWireError } from '../../src/threads/wire-error';

/** What comes out of the way between two threads. */
const travelled = (error: unknown) => fromWireError(structuredClone(toWireError(error)));

test.each([
  new SyncFailure('malformed', { detail: 'the page has no list of files' }),
  new SyncFailure('rate-limited', { retryAfterMs: 2_500 }),
  new SyncFailure('superseded'),
])('a failure of the sync stays what it is: $message', (failure) => {
  const arrived = travelled(failure);
  expect(arrived).toBeInstanceOf(SyncFailure);
  expect(arrived).toMatchObject({
    name: 'SyncFailure',
    message: failure.message,
    kind: failure.kind,
    retryAfterMs: failure.retryAfterMs,
  });
});

test.each([
  new UserError('the store is damaged', { hint: 'move it away' }),
  new UserError('no such option', { exitCode: EXIT.usage }),
  new UserError('caused by another', { cause: new Error('the cause') }),
])("a user's error keeps its hint and its exit code: $message", (error) => {
  const arrived = travelled(error);
  expect(arrived).toBeInstanceOf(UserError);
  expect(arrived).toMatchObject({
    name: 'UserError',
    message: error.message,
    hint: error.hint,
    exitCode: error.exitCode,
  });
});

test("a store's error stays one, and another of the user does not become one", () => {
  expect(travelled(new StoreError('the store is damaged'))).toBeInstanceOf(StoreError);
  expect(travelled(new UserError('no such option'))).not.toBeInstanceOf(StoreError);
});

test('any other error keeps its message, its code and where it came from', () => {
  const error = Object.assign(new TypeError('not durable'), { code: 'SQLITE_FULL' });
  const arrived = travelled(error);
  expect(arrived).toMatchObject({ message: 'not durable', code: 'SQLITE_FULL', stack: error.stack });
  expect(arrived).not.toBeInstanceOf(SyncFailure);
  expect(arrived).not.toBeInstanceOf(UserError);
});

test('an error without a code gets none', () => {
  expect(travelled(new Error('plain'))).not.toHaveProperty('code');
});

test.each([
  { thrown: 'only text', message: 'only text' },
  { thrown: undefined, message: 'undefined' },
  { thrown: { message: 'of another realm', code: 'SQLITE_BUSY' }, message: 'of another realm' },
])('what is thrown without being an error arrives as one: $message', ({ thrown, message }) => {
  const arrived = travelled(thrown);
  expect(arrived).toBeInstanceOf(Error);
  expect(arrived.message).toBe(message);
});

test('the code of what only looks like an error is kept', () => {
  expect(travelled({ message: 'busy', code: 'SQLITE_BUSY' })).toMatchObject({ code: 'SQLITE_BUSY' });
});
