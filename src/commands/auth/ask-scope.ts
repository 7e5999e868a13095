import { METADATA_SCOPE, READ_SCOPE } from '../../drive/auth/scopes';
import { UserError } from '../../errors';
import type { Context } from '../shared/context';
import { askLine } from '../shared/question';

const WHY = [
  'To copy the metadata of your files, gdrive-sync needs only',
  'drive.metadata.readonly. To list every shared drive that you are a member of,',
  'Google requires drive.readonly, which also allows reading content. gdrive-sync',
  'never reads content unless you switch it on (`gdrive-sync content on`). Without',
  'that permission, a shared drive is found only through its files.',
];

const NOT_ASKED = [
  'This login requests access to metadata only (drive.metadata.readonly).',
  'Without --shared-drives, shared drives are found only through their files.',
];

const AS_BEFORE = [
  'This login requests drive.readonly, as the last one did; --no-shared-drives requests',
  'access to metadata only.',
];

/** The error for an input that ends before a login is complete. */
export function endOfInput(): UserError {
  return new UserError('the input ended before the login was complete', {
    hint: 'run the same command again and paste the address that the browser ends on',
  });
}

/** What decides on the scope of a login. */
interface ScopeChoice {
  /** What the options say. */
  sharedDrives: boolean | undefined;
  /** The scope of the login that is replaced. */
  former?: string | undefined;
}

/**
 * Chooses the scope of a login: the one that the options name, or the answer of a person. Without an answer,
 * it is that of the former login, or else the narrow one.
 */
export async function chooseScope(context: Context, choice: ScopeChoice): Promise<string> {
  return (await wantsSharedDrives(context, choice)) ? READ_SCOPE : METADATA_SCOPE;
}

async function wantsSharedDrives(context: Context, { sharedDrives, former }: ScopeChoice): Promise<boolean> {
  if (sharedDrives !== undefined) return sharedDrives;
  const { tell, ask, streams } = context;
  const isUsual = former?.split(' ').includes(READ_SCOPE) === true;
  if (streams.stdin.isTTY !== true) {
    (isUsual ? AS_BEFORE : NOT_ASKED).forEach(tell);
    return isUsual;
  }
  WHY.forEach(ask);
  const options = isUsual ? '[Y/n]' : '[y/N]';
  for (;;) {
    const answer = await askLine(context, `Request drive.readonly, to list all shared drives? ${options} `);
    if (answer === undefined) throw endOfInput();
    if (answer === '') return isUsual;
    if (/^y(es)?$/i.test(answer)) return true;
    if (/^no?$/i.test(answer)) return false;
    ask('Please answer y or n.');
  }
}
