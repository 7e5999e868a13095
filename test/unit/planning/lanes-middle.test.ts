import { coveredMs, middleSecond } from '../../../src/planning/lanes';

const DAY = 86_400_000;
const OPENED = Date.UTC(2026, 0, 1);
const BOTTOM_2008 = Date.UTC(2008, 0, 1);
/** A whole second; bounds in the tables are counted from it. */
const S = Date.UTC(2020, 0, 1) / 1000;

/** The second in the middle of two times in ms. */
const half = (one: number, other: number) => Math.floor((one + other) / 2000);

test.each([
  { name: 'from the frontier', newest: 90, oldest: 40, frontier: 100, covered: 60 },
  { name: 'from its newest where it is the first', newest: 90, oldest: 40, frontier: undefined, covered: 50 },
  { name: 'no time where all is one instant', newest: 90, oldest: 90, frontier: 90, covered: 0 },
  { name: 'no less than none', newest: 90, oldest: 90, frontier: 80, covered: 0 },
  {
    name: 'what nobody knows without times',
    newest: undefined,
    oldest: undefined,
    frontier: 80,
    covered: undefined,
  },
])('a page covers $name', ({ newest, oldest, frontier, covered }) => {
  expect(coveredMs({ newest, oldest, descending: true }, frontier)).toBe(covered);
});

describe('the middle of a page without order', () => {
  const seconds = (...times: number[]) => times.map((time) => (S + time) * 1000);

  test.each([
    {
      name: 'a page spread over its window, the median',
      times: seconds(90, 5, 20, 10, 80),
      from: 0,
      before: 100,
      middle: 20,
    },
    {
      name: 'an even page, the upper median',
      times: seconds(90, 10, 30, 60),
      from: 0,
      before: 100,
      middle: 60,
    },
    {
      name: 'a page that keeps to one place, half of the time',
      times: seconds(1, 2, 3),
      from: 0,
      before: 100,
      middle: 50,
    },
    {
      name: 'a page of just half of the window, half of the time',
      times: seconds(0, 50),
      from: 0,
      before: 100,
      middle: 50,
    },
    { name: 'one instant, half of the time', times: seconds(7, 7, 7), from: 0, before: 100, middle: 50 },
    {
      name: 'a part of a second, the second it is in',
      times: [(S + 60) * 1000 + 999, S * 1000],
      from: 0,
      before: 100,
      middle: 60,
    },
    {
      name: 'a page with files without a time, the others',
      times: [undefined, ...seconds(90, 20, 5), undefined],
      from: 0,
      before: 100,
      middle: 20,
    },
  ])('is, of $name', ({ times, from, before, middle }) => {
    const window = { trashed: false, from: S + from, before: S + before };
    expect(middleSecond(times, window, OPENED)).toBe(S + middle);
  });

  const BOUNDLESS = { trashed: false, from: undefined, before: undefined };

  test.each([
    {
      name: 'from 2008 to the opening',
      times: seconds(0, 1),
      middle: half(BOTTOM_2008, OPENED),
    },
    {
      name: 'from the oldest file where that is before 2008',
      times: [Date.UTC(2001, 0, 1), Date.UTC(2002, 0, 1)],
      middle: half(Date.UTC(2001, 0, 1), OPENED),
    },
    {
      name: 'to the newest file where that is after the opening',
      times: [OPENED + DAY],
      middle: half(BOTTOM_2008, OPENED + DAY),
    },
  ])('is without bounds half of the time $name', ({ times, middle }) => {
    expect(middleSecond(times, BOUNDLESS, OPENED)).toBe(middle);
  });

  test.each([[[]], [[undefined, undefined]]])('is not known of the times %j', (times) => {
    expect(middleSecond(times, BOUNDLESS, OPENED)).toBeUndefined();
  });
});
