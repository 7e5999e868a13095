import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { toMoment, toPeriod } from '../../../src/model/moment';

const NOW = Date.UTC(2026, 10, 25, 12);
const local = (...parts: [year: number, month: number, ...number[]]) => {
  const [year, month, day = 1, ...rest] = parts;
  return new Date(year, month - 1, day, ...rest).getTime();
};

test.each([
  ['7d', NOW - 7 * 86_400_000],
  ['90s', NOW - 90_000],
  ['today', local(2026, 11, 25)],
  ['Yesterday', local(2026, 11, 24)],
  ['2026', local(2026, 1)],
  ['2026-09', local(2026, 9)],
  ['2026-9', local(2026, 9)],
  ['2026-09-01', local(2026, 9, 1)],
  ['2026-9-1', local(2026, 9, 1)],
  ['2024-02-29', local(2024, 2, 29)],
  ['2026-09-01 08:00', local(2026, 9, 1, 8)],
  ['2026-09-01T08:00', local(2026, 9, 1, 8)],
  ['2026-09-01t23:59:59.5', local(2026, 9, 1, 23, 59, 59, 500)],
  ['2026-09-01T08:00:00Z', Date.UTC(2026, 8, 1, 8)],
  ['2026-09-01 08:00z', Date.UTC(2026, 8, 1, 8)],
  ['2026-09-01T08:00:30.123+02:00', Date.UTC(2026, 8, 1, 6, 0, 30, 123)],
  ['2026-09-01T00:00-05:30', Date.UTC(2026, 8, 1, 5, 30)],
])('%s is a moment', (text, at) => {
  expect(toMoment(text, NOW)).toBe(at);
});

test.each([
  '',
  'tomorrow',
  '7 days',
  '7',
  '0d',
  '26-09-01',
  '2026-',
  '2026-13',
  '2026-00',
  '2026-02-30',
  '2025-02-29',
  '2026-09-31',
  '2026-09-01T',
  '2026-09-01T08',
  '2026-09-01T24:01',
  '2026-09-01T08:60',
  '2026-09-01T08:00:61',
  '2026-09-01T08:00+25:00',
  '2026-09T08:00',
  '2026-09-01Z',
  '2026-09-01T08:00 ',
  '1756713600000',
])('%j is no moment', (text) => {
  expect(toMoment(text, NOW)).toBeUndefined();
});

test.each([
  ['today', local(2026, 11, 26)],
  ['yesterday', local(2026, 11, 25)],
  ['2026', local(2027, 1)],
  ['2026-12', local(2027, 1)],
  ['2024-02-29', local(2024, 3, 1)],
  ['2026-09-01T08:00', local(2026, 9, 1, 8)],
  ['7d', NOW - 7 * 86_400_000],
])('%s ends with its day, month or year', (text, to) => {
  expect(toPeriod(text, NOW)?.to).toBe(to);
});

test.each([
  ['Europe/Berlin', '2026-07-01', '2026-06-30T22:00:00.000Z'],
  ['America/New_York', '2026-01', '2026-01-01T05:00:00.000Z'],
  ['Pacific/Auckland', '2026-09-01 08:00', '2026-08-31T20:00:00.000Z'],
  // The clock goes from 2:00 to 3:00 on this day.
  ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
  ['Asia/Tokyo', '2026-09-01T08:00Z', '2026-09-01T08:00:00.000Z'],
])('in %s, %s is %s', (zone, text, iso) => {
  const source = join(__dirname, '..', '..', '..', 'src', 'model', 'moment.ts');
  const { code } = transformFileSync(source, {
    jsc: { parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const print = `console.log(new Date(exports.toMoment(${JSON.stringify(text)}, 0)).toISOString())`;
  // A process of its own, because a time zone counts from the start of one.
  const printed = execFileSync(process.execPath, ['-e', `${code};${print}`], {
    env: { TZ: zone },
    encoding: 'utf8',
  });
  expect(printed.trim()).toBe(iso);
});
