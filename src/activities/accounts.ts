import type { DriveClient } from '../drive/client';
import { LoginError, UserError } from '../errors';
import type { Log } from '../log';
import { letGo } from '../let-go';
import { SyncFailure } from '../model/failure';
import type { StoreWriter } from '../writer/store-writer';

/** An account whose store and Drive are open. */
export interface OpenAccount {
  writer: StoreWriter;
  drive: DriveClient;
}

/** What work on one account needs. Each line of the log names account, job and source. */
export interface Account extends OpenAccount {
  log: Log;
}

/** How the process reaches an account's store and Drive; given by the wiring. */
export interface AccountSources {
  openWriter(account: string): StoreWriter;
  /** The id of the account's store; undefined if it has none, or if this is not an account name. */
  storeId(account: string): string | undefined;
  /** Changes when the account's credentials do; undefined where they cannot be told. */
  credentialVersion(account: string): string | undefined;
  /** Loads the credentials anew at every call. */
  openDrive(account: string): Promise<DriveClient>;
}

/** The accounts that this worker has open. */
export interface Accounts {
  /**
   * The account's store and Drive, once it is known that the credentials open the Drive that the store belongs to and that the store is the one
   * that the job was made for (undefined: any). The identity is asked for once, whenever credentials are loaded.
   * @throws SyncFailure of kind `wrong-account` or `wrong-store`, or whatever the request for the identity met.
   * @throws LoginError where the credentials cannot be loaded.
   */
  open(
    account: string,
    storeId: string | undefined,
    signal?: AbortSignal,
  ): Promise<OpenAccount & { storeId: string }>;
  /** The account's writer alone, for records that need no Drive. */
  writer(account: string): StoreWriter;
  /**
   * The writer of the store that a job was made for.
   * @throws SyncFailure of kind `wrong-store` where the account has another one now, or none.
   */
  writerOf(store: { account: string; storeId: string }): StoreWriter;
  /** Forgets the credentials, so that the next use loads and verifies them anew. */
  forgetCredentials(account: string): void;
  close(): Promise<void>;
}

interface Verified {
  drive: DriveClient;
  storeId: string;
}

/** Whatever of the credentials cannot be loaded, only a new login mends it. */
function asLoginError(error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  const { message, hint } = error;
  throw new LoginError(message, { ...(hint !== undefined && { hint }), cause: error });
}

/** Waits for a promise that others wait for too, but no longer than until the signal aborts. */
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

/** Keeps one writer and one verified client for each account. */
export function createAccounts(sources: AccountSources): Accounts {
  const writers = new Map<string, StoreWriter>();
  const storeIds = new Map<string, string>();
  const verified = new Map<string, { version: string | undefined; pending: Promise<Verified> }>();
  // One request for the identity serves all callers, so that only the end of all of them may abort it.
  const closing = new AbortController();

  function writer(account: string): StoreWriter {
    const known = writers.get(account) ?? sources.openWriter(account);
    writers.set(account, known);
    return known;
  }

  function checkStore(account: string, storeId: string): void {
    const found = storeIds.get(account) ?? sources.storeId(account);
    if (found !== storeId) throw new SyncFailure('wrong-store');
    storeIds.set(account, found);
  }

  async function verify(account: string): Promise<Verified> {
    const drive = await sources.openDrive(account).catch(asLoginError);
    const identity = await drive.user(closing.signal);
    // What is opened from now on, nobody would close.
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
      // The next caller tries anew, unless one with newer credentials does so already.
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
      const open = [...writers.values()];
      writers.clear();
      await letGo(...open.map((each) => async () => await each.close()));
    },
  };
}
