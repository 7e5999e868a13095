import { ApplicationFailure } from '@temporalio/common';
import { failureKind, toTemporalFailure } from '../../../src/activities/failures';
import { LoginError, StoreError, UserError } from '../../../src/errors';
import { SyncFailure } from '../../../src/model/failure';

const sqlite = (code: string) => Object.assign(new Error('x'), { code });

test.each([
  ['credentials that cannot be loaded', new LoginError('no file'), 'needs-login'],
  ['a store that cannot be used', new StoreError('damaged'), 'store-unusable'],
  ['any other mistake of a user', new UserError('odd'), 'internal'],
  ['a failure with a kind', new SyncFailure('network'), 'network'],
  ['a damaged page', sqlite('SQLITE_CORRUPT'), 'store-unusable'],
  ['a broken constraint', sqlite('SQLITE_CONSTRAINT'), 'internal'],
  ['a full disk', sqlite('SQLITE_FULL'), 'disk-full'],
  ['a mistake of ours', new TypeError('undefined'), 'internal'],
])('%s is of the right kind', (_name, error, kind) => {
  expect(failureKind(error)).toBe(kind);
});

test('a lost login parks the job, and its message names no file', () => {
  const failure = toTemporalFailure(new LoginError('/home/me/secret.json cannot be read'), 1);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type: 'needs-login', nonRetryable: true });
  expect(failure.message).not.toContain('secret');
});
