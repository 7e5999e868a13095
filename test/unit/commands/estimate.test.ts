import { addSample, timeLeftMs, type Sample } from '../../../src/commands/render/estimate';

/** Samples of every second at a steady pace. */
function samplesOf(seconds: number, pagesASecond: number): Sample[] {
  let samples: Sample[] = [];
  for (let at = 0; at <= seconds; at++)
    samples = addSample(samples, { at: at * 1_000, pages: at * pagesASecond });
  return samples;
}

test('what is left takes as long as the pace of late says', () => {
  expect(timeLeftMs(samplesOf(10, 20), 400)).toBe(20_000);
});

test('a pace of long ago does not count', () => {
  let samples = samplesOf(60, 1);
  for (let at = 61; at <= 95; at++)
    samples = addSample(samples, { at: at * 1_000, pages: 60 + (at - 60) * 50 });
  expect(timeLeftMs(samples, 5_000)).toBe(100_000);
  expect(samples.length).toBeLessThanOrEqual(31);
});

test.each([
  ['nothing was counted', [], 10],
  ['too little time has passed', samplesOf(3, 10), 10],
  ['no page has come', samplesOf(10, 0), 10],
  ['what is left is not known', samplesOf(10, 10), undefined],
])('nothing is said where %s', (_, samples, pagesLeft) => {
  expect(timeLeftMs(samples, pagesLeft)).toBeUndefined();
});
