import type { ApiMethod } from '../http/parameters';

const ROOT = 'https://www.googleapis.com/auth/';

/**
 * The supported scopes and their descriptions on the consent page:
 * https://developers.google.com/identity/protocols/oauth2/scopes
 */
const MEANINGS: Readonly<Record<string, string>> = {
  [`${ROOT}drive`]: 'See, edit, create, and delete all of your Google Drive files',
  [`${ROOT}drive.readonly`]: 'See and download all your Google Drive files',
  [`${ROOT}drive.metadata`]: 'View and manage metadata of files in your Google Drive',
  [`${ROOT}drive.metadata.readonly`]: 'See information about your Google Drive files',
  [`${ROOT}drive.file`]:
    'See, edit, create, and delete only the specific Google Drive files you use with this app',
  [`${ROOT}userinfo.email`]: 'See your primary Google Account email address',
  [`${ROOT}userinfo.profile`]:
    "See your personal info, including any personal info you've made publicly available",
  openid: 'Associate you with your personal info on Google',
  email: 'See your primary Google Account email address',
  profile: "See your personal info, including any personal info you've made publicly available",
};

const CONTENT: ReadonlySet<string> = new Set(['drive', 'drive.readonly'].map((name) => ROOT + name));
const METADATA: ReadonlySet<string> = new Set([
  ...CONTENT,
  ...['drive.metadata', 'drive.metadata.readonly'].map((name) => ROOT + name),
]);

/** The methods that the metadata scopes do not cover. */
const CONTENT_METHODS: ReadonlySet<ApiMethod> = new Set<ApiMethod>([
  'drives.list',
  'files.download',
  'files.download.operation',
  'files.export',
  'operations.download',
  'operations.get',
  'revisions.download',
]);

/** The scopes of the tokens that are valid from the start. */
export const READY_SCOPES = {
  readonly: `${ROOT}drive.readonly`,
  metadata: `${ROOT}drive.metadata.readonly`,
} as const;

/** True for a supported scope. */
export function isScope(scope: string): boolean {
  return Object.hasOwn(MEANINGS, scope);
}

/** The description of a scope on the consent page. */
export function describeScope(scope: string): string {
  return MEANINGS[scope] ?? scope;
}

/** The scopes in a request, without duplicates. */
export function splitScopes(text: string): string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))];
}

/**
 * True if one of the scopes covers a Drive method:
 * https://developers.google.com/workspace/drive/api/guides/api-specific-auth
 */
export function coversMethod(scopes: readonly string[], method: ApiMethod): boolean {
  const enough = CONTENT_METHODS.has(method) ? CONTENT : METADATA;
  return scopes.some((scope) => enough.has(scope));
}
