import { commandFor } from '../../command-line';
import { EXIT } from '../../errors';
import type { SyncFailure } from '../../model/failure';
import type { Context } from '../shared/context';
import { checkLogin, type LoginCheck } from './login-check';
import { printable } from '../render/text';

/** Prints who is logged in and what the login can read, according to Drive. */
export async function runAuthStatus({ config, home, json, out, signal }: Context): Promise<number> {
  const { account } = config;
  const check = await checkLogin(config, home, account, signal);
  const { user, sharedDrives, source } = check;
  if (json) {
    const { emailAddress, permissionId } = user;
    const listsDrives = sharedDrives === 'listed';
    out(JSON.stringify({ account, source, emailAddress, permissionId, listsSharedDrives: listsDrives }));
    return EXIT.ok;
  }
  for (const line of describe(account, check)) out(printable(line));
  return EXIT.ok;
}

function describe(account: string, { source, user, sharedDrives }: LoginCheck): string[] {
  const from = source === 'token' ? 'an access token in GDRIVE_SYNC_ACCESS_TOKEN' : source;
  return [
    `account "${account}" is ${user.emailAddress ?? user.permissionId}`,
    `credentials: ${from}`,
    'can read file metadata: yes',
    sharedDrives === 'listed'
      ? 'can list shared drives: yes'
      : `can list shared drives: no, ${noDrives(sharedDrives)}; they are found only through their files. ${commandFor(account, 'auth login --shared-drives')} requests the permission`,
  ];
}

function noDrives({ kind, message }: SyncFailure): string {
  return kind === 'scope-insufficient' ? 'this login reads metadata only' : message;
}
