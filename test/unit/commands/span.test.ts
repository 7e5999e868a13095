import { typedSpan } from '../../../src/commands/render/span';
import { span } from '../../../src/commands/shared/arguments';
import { EXIT } from '../../../src/errors';
import { toSpan } from '../../../src/model/moment';

test.each([
  ['1s', 1_000],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
  ['36h', 129_600_000],
])('%s is %d ms, and is typed back as it was', (text, ms) => {
  expect(toSpan(text)).toBe(ms);
  expect(typedSpan(ms)).toBe(text);
});

test('a span is typed in the largest unit that loses nothing', () => {
  expect(['60s', '90s', '120m', '48h'].map((text) => typedSpan(toSpan(text) ?? 0))).toEqual([
    '1m',
    '90s',
    '2h',
    '2d',
  ]);
});

test.each(['', '0s', '5', 'm', '-5m', '1.5h', '5 m', '5M', '5min', '1h30m', '9999999d'])(
  '%j is no span, and an option that gets it says so',
  (text) => {
    expect(toSpan(text)).toBeUndefined();
    expect(() => span('--every')(text)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: `--every takes a time span, not ${JSON.stringify(text)}`,
        hint: expect.stringContaining('30s'),
        exitCode: EXIT.usage,
      }),
    );
  },
);
