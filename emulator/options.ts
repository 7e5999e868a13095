import type { CorpusSpec } from './corpus/spec';
import type { PageWriter } from './listing/page-writer';
import type { ParentRule } from './world/subtree';

/** The options of an emulator; every field has a default. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** The files. Default: 1,000 generated files. */
  corpus?: CorpusSpec;
  /**
   * `seed`: texts, Office files and Docs editors files without other content get one that depends on their id and
   * revision, and checksums and sizes in listings are those of this content. Default: they have no content, and
   * checksums are random.
   */
  contents?: 'seed';
  /** The number of `operations.get` requests for which a download operation stays pending; default 1. */
  operationPolls?: number;
  /** The user of the first account. */
  user?: { permissionId?: string; emailAddress?: string; displayName?: string };
  /** An access token that is valid from the start; default `emulator-token`. */
  accessToken?: string;
  /** The latency of list requests, in ms. */
  latencyMs?: number;
  /** The spread of the latency, as a fraction of it. */
  jitter?: number;
  /**
   * The largest page, whatever `pageSize` says; default 460, as measured on Drive when `fields` contains
   * `parents`.
   */
  pageCap?: number;
  /** Writes list pages instead of the emulator, for example from a cache. */
  pageWriter?: PageWriter;
  /** The fraction of pages that are empty but have a next page token. */
  emptyPages?: number;
  /** Default: no quota. */
  quota?: { unitsPerMinute: number };
  /**
   * Which next page tokens work only with their original page size. Google does not document it, so clients
   * must handle both. Default: `lists` true, `changes` false. Start page tokens work with any page size.
   */
  tokensBoundToPageSize?: { lists?: boolean; changes?: boolean };
  /** The lifetime of page tokens, in ms. */
  tokenTtlMs?: number;
  /** Whether listings follow `orderBy`; `sloppyPages` is the fraction of pages with two swapped files. */
  order?: 'honored' | 'ignored' | { sloppyPages: number };
  /**
   * Whether the user sees files that their owners have trashed. `hidden` (default): listings, change logs and
   * `files.get` do not have them; Drive's reference says "other users cannot see files in the owner's trash".
   * `shown`: they are listed as trashed.
   */
  othersTrash?: 'hidden' | 'shown';
  /** The clock for page tokens, quota, change log and request log, in ms; default `Date.now`. */
  now?: () => number;
  /** Listings show changes after this delay. `files.get` and change logs are always up to date. */
  listLagMs?: number;
  /**
   * The scope of the tokens that are valid from the start; default `readonly`. `metadata` does not cover
   * `drives.list`, downloads and exports.
   */
  scope?: 'readonly' | 'metadata';
  /** Whether a file with several parents is trashed or removed with `any` (default) or `all` of them. */
  severalParents?: ParentRule;
  /** Oddities of the change logs. */
  changes?: ChangeHooks;
  /** More accounts, each with its own Drive. */
  others?: readonly AccountOptions[];
  /** The OAuth clients and service accounts. */
  oauth?: OAuthOptions;
}

/** The options of the OAuth server. Every client may use the tokens that are valid from the start. */
export interface OAuthOptions {
  /** The clients of installed apps; default: `emulator-client` with the secret `emulator-secret`. */
  clients?: readonly OAuthClient[];
  /** Default: none. */
  serviceAccounts?: readonly ServiceAccount[];
}

/** The OAuth client of an installed app. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
  /** The name on the consent page; default: the id. */
  name?: string;
}

/**
 * A service account and its domain-wide delegation. Without a delegated user, it gets the Drive of the first
 * account.
 */
export interface ServiceAccount {
  email: string;
  /** The public RSA key, in PEM. */
  publicKey: string;
  /** The e-mail addresses of the users that it may impersonate; default: none. */
  delegated?: readonly string[];
  /** The delegated scopes; default: none. */
  scopes?: readonly string[];
}

/** An additional account. */
export interface AccountOptions {
  accessToken: string;
  /** Default: no refresh token. */
  refreshToken?: string;
  user?: NonNullable<EmulatorOptions['user']>;
  corpus?: CorpusSpec;
}

/** Oddities of change logs that clients must handle. */
export interface ChangeHooks {
  /** The fraction of superseded entries that are still shown. */
  repeats?: number;
  /** Adds an entry with an unknown `changeType` to each page that has entries. */
  unknownKinds?: boolean;
  /** Entries of removed files include the file if it is accessible, even without `includeCorpusRemovals`. */
  removedWithFile?: boolean;
  /** Every tenth entry lacks its file although the file is not removed. */
  brokenEntries?: boolean;
}
