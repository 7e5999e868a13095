import type { CorpusSpec } from './corpus/spec';
import type { PageWriter } from './listing/page-writer';
import type { ParentRule } from './world/subtree';

/** How an emulator is set up; every field has a default. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default: 1,000 seed files. */
  corpus?: CorpusSpec;
  /** Whose Drive it is. */
  user?: { permissionId?: string; emailAddress?: string; displayName?: string };
  /** The bearer token that is accepted from the start; tokens minted by the token endpoint are accepted too. */
  accessToken?: string;
  /** What a page takes to answer, in ms. */
  latencyMs?: number;
  /** Spread of the latency, as a fraction of it. */
  jitter?: number;
  /** Most files on one page, whatever `pageSize` asks; default 460, as measured on Drive when `parents` is asked. */
  pageCap?: number;
  /** Writes the pages of lists in place of the emulator, for example from a cache. */
  pageWriter?: PageWriter;
  /** Fraction of pages that come back empty with a page token. */
  emptyPages?: number;
  /** Undefined: no quota. */
  quota?: { unitsPerMinute: number };
  /**
   * Which next-page tokens work only with the page size that they were made with. Google does not say, so clients
   * must be right either way. Default: `lists` true, `changes` false. Start tokens of change logs are never bound.
   */
  tokensBoundToPageSize?: { lists?: boolean; changes?: boolean };
  /** Page tokens of this age, in ms, and older ones are rejected. */
  tokenTtlMs?: number;
  /** Whether `orderBy` is obeyed; `sloppyPages` is the fraction of pages in which two files have changed places. */
  order?: 'honored' | 'ignored' | { sloppyPages: number };
  /**
   * What the user sees of files that other people have trashed. `hidden` (default): they are gone from listings, logs
   * and `files.get`; Drive's reference says "other users cannot see files in the owner's trash". `shown`: they are
   * listed as trashed.
   */
  othersTrash?: 'hidden' | 'shown';
  /** The clock of token ages, quota, changes and the request log, in ms; default `Date.now`. */
  now?: () => number;
  /** Listings show a changed file as it was so long ago; single files and logs are always up to date. */
  listLagMs?: number;
  /** The scope of the logins that are there from the start; with `metadata`, shared drives cannot be listed. Default `readonly`. */
  scope?: 'readonly' | 'metadata';
  /** When a file that lies in several folders is in the trash, or gone, with them; default: with any of them. */
  severalParents?: ParentRule;
  /** Oddities of the change logs. */
  changes?: ChangeHooks;
  /** More accounts, each with a Drive of its own. */
  others?: readonly AccountOptions[];
  /** Who may log in. */
  oauth?: OAuthOptions;
}

/** Google's side of OAuth beyond the logins that are there from the start, which every client may use. */
export interface OAuthOptions {
  /** Clients of installed apps; default one: `emulator-client` with the secret `emulator-secret`. */
  clients?: readonly OAuthClient[];
  /** Default: none. */
  serviceAccounts?: readonly ServiceAccount[];
}

/** An installed app as Google knows it. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
  /** What users are told it is; default: its id. */
  name?: string;
}

/**
 * A service account and what a domain's administrator has delegated to it. If it acts for nobody, it opens the first account's
 * Drive in place of the one that Google would give it.
 */
export interface ServiceAccount {
  email: string;
  /** The public half of its RSA key, in PEM. */
  publicKey: string;
  /** The e-mail addresses of the accounts that it may act for; default: none. */
  delegated?: readonly string[];
  /** The scopes that it may have then; default: none. */
  scopes?: readonly string[];
}

/** One more account. */
export interface AccountOptions {
  accessToken: string;
  /** Default: a login that only has the access token. */
  refreshToken?: string;
  user?: NonNullable<EmulatorOptions['user']>;
  corpus?: CorpusSpec;
}

/** Oddities of change logs that clients must cope with. */
export interface ChangeHooks {
  /** Fraction of the entries that are shown although a later one takes their place. */
  repeats?: number;
  /** Now and then an entry of a kind that does not exist yet. */
  unknownKinds?: boolean;
  /** Entries of removed files come with the file, if it is accessible, also where that is not asked for. */
  removedWithFile?: boolean;
  /** Every tenth entry lacks its file although it is not removed. */
  brokenEntries?: boolean;
}
