import { describeWalk, walkLeftLine } from '../../../src/commands/walk-text';
import type { WalkPhase, WalkState } from '../../../src/queries/walk-state';

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
    'folders shared with you: all 4,900 listed, 120 files found that no other listing shows',
  ]);
  expect(walkLeftLine(DONE)).toBeUndefined();
});

test('what is left says who goes on with it', () => {
  const open = { ...DONE, done: 100, left: 3 };
  expect(describeWalk(open, { works: true })[0]).toContain('100 of 103 listed');
  expect(walkLeftLine(open)).toMatch(/^3 folders .*`gdrive-sync up` or `gdrive-sync sync --walk`/);
});

test('a sampled walk says so, with its oldest listing', () => {
  const lines = describeWalk({ ...DONE, done: 100, sampled: 4_800, oldest: Date.now() }, { works: true });
  expect(lines[1]).toMatch(/sampled: 100 of 4,900, oldest listing /);
});

test('refused folders are counted and named, without control characters', () => {
  const refused = [{ id: 'f1', name: 'a\u001b', reason: 'file-forbidden', retryAt: undefined }];
  const lines = describeWalk({ ...DONE, refused, removals: 2 }, { works: true }).join('\n');
  expect(lines).toMatch(/refuses to list 1 folder:\n {4}a\uFFFD \(f1\): Google Drive does not say/);
  expect(lines).toContain('resume --accept-removals');
});

test('a walk that is not wanted is told in one line', () => {
  expect(describeWalk(undefined, { works: true })).toEqual([
    'folders shared with you are not looked into (--no-walk)',
  ]);
});

const RETRY_AT = new Date(2026, 0, 2, 3, 4, 5).getTime();

test.each<{ state: WalkPhase; works: boolean; says: RegExp }>([
  { state: { phase: 'due' }, works: true, says: /^ {2}being listed, .* by the process that works here$/ },
  { state: { phase: 'due' }, works: false, says: /^ {2}nobody works at it: `gdrive-sync up` or/ },
  {
    state: { phase: 'waiting', retryAt: RETRY_AT },
    works: true,
    says: /^ {2}waits to try folders again, next at 2026-01-02 03:04:05$/,
  },
  { state: { phase: 'waiting', retryAt: RETRY_AT }, works: false, says: /^ {2}nobody works at it/ },
  {
    state: { phase: 'stopped', reason: 'paused' },
    works: true,
    says: /^ {2}stopped: paused; `gdrive-sync resume` lets it go on$/,
  },
  {
    state: { phase: 'stopped', reason: 'needs-login' },
    works: false,
    says: /^ {2}stopped: Google refuses the stored login.*; log in again with `gdrive-sync auth login`/,
  },
])('a walk that has folders left says who goes on: $state, works $works', ({ state, works, says }) => {
  expect(describeWalk({ ...DONE, left: 3, state }, { works })[1]).toMatch(says);
});
