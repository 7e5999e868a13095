import { describeWalk, walkLeftLine } from '../../../src/commands/walk-text';
import type { WalkState } from '../../../src/queries/walk-state';

const DONE: WalkState = {
  done: 4_900,
  left: 0,
  found: 120,
  sampled: 0,
  oldest: undefined,
  refused: [],
  removals: 0,
};

test('a walk that is complete is told in one line', () => {
  expect(describeWalk(DONE, undefined)).toEqual([
    'folders shared with you: all 4,900 listed, 120 files found that no other listing shows',
  ]);
  expect(walkLeftLine(DONE)).toBeUndefined();
});

test('what is left says who goes on with it', () => {
  const open = { ...DONE, done: 100, left: 3 };
  expect(describeWalk(open, undefined)[0]).toContain('100 of 103 listed');
  expect(walkLeftLine(open)).toMatch(/^3 folders .*`gdrive-sync up` or `gdrive-sync sync --walk`/);
});

test('a sampled walk says so, with its oldest listing', () => {
  const lines = describeWalk({ ...DONE, done: 100, sampled: 4_800, oldest: Date.now() }, undefined);
  expect(lines[1]).toMatch(/sampled: 100 of 4,900, oldest listing /);
});

test('refused folders are counted and named, without control characters', () => {
  const refused = [{ id: 'f1', name: 'a\u001b', reason: 'file-forbidden', retryAt: undefined }];
  const lines = describeWalk({ ...DONE, refused, removals: 2 }, undefined).join('\n');
  expect(lines).toMatch(/refuses to list 1 folder:\n {4}a\uFFFD \(f1\): Google Drive does not say/);
  expect(lines).toContain('sync --accept-removals');
});

test('a walk that is not wanted is told in one line', () => {
  expect(describeWalk(undefined, undefined)).toEqual([
    'folders shared with you are not looked into (--no-walk)',
  ]);
});
