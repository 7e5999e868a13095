/**
 * The OAuth server's answer to a login: a code to exchange, or an error. `isBare`: the code came without a
 * state.
 */
export type LoginAnswer = { code: string; isBare: boolean } | { error: string };

/** Reads the address of a visit; undefined unless it is the answer to the login with this state. */
export function readVisit(address: string, state: string): LoginAnswer | undefined {
  const params = paramsOf(address);
  return params.get('state') === state ? answerIn(params) : undefined;
}

/**
 * Reads what a person pasted: the address, whole or without its beginning, or only the code, with or without
 * quotes. `other-login`: an answer to a login with another state. Undefined: not an answer. A missing state
 * is harmless here, since PKCE ties a code to its login.
 */
export function readPaste(text: string, state: string): LoginAnswer | 'other-login' | undefined {
  const bare = text.replaceAll(WRAPPING, '').replaceAll('&amp;', '&');
  const params = paramsOf(bare);
  const answer = answerIn(params);
  if (answer === undefined) return CODE.test(bare) ? { code: decoded(bare), isBare: true } : undefined;
  const known = params.get('state');
  if (known !== null && known !== state) return 'other-login';
  return 'code' in answer ? { ...answer, isBare: known === null } : answer;
}

/** Characters that copying may add around a text. */
const WRAPPING = /^[\s\ufeff"'`<([{“”‘’«]+|[\s\ufeff"'`>)\]}“”‘’».,;]+$/g;
/** An authorization code of Google, raw or percent-encoded; other words that people type are shorter. */
const CODE = /^(?!https?:)[\w\-./~%]{10,}$/i;

function paramsOf(address: string): URLSearchParams {
  const [beforeFragment = ''] = address.split('#', 1);
  return new URLSearchParams(beforeFragment.slice(beforeFragment.indexOf('?') + 1));
}

/** https://developers.google.com/identity/protocols/oauth2/native-app#handlingresponse */
function answerIn(params: URLSearchParams): LoginAnswer | undefined {
  const error = params.get('error');
  if (error !== null) return { error };
  const code = params.get('code');
  return code === null || code === '' ? undefined : { code, isBare: false };
}

function decoded(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
