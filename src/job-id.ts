import { randomBytes } from 'node:crypto';

/** Creates a random job id that is short enough to type. */
export function newJobId(): string {
  return randomBytes(4).toString('hex');
}
