import { readCredentialFile, type CredentialFile } from '../../drive/auth/credential-file';
import { errorMessage } from '../../errors';
import type { Config } from '../../config';
import type { Home } from '../../process/home';
import { credentialSource, hasCredentials } from '../../process/credentials';
import { readStore, storeSize } from '../../process/stores';
import { boundIdentity, storeFacts } from '../../queries/jobs/store-facts';
import { waitingForLogin } from '../auth/resume-jobs';

/** How an account logs in. `environment`: with credentials that a variable names. */
export type LoginKind = CredentialFile['type'] | 'environment' | 'unreadable' | 'none';

/** An account as the list of accounts shows it. */
export interface AccountEntry {
  account: string;
  emailAddress: string | undefined;
  /** Undefined without a copy. */
  files: number | undefined;
  /** A moment on Drive's clock whose state the copy shows, ms since 1970; undefined until it is complete. */
  currentAt: number | undefined;
  login: LoginKind;
  /** True if a job waits for a new login. */
  loginLost: boolean;
  /** Bytes of the store. */
  size: number | undefined;
  /** The path of the store; undefined without a copy. */
  store: string | undefined;
  /** Why the copy or the login cannot be read. */
  error: string | undefined;
}

/** Reads what is known about an account, without asking Google or Temporal. */
export function accountEntry(config: Config, home: Home, account: string): AccountEntry {
  const path = home.storeOf(account);
  const size = storeSize(path);
  const copy = guarded(() => readCopy(home, account));
  const login = guarded(() => loginOf(config, home, account));
  return {
    account,
    emailAddress: copy.value?.emailAddress ?? login.value?.emailAddress,
    files: copy.value?.files,
    currentAt: copy.value?.currentAt,
    login: login.value?.kind ?? 'unreadable',
    loginLost: copy.value?.loginLost === true,
    size,
    store: size === undefined ? undefined : path,
    error: copy.error ?? login.error,
  };
}

function readCopy(home: Home, account: string) {
  return readStore(home, account, (reader) => {
    const { files, currentAt } = storeFacts(reader);
    const emailAddress = boundIdentity(reader)?.emailAddress;
    return { emailAddress, files, currentAt, loginLost: waitingForLogin(reader).length > 0 };
  });
}

function loginOf(
  config: Config,
  home: Home,
  account: string,
): { kind: LoginKind; emailAddress: string | undefined } {
  const own = home.credentialsOf(account);
  if (!hasCredentials(config, home, account)) return { kind: 'none', emailAddress: undefined };
  const source = credentialSource(config, home, account);
  if (source.kind === 'token' || source.path !== own) return { kind: 'environment', emailAddress: undefined };
  const login = readCredentialFile(own);
  return {
    kind: login.type,
    emailAddress: login.type === 'service_account' ? (login.subject ?? login.email) : undefined,
  };
}

function guarded<T>(read: () => T): { value?: T; error?: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}
