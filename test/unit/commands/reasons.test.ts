import { partialReason, reasonOf, reasonText, waitsForPerson } from '../../../src/commands/jobs/reasons';
import { FAILURES, type FailureKind } from '../../../src/model/failure';
import type { JobState } from '../../../src/model/job';
import { PARTIAL_REASONS, UNLISTED_DRIVES, type JobReason } from '../../../src/model/reasons';

const KINDS = Object.keys(FAILURES) as FailureKind[];

test.each(KINDS)('the failure %s is told in the words that everybody uses', (kind) => {
  expect(reasonText(kind)).toBe(FAILURES[kind].says);
  expect(reasonOf(kind)?.hint).toBe(FAILURES[kind].hint);
});

test.each(Object.keys(PARTIAL_REASONS).filter((reason) => reason !== UNLISTED_DRIVES))(
  'a source that is partial for %s says why, and what to do',
  (reason) => {
    const { says, hint } = partialReason(reason);
    expect(says).not.toContain(reason);
    expect(says).toMatch(/^Google Drive /);
    expect(hint).toContain('gdrive-sync sync --full');
  },
);

test('what is not known is told as it is', () => {
  expect(reasonText('a worker: run it')).toBe('a worker: run it');
  expect(reasonOf('a worker: run it')).toBeUndefined();
  expect(reasonText(null)).toBeUndefined();
  expect(partialReason('something-new').says).toBe('something-new');
});

test('a paused job says how it goes on', () => {
  expect(reasonText('paused')).toBe('paused; `gdrive-sync resume` continues it');
});

test.each<[JobState, JobReason | undefined, boolean]>([
  ['waiting', 'paused', true],
  ['waiting', 'needs-login', true],
  ['waiting', 'needs-confirmation', true],
  ['waiting', 'network', false],
  ['running', 'paused', false],
  ['waiting', undefined, false],
])('a job that is %s for %s waits for a person: %s', (state, reason, expected) => {
  expect(waitsForPerson({ state, reason })).toBe(expected);
});

test('a job that is not known waits for nobody', () => {
  expect(waitsForPerson(undefined)).toBe(false);
});
