import type { DriveClient } from '../drive/client';
import { LoginError, UserError } from '../errors';
import { SyncFailure } from '../model/failure';
import type { StoreWriter } from '../writer/store-writer';

/** What work on one account needs. */
export interface Account {
  writer: StoreWriter;
  drive: DriveClient;
}

/** How the process reaches an account's store and Drive; given by the wiring. */
export interface AccountSources {
  openWriter(account: string): StoreWriter;
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
   */
  open(
    account: string,
    storeId: string | undefined,
    signal?: AbortSignal,
  ): Promise<Account & { storeId: string }>;
  /** The account's writer alone, for records that need no Drive. */
  writer(account: string): StoreWriter;
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

/** Keeps one writer and one verified client for each account. */
export function createAccounts({ openWriter, openDrive, credentialVersion }: AccountSources): Accounts {
  const writers = new Map<string, StoreWriter>();
  const verified = new Map<string, { version: string | undefined; pending: Promise<Verified> }>();

  function writer(account: string): StoreWriter {
    const known = writers.get(account) ?? openWriter(account);
    writers.set(account, known);
    return known;
  }

  async function verify(account: string, signal: AbortSignal | undefined): Promise<Verified> {
    const drive = await openDrive(account).catch(asLoginError);
    const identity = await drive.user(signal);
    const { storeId, permissionId } = await writer(account).bindIdentity(identity);
    if (permissionId !== identity.permissionId) throw new SyncFailure('wrong-account');
    return { drive, storeId };
  }

  async function verifyOnce(account: string, signal: AbortSignal | undefined): Promise<Verified> {
    const version = credentialVersion(account);
    const known = verified.get(account);
    const pending =
      known?.version === version && known !== undefined ? known.pending : verify(account, signal);
    verified.set(account, { version, pending });
    try {
      return await pending;
    } catch (error) {
      verified.delete(account);
      throw error;
    }
  }

  return {
    writer,
    async open(account, storeId, signal) {
      const found = await verifyOnce(account, signal);
      if (storeId !== undefined && storeId !== found.storeId) throw new SyncFailure('wrong-store');
      return { writer: writer(account), ...found };
    },
    forgetCredentials(account) {
      verified.delete(account);
    },
    async close() {
      await Promise.all([...writers.values()].map((each) => each.close()));
      writers.clear();
    },
  };
}
