import { createAccounts, type AccountSources } from '../../../src/activities/accounts';
import type { DriveClient } from '../../../src/drive/client';
import { LoginError, UserError } from '../../../src/errors';
import { SyncFailure } from '../../../src/model/failure';
import type { StoreWriter } from '../../../src/writer/store-writer';

const STORE = { storeId: 'store-1', permissionId: 'me' };

/** Accounts whose Drive says who it is when it is let. */
function accountsWith(change: Partial<AccountSources> = {}) {
  const asked: AbortSignal[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const user = async (signal: AbortSignal) => {
    asked.push(signal);
    await new Promise<void>((settle, fail) => {
      answers.push((error) => (error === undefined ? settle() : fail(error)));
      signal.addEventListener('abort', () => fail(signal.reason as Error));
    });
    return { permissionId: 'me', emailAddress: undefined };
  };
  const writer = { bindIdentity: async () => await Promise.resolve(STORE) } as unknown as StoreWriter;
  const accounts = createAccounts({
    openWriter: () => writer,
    credentialVersion: () => 'v1',
    openDrive: async () => await Promise.resolve({ user } as unknown as DriveClient),
    ...change,
  });
  return { accounts, asked, answers };
}

test.each([
  ['missing', new UserError('there are no credentials', { hint: 'log in' })],
  ['unreadable', new UserError('the credentials cannot be read: EACCES')],
])('credentials that are %s are an error of the login, with its hint', async (_name, cause) => {
  const { accounts } = accountsWith({ openDrive: async () => await Promise.reject(cause) });
  const error: unknown = await accounts.open('me', undefined).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LoginError);
  expect(error).toMatchObject({ message: cause.message, hint: cause.hint });
});

test('what else goes wrong when Drive is opened stays what it is', async () => {
  const failure = new SyncFailure('network');
  const { accounts } = accountsWith({ openDrive: async () => await Promise.reject(failure) });
  await expect(accounts.open('me', undefined)).rejects.toBe(failure);
});
