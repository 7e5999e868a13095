import type { ApiMethod } from '../http/parameters';

const ROOT = 'https://www.googleapis.com/auth/';

/** The scopes that can be asked for, and what Google tells people they are: https://developers.google.com/identity/protocols/oauth2/scopes */
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

/** The scope of the logins that are there from the start. */
export const READY_SCOPES = {
  readonly: `${ROOT}drive.readonly`,
  metadata: `${ROOT}drive.metadata.readonly`,
} as const;

/** Whether Google has such a scope. */
export function isScope(scope: string): boolean {
  return Object.hasOwn(MEANINGS, scope);
}

/** What a scope lets an app do, in the words that people are shown. */
export function describeScope(scope: string): string {
  return MEANINGS[scope] ?? scope;
}

/** The scopes in a request, each once. */
export function splitScopes(text: string): string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))];
}

/** Whether one of the scopes is enough for a method of Drive: https://developers.google.com/workspace/drive/api/guides/api-specific-auth */
export function coversMethod(scopes: readonly string[], method: ApiMethod): boolean {
  const enough = method === 'drives.list' ? CONTENT : METADATA;
  return scopes.some((scope) => enough.has(scope));
}
