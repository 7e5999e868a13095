import { describeWalk, walkLeftLines } from '../../../src/commands/jobs/walk-text';
import type { WalkPhase, WalkState } from '../../../src/queries/jobs/walk-state';

const DONE: WalkState = {
  state: { phase: 'complete' },
  done: 4_900,
  left: 0,
  found: 120,
  sampled: 0,
  oldest: undefined,
  refused: [],
  removals: 0,
};

test('a walk that is complete is told in one line', () => {
  expect(describeWalk(DONE, { works: true })).toEqual([
    'folders shared with you: 4,900 of 4,900 listed; 120 files found only in them',
  ]);
  expect(walkLeftLines(DONE)).toEqual([]);
});

test('a walk that has nothing to list says so', () => {
  expect(describeWalk({ ...DONE, done: 0, found: 0 }, { works: true })).toEqual([
    'folders shared with you: none',
  ]);
});

test('what is left says who goes on with it', () => {
  const open = { ...DONE, done: 100, left: 3 };
  expect(describeWalk(open, { works: true })[0]).toContain('100 of 103 listed');
  expect(walkLeftLines(open)[0]).toMatch(
    /^3 shared folders left to list.*`gdrive-sync sync --walk` or `gdrive-sync up`/,
  );
});

test('a sampled walk says so, with its oldest listing', () => {
  const lines = describeWalk({ ...DONE, done: 100, sampled: 4_800, oldest: Date.now() }, { works: true });
  expect(lines[1]).toMatch(/sampled: 100 of 4,900, oldest listing /);
});

test('files that seem to be gone wait for consent, in status and at the end of a sync', () => {
  const waiting = { ...DONE, removals: 2_000 };
  const says = /2,000 files in them seem to be gone.*`gdrive-sync sync --walk --accept-removals`/;
  expect(describeWalk(waiting, { works: true })[1]).toMatch(says);
  expect(walkLeftLines(waiting)).toEqual([expect.stringMatching(says)]);
});

test('removals that a person has accepted are still to be done by the walk', () => {
  expect(walkLeftLines({ ...DONE, state: { phase: 'due' } })[0]).toMatch(/left to check.*sync --walk/);
});

test('a walk that is not wanted is told in one line', () => {
  expect(describeWalk(undefined, { works: true })).toEqual([
    'folders shared with you are not listed (--no-walk)',
  ]);
});

const RETRY_AT = new Date(2026, 0, 2, 3, 4, 5).getTime();

test.each<{ state: WalkPhase; works: boolean; says: RegExp }>([
  { state: { phase: 'due' }, works: true, says: /^ {2}being listed by the running worker, .*$/ },
  { state: { phase: 'due' }, works: false, says: /^ {2}no worker is running: `gdrive-sync sync --walk` or/ },
  {
    state: { phase: 'waiting', retryAt: RETRY_AT },
    works: true,
    says: /^ {2}waiting to retry folders, next try 2026-01-02 03:04:05$/,
  },
  { state: { phase: 'waiting', retryAt: RETRY_AT }, works: false, says: /^ {2}no worker is running/ },
  {
    state: { phase: 'stopped', reason: 'paused' },
    works: true,
    says: /^ {2}stopped: paused; `gdrive-sync resume` continues it$/,
  },
  {
    state: { phase: 'stopped', reason: 'needs-login' },
    works: false,
    says: /^ {2}stopped: the login does not work.*; log in again with `gdrive-sync auth login`/,
  },
])('a walk that has folders left says who goes on: $state, works $works', ({ state, works, says }) => {
  expect(describeWalk({ ...DONE, left: 3, state }, { works })[1]).toMatch(says);
});
