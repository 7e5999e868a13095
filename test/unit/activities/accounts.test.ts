import { createAccounts, type AccountSources } from '../../../src/activities/accounts';
import type { DriveClient } from '../../../src/drive/client';
import { LoginError, UserError } from '../../../src/errors';
import { SyncFailure } from '../../../src/model/failure';
import type { StoreWriter } from '../../../src/writer/store-writer';
import { waitFor } from '../../support/cli';
import { noContents } from '../../support/no-contents';

const STORE = { storeId: 'store-1', permissionId: 'me' };

/** Accounts whose Drive says who it is when it is let. */
function accountsWith(change: Partial<AccountSources> = {}) {
  const asked: AbortSignal[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const user = async (signal: AbortSignal) => {
    signal.throwIfAborted();
    asked.push(signal);
    await new Promise<void>((settle, fail) => {
      answers.push((error) => (error === undefined ? settle() : fail(error)));
      signal.addEventListener('abort', () => fail(signal.reason as Error));
    });
    return { permissionId: 'me', emailAddress: undefined };
  };
  const writer = { bindIdentity: async () => await Promise.resolve(STORE) } as unknown as StoreWriter;
  const accounts = createAccounts({
    openContents: noContents,
    openWriter: () => writer,
    storeId: (account) => (account === 'me' ? STORE.storeId : undefined),
    credentialVersion: () => 'v1',
    openDrive: async () => await Promise.resolve({ user } as unknown as DriveClient),
    ...change,
  });
  const isAsked = async (times: number) => await waitFor('Drive is asked', () => asked.length >= times);
  return { accounts, asked, answers, isAsked };
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

describe('one request for the identity that several callers wait for', () => {
  test('outlives the caller that began it', async () => {
    const { accounts, asked, answers, isAsked } = accountsWith();
    const first = new AbortController();
    const begun = accounts.open('me', undefined, first.signal);
    const second = accounts.open('me', undefined, new AbortController().signal);
    await isAsked(1);
    first.abort(new Error('only mine'));
    await expect(begun).rejects.toThrow('only mine');
    answers[0]?.();
    await expect(second).resolves.toMatchObject({ storeId: STORE.storeId });
    expect(asked).toHaveLength(1);
  });

  test('is not begun anew by a caller that comes after the first one has left', async () => {
    const { accounts, asked, answers, isAsked } = accountsWith();
    const first = new AbortController();
    const begun = accounts.open('me', undefined, first.signal);
    await isAsked(1);
    first.abort(new Error('only mine'));
    await expect(begun).rejects.toThrow('only mine');
    const next = accounts.open('me', undefined);
    answers[0]?.();
    await next;
    expect(asked).toHaveLength(1);
  });

  test('fails all callers alike, and the next one asks again', async () => {
    const { accounts, asked, answers, isAsked } = accountsWith();
    const both = [accounts.open('me', undefined), accounts.open('me', undefined)];
    const settled = Promise.allSettled(both);
    await isAsked(1);
    answers[0]?.(new SyncFailure('network'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = accounts.open('me', undefined);
    await isAsked(2);
    answers[1]?.();
    await expect(next).resolves.toMatchObject({ storeId: STORE.storeId });
    expect(asked).toHaveLength(2);
  });

  test('ends when the accounts are closed', async () => {
    const { accounts, isAsked } = accountsWith();
    const open = accounts.open('me', undefined);
    await isAsked(1);
    const closed = accounts.close();
    await expect(open).rejects.toThrow('closed');
    await closed;
  });
});

test.each([
  ['another store', { account: 'me', storeId: 'store-2' }],
  ['a store of nobody', { account: 'nobody', storeId: 'store-1' }],
  ['a path', { account: '../../x', storeId: 'store-1' }],
])('work for %s is refused, and no writer is opened for it', async (_name, store) => {
  const opened: string[] = [];
  const { accounts, asked } = accountsWith({
    openWriter: (account) => {
      opened.push(account);
      return {} as StoreWriter;
    },
  });
  expect(() => accounts.writerOf(store)).toThrow(new SyncFailure('wrong-store'));
  await expect(accounts.open(store.account, store.storeId)).rejects.toThrow(new SyncFailure('wrong-store'));
  expect({ opened, asked }).toEqual({ opened: [], asked: [] });
});

test('all writers are closed though one of them does not', async () => {
  const closed: string[] = [];
  const { accounts } = accountsWith({
    openWriter: (account) =>
      ({
        close: async () => {
          if (account === 'broken') throw new Error('the thread has ended');
          await Promise.resolve();
          closed.push(account);
        },
      }) as unknown as StoreWriter,
  });
  for (const account of ['a', 'broken', 'b']) accounts.writer(account);
  await expect(accounts.close()).rejects.toThrow('the thread has ended');
  expect(closed).toEqual(['a', 'b']);
});

test('a store that was replaced is opened in place of the old one', async () => {
  const closed: string[] = [];
  let onDisk = 'store-1';
  const { accounts } = accountsWith({
    storeId: () => onDisk,
    openWriter: () => {
      const opened = onDisk;
      return {
        name: opened,
        close: async () => await Promise.resolve(void closed.push(opened)),
      } as unknown as StoreWriter;
    },
  });
  const first = accounts.writerOf({ account: 'me', storeId: 'store-1' });
  onDisk = 'store-2';
  expect(() => accounts.writerOf({ account: 'me', storeId: 'store-3' })).toThrow(SyncFailure);
  const second = accounts.writerOf({ account: 'me', storeId: 'store-2' });
  expect([first, second]).toMatchObject([{ name: 'store-1' }, { name: 'store-2' }]);
  expect(() => accounts.writerOf({ account: 'me', storeId: 'store-1' })).toThrow(SyncFailure);
  await accounts.close();
  expect(closed).toEqual(['store-1', 'store-2']);
});
