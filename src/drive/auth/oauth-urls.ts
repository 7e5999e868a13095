/** The addresses of an OAuth server: Google's, or one that replaces it. */
export interface OAuthUrls {
  authUrl: string;
  tokenUrl: string;
  revokeUrl: string;
}

const GOOGLE: OAuthUrls = {
  authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  revokeUrl: 'https://oauth2.googleapis.com/revoke',
};

/**
 * The addresses of the OAuth server. `root`: the root URL from the settings, which overrides those in a
 * credentials file.
 * https://developers.google.com/identity/protocols/oauth2/native-app
 */
export function oauthUrls(
  root: string | undefined,
  named: { authUri?: string | undefined; tokenUri?: string | undefined } = {},
): OAuthUrls {
  const { authUri, tokenUri } = named;
  if (root === undefined)
    return {
      authUrl: authUri ?? GOOGLE.authUrl,
      tokenUrl: tokenUri ?? GOOGLE.tokenUrl,
      revokeUrl: revokeUrlBeside(tokenUri) ?? GOOGLE.revokeUrl,
    };
  const isOfRoot = (uri: string | undefined): uri is string =>
    uri !== undefined && new URL(uri).origin === new URL(root).origin;
  return {
    authUrl: isOfRoot(authUri) ? authUri : new URL('o/oauth2/v2/auth', root).href,
    tokenUrl: isOfRoot(tokenUri) ? tokenUri : new URL('token', root).href,
    revokeUrl: new URL('revoke', root).href,
  };
}

/**
 * Credentials files have no address for revoking. A server other than Google's has it beside its token
 * endpoint.
 */
function revokeUrlBeside(tokenUri: string | undefined): string | undefined {
  return tokenUri === undefined || /\.(googleapis|google)\.com$/.test(new URL(tokenUri).hostname)
    ? undefined
    : new URL('revoke', tokenUri).href;
}
