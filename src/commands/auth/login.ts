import { openLogin } from '../../process/drive-access';
import { withStores } from '../../process/open-accounts';
import type { CredentialFile } from '../../drive/auth/credential-file';
import type { DriveUser } from '../../model/drive-user';
import { commandFor } from '../../command-line';
import { errorMessage, EXIT, UserError } from '../../errors';
import { boundIdentity } from '../../queries/jobs/store-facts';
import { readStore, updateStore } from '../../process/stores';
import { takeBriefRole } from '../../process/worker-role';
import { keyLogin } from './key-login';
import type { LoginOptions } from './login-options';
import { resumeParked } from './resume-jobs';
import { userLogin, type NewLogin } from './user-login';
import type { Context } from '../shared/context';
import { formatTime } from '../render/text';
import { asUserError } from '../sync/session';
import { waitOut } from '../sync/wait-out';

/** Stores a new login for the account after checking that it opens the Drive that the store belongs to. */
export async function runAuthLogin(context: Context, options: LoginOptions): Promise<number> {
  const { config, home, json, out, tell } = context;
  const { account } = config;
  checkOptions(options);
  await updateOwnStore(context);
  const { login, endsAt } = await obtain(context, options);
  const user = await verify(context, login);
  const { writeCredentialFile } = await import('../../drive/auth/credential-file.js');
  const path = home.credentialsOf(account);
  writeCredentialFile(path, login);
  await bind(context, user);
  const who = user.emailAddress ?? user.permissionId;
  if (!json) out(`logged in as ${who} (account "${account}")`);
  tell(`The login is stored in ${path}.`);
  tellLimits(context, login, endsAt);
  const resumed = await resumeParked(context).catch((error: unknown) => {
    tell(
      `Cannot resume the jobs that wait for this login: ${errorMessage(error)}. Run ${commandFor(account, 'resume')}.`,
    );
    return [];
  });
  if (json) out(JSON.stringify({ account, kind: login.type, emailAddress: user.emailAddress, resumed }));
  if (config.accessToken !== undefined)
    tell('GDRIVE_SYNC_ACCESS_TOKEN is set and takes precedence over this login: unset it to use the login.');
  if (resumed.length === 0) tell(`Run ${commandFor(account, 'sync')} to bring the copy up to date.`);
  return EXIT.ok;
}

function checkOptions(options: LoginOptions): void {
  const { serviceAccount, subject, adc, clientSecrets, sharedDrives, content } = options;
  if (content === true && sharedDrives === false)
    throw new UserError('--content needs the permission that --no-shared-drives leaves out', {
      hint: 'choose one of them',
      exitCode: EXIT.usage,
    });
  const ways = [serviceAccount, clientSecrets, adc === true ? 'adc' : undefined].filter(
    (way) => way !== undefined,
  );
  if (ways.length > 1)
    throw new UserError('--client-secrets, --service-account and --adc are different ways to log in', {
      hint: 'choose one of them',
      exitCode: EXIT.usage,
    });
  if (subject !== undefined && serviceAccount === undefined)
    throw new UserError('--subject names the user that a service account acts for', {
      hint: 'add the key of the service account with --service-account',
      exitCode: EXIT.usage,
    });
}

async function obtain(context: Context, options: LoginOptions): Promise<NewLogin> {
  if (options.serviceAccount !== undefined) return { login: await keyLogin(options.serviceAccount, options) };
  if (options.adc === true) return { login: { type: 'application_default' } };
  return await userLogin(context, options);
}

/** Asks Drive whose login this is, and checks that the store belongs to the same user. */
async function verify(context: Context, login: CredentialFile): Promise<DriveUser> {
  const { home, config } = context;
  const { account } = config;
  const user = await identify(context, login);
  const bound = readStore(home, account, boundIdentity);
  if (bound === undefined || bound.permissionId === user.permissionId) return user;
  const owner = bound.emailAddress ?? 'another Google account';
  throw new UserError(
    `account "${account}" holds the files of ${owner}, but this login belongs to ${user.emailAddress ?? 'another one'}`,
    { hint: 'log in with that Google account, or choose another --account name to create a separate store' },
  );
}

async function identify(context: Context, login: CredentialFile): Promise<DriveUser> {
  const { config, signal } = context;
  try {
    return await waitOut(context, async () => {
      const drive = await openLogin(config, login);
      return await drive.user(signal);
    });
  } catch (error) {
    throw asUserError(error, config.driveUrl ?? 'https://www.googleapis.com/');
  }
}

/**
 * A store of an older version must be migrated before it can be read. A running worker has already done so.
 */
async function updateOwnStore({ config, home }: Context): Promise<void> {
  const role = await takeBriefRole(home);
  try {
    if (role !== undefined) updateStore(home, config.account);
  } finally {
    role?.release();
  }
}

/** Records whose store it is. If a worker is running, it does so with the next job. */
async function bind({ config, home }: Context, user: DriveUser): Promise<void> {
  await withStores(config, home, async (accounts) => {
    await accounts?.writer(config.account).bindIdentity(user);
  });
}

function tellLimits({ tell }: Context, login: CredentialFile, endsAt: number | undefined): void {
  if (endsAt !== undefined)
    tell(
      `This login expires on ${formatTime(endsAt)}: its Google project is in "Testing", or access was granted for a limited time. To avoid that, publish the app (an app for your own use needs no review) and log in again.`,
    );
  if (login.type === 'service_account' && login.subject === undefined)
    tell('A service account without --subject sees only what is shared with it.');
}
