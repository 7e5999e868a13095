import { commandFor } from '../../command-line';
import { UserError } from '../../errors';
import { credentialSource, hasCredentials } from '../../process/credentials';
import { askLine } from '../shared/question';
import type { Context } from '../shared/context';

/**
 * Makes sure that the account's login may read contents, as far as its file tells. A person whose login reads
 * metadata only is asked to log in again. Nothing is asked of Google: for a service account or an access token,
 * the first request for contents tells.
 * @throws UserError if the login stays too narrow.
 */
export async function requireContentLogin(context: Context): Promise<void> {
  if (!(await isMetadataOnly(context))) return;
  const { config, ask, streams } = context;
  const refusal = new UserError('the login of this account reads metadata only; nothing was changed', {
    hint: `log in again with ${commandFor(config.account, 'auth login --content')}, which requests drive.readonly`,
  });
  if (streams.stdin.isTTY !== true) throw refusal;
  ask('The login of this account reads metadata only. Contents need drive.readonly,');
  ask('which allows reading and never changing files.');
  const answer = await askLine(context, 'Log in again with drive.readonly? [y/N] ');
  if (!/^y(es)?$/i.test(answer ?? '')) throw refusal;
  const { runAuthLogin } = await import('../auth/login.js');
  // The result of this command is the one on stdout.
  await runAuthLogin({ ...context, json: false, out: context.tell }, { content: true });
  // A person may give less than what is asked for.
  if (await isMetadataOnly(context)) throw refusal;
}

/** True if the login is a person's, and its stored scopes do not include reading contents. */
async function isMetadataOnly({ config, home }: Context): Promise<boolean> {
  const { account } = config;
  if (!hasCredentials(config, home, account)) return false;
  const source = credentialSource(config, home, account);
  if (source.kind === 'token' || source.path !== home.credentialsOf(account)) return false;
  const { readCredentialFile } = await import('../../drive/auth/credential-file.js');
  const { allowsContent } = await import('../../drive/auth/scopes.js');
  const login = readCredentialFile(source.path);
  if (login.type !== 'authorized_user') return false;
  return login.scope !== undefined && login.scope !== '' && !allowsContent(login.scope);
}
