import { EXIT, UserError } from '../../errors';

/**
 * The count that an option was given.
 * @throws UserError where it is none.
 */
export function parseLimit(text: string | undefined, otherwise: number, flag = '--limit'): number {
  if (text === undefined) return otherwise;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new UserError(`${flag} takes a count, not ${JSON.stringify(text)}`, {
    hint: 'a number from 1 on',
    exitCode: EXIT.usage,
  });
}
