import type { Contents } from '../../src/activities/contents';

/** For accounts of tests that have nothing to do with contents. */
export function noContents(): Contents {
  throw new Error('this test has no contents');
}
