import type { DriveClient } from '../drive/client';
import { LoginError, UserError } from '../errors';
import type { Log } from '../log';
import { releaseAll } from '../release-all';
import { SyncFailure } from '../model/failure';
import type { StoreWriter } from '../writer/store-writer';
import type { Contents } from './contents';

/** An account with its store and Drive open. */
export interface OpenAccount {
  writer: StoreWriter;
  drive: DriveClient;
}

/** What work on one account needs. Each line of the log names the account, job and source. */
export interface Account extends OpenAccount {
  log: Log;
}

/** How to open an account's store and Drive. The worker's process provides it. */
export interface AccountSources {
  openWriter(account: string): StoreWriter;
  openContents(account: string): Contents;
  /** The id of the account's store; undefined if it has none, or if this is not an account name. */
  storeId(account: string): string | undefined;
  /** Changes when the account's credentials change; undefined if we cannot tell. */
  credentialVersion(account: string): string | undefined;
  /** Reloads the credentials at every call. */
  openDrive(account: string): Promise<DriveClient>;
}

/** The accounts that this worker has open. */
export interface Accounts {
  /**
   * Opens the account's store and Drive. Verifies that the credentials belong to the store's Drive user, and
   * that the store is the one that the job was made for (undefined: any). One request per set of credentials
   * asks Drive for the user.
   * @throws SyncFailure of kind `wrong-account` or `wrong-store`, or the failure of the request for the user.
   * @throws LoginError if the credentials cannot be loaded.
   */
  open(
    account: string,
    storeId: string | undefined,
    signal?: AbortSignal,
  ): Promise<OpenAccount & { storeId: string }>;
  /** The account's writer, for records that need no Drive. */
  writer(account: string): StoreWriter;
  /**
   * The writer of the store that a job was made for.
   * @throws SyncFailure of kind `wrong-store` if the account has another store now, or none.
   */
  writerOf(store: { account: string; storeId: string }): StoreWriter;
  /** The contents of the store that work was made for. */
  contents(store: { account: string; storeId: string }): Contents;
  /** Forgets the credentials, so that the next use reloads and verifies them. */
  forgetCredentials(account: string): void;
  close(): Promise<void>;
}

interface Verified {
  drive: DriveClient;
  storeId: string;
}

/** Only a new login can fix credentials that do not load. */
function asLoginError(error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  const { message, hint } = error;
  throw new LoginError(message, { ...(hint !== undefined && { hint }), cause: error });
}

/** Waits for a shared promise, but only until this caller's signal aborts. */
async function orAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await shared;
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, fail) => {
    stop = () => fail(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([shared, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

/** Keeps one writer per account, and one of its contents. `onReplaced`: another store has taken the place of the one that was open. */
function createWriters(sources: AccountSources, onReplaced: (account: string) => void) {
  const writers = new Map<string, StoreWriter>();
  const contents = new Map<string, Contents>();
  const storeIds = new Map<string, string>();
  return {
    writer(account: string): StoreWriter {
      const known = writers.get(account) ?? sources.openWriter(account);
      writers.set(account, known);
      return known;
    },
    contents(account: string): Contents {
      const known = contents.get(account) ?? sources.openContents(account);
      contents.set(account, known);
      return known;
    },
    /** @throws SyncFailure of kind `wrong-store` if the account has another store now, or none. */
    checkStore(account: string, storeId: string): void {
      if (storeIds.get(account) === storeId) return;
      if (sources.storeId(account) !== storeId) throw new SyncFailure('wrong-store');
      const replaced = storeIds.has(account) ? writers.get(account) : undefined;
      storeIds.set(account, storeId);
      if (replaced === undefined) return;
      writers.delete(account);
      onReplaced(account);
      // Its file is no longer in the home, so nothing depends on how closing it ends.
      for (const each of [replaced, contents.get(account)]) each?.close().catch(() => undefined);
      contents.delete(account);
    },
    async closeAll(): Promise<void> {
      const open = [...writers.values(), ...contents.values()];
      writers.clear();
      contents.clear();
      await releaseAll(...open.map((each) => async () => await each.close()));
    },
  };
}

/** Keeps one writer and one verified Drive client per account. */
export function createAccounts(sources: AccountSources): Accounts {
  const { writer, contents, checkStore, closeAll } = createWriters(sources, (account) =>
    verified.delete(account),
  );
  const verified = new Map<string, { version: string | undefined; pending: Promise<Verified> }>();
  // One request for the user serves all callers, so only closing may abort it.
  const closing = new AbortController();

  async function verify(account: string): Promise<Verified> {
    const drive = await sources.openDrive(account).catch(asLoginError);
    const identity = await drive.user(closing.signal);
    // Nobody would close what is opened from now on.
    closing.signal.throwIfAborted();
    const { storeId, permissionId } = await writer(account).bindIdentity(identity);
    if (permissionId !== identity.permissionId) throw new SyncFailure('wrong-account');
    return { drive, storeId };
  }

  async function verifyOnce(account: string, signal: AbortSignal | undefined): Promise<Verified> {
    const version = sources.credentialVersion(account);
    const known = verified.get(account);
    const isCurrent = known !== undefined && known.version === version;
    return await orAborted(isCurrent ? known.pending : start(account, version), signal);
  }

  function start(account: string, version: string | undefined): Promise<Verified> {
    const entry = { version, pending: verify(account) };
    verified.set(account, entry);
    entry.pending.catch(() => {
      // The next caller retries, unless one with newer credentials already does.
      if (verified.get(account) === entry) verified.delete(account);
    });
    return entry.pending;
  }

  return {
    writer,
    writerOf({ account, storeId }) {
      checkStore(account, storeId);
      return writer(account);
    },
    contents({ account, storeId }) {
      checkStore(account, storeId);
      return contents(account);
    },
    async open(account, storeId, signal) {
      if (storeId !== undefined) checkStore(account, storeId);
      const found = await verifyOnce(account, signal);
      if (storeId !== undefined && storeId !== found.storeId) throw new SyncFailure('wrong-store');
      return { writer: writer(account), ...found };
    },
    forgetCredentials(account) {
      verified.delete(account);
    },
    async close() {
      closing.abort(new Error('the accounts are closed'));
      await closeAll();
    },
  };
}
