import { toSettingsChange } from '../../../src/commands/sync/settings';
import { EXIT } from '../../../src/errors';

test('options that are not given change nothing', () => {
  expect(toSettingsChange({})).toBeUndefined();
});

test.each([
  [{ drives: 'all' }, { drives: 'all' }],
  [{ drives: 'none' }, { drives: 'none' }],
  [{ drives: 'ALL' }, { drives: 'all' }],
  [{ drives: ' None ' }, { drives: 'none' }],
  [{ drives: '0AbC_d-1' }, { drives: ['0AbC_d-1'] }],
  [{ drives: '0A, 0B,0A' }, { drives: ['0A', '0B'] }],
  [{ walk: false }, { walk: false }],
  [
    { walk: true, fullEvery: 604_800_000 },
    { walk: true, fullEveryMs: 604_800_000 },
  ],
  [{ keep: 7_776_000_000 }, { historyMs: 7_776_000_000 }],
])('%j is %j', (flags, change) => {
  expect(toSettingsChange(flags)).toEqual(change);
});

test.each(['', ',', '0A,', '0A;0B', 'my drive', '../x', "0A'"])('%j names no drives', (drives) => {
  expect(() => toSettingsChange({ drives })).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^--drives takes/),
      hint: expect.stringContaining('commas'),
      exitCode: EXIT.usage,
    }),
  );
});
