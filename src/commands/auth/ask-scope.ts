import { METADATA_SCOPE, READ_SCOPE } from '../../drive/auth/scopes';
import { UserError } from '../../errors';
import type { Context } from '../shared/context';
import { askLine } from '../shared/question';

const WHY = [
  'To copy the metadata of your files, gdrive-sync needs only',
  'drive.metadata.readonly. To list every shared drive that you are a member of,',
  'Google requires drive.readonly, which also allows reading content. gdrive-sync',
  'never reads content. Without it, a shared drive is found only through its files.',
];

const NOT_ASKED = [
  'This login requests access to metadata only (drive.metadata.readonly).',
  'Without --shared-drives, shared drives are found only through their files.',
];

/** The error for an input that ends before a login is complete. */
export function endOfInput(): UserError {
  return new UserError('the input ended before the login was complete', {
    hint: 'run the same command again and paste the address that the browser ends on',
  });
}

/**
 * Chooses the scope of a login: the one that the options name, or the answer of a person. Without an answer,
 * it is the narrow one.
 */
export async function chooseScope(context: Context, sharedDrives: boolean | undefined): Promise<string> {
  return (await wantsSharedDrives(context, sharedDrives)) ? READ_SCOPE : METADATA_SCOPE;
}

async function wantsSharedDrives(context: Context, said: boolean | undefined): Promise<boolean> {
  if (said !== undefined) return said;
  const { tell, ask, streams } = context;
  if (streams.stdin.isTTY !== true) {
    NOT_ASKED.forEach(tell);
    return false;
  }
  WHY.forEach(ask);
  for (;;) {
    const answer = await askLine(context, 'Request drive.readonly, to list all shared drives? [y/N] ');
    if (answer === undefined) throw endOfInput();
    if (/^y(es)?$/i.test(answer)) return true;
    if (/^(no?)?$/i.test(answer)) return false;
    ask('Please answer y or n.');
  }
}
