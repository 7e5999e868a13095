import { randomBytes } from 'node:crypto';

/** A job's id: random, short enough to type. */
export function newJobId(): string {
  return randomBytes(4).toString('hex');
}
