import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Emulator } from '../../emulator';
import {
  CHALLENGE,
  EMAIL,
  FIRST,
  METADATA,
  OTHER_CLIENT,
  READONLY,
  REDIRECT,
  SCOPE,
  SECOND,
  VERIFIER,
  postForm,
  refusal,
  startOAuthEmulator,
  TestApp,
  type Form,
} from './emulator-app';
import { ask, errorOf } from './emulator-request';

const FILES = 'drive/v3/files';

let time = Date.UTC(2026, 0, 1);
let emulator: Emulator;
let app: TestApp;

beforeEach(async () => {
  emulator = await startOAuthEmulator(() => time);
  app = new TestApp(emulator);
});
afterEach(() => emulator.close());

describe('emulator: codes', () => {
  test('a code is good for tokens of the account that was chosen', async () => {
    const { status, body } = await app.redeem(await app.consent({}, { account: SECOND }));
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^ya29\./) as string,
        expires_in: 3599,
        refresh_token: expect.stringMatching(/^1\/\//) as string,
        scope: READONLY,
        token_type: 'Bearer',
      },
    });
    expect(await app.userOf(body['access_token'] ?? '')).toBe(SECOND);
    const again = await app.refresh(body['refresh_token'] ?? '');
    expect(again.body).toEqual({
      access_token: expect.not.stringContaining(body['access_token'] ?? '') as string,
      expires_in: 3599,
      scope: READONLY,
      token_type: 'Bearer',
    });
    expect(await app.userOf(again.body['access_token'] ?? '')).toBe(SECOND);
  });

  test('a code is used once', async () => {
    const code = await app.consent();
    expect((await app.redeem(code)).status).toBe(200);
    expect(await app.redeem(code)).toEqual(refusal(400, 'invalid_grant', 'Bad Request'));
  });

  test('a code lives for ten minutes', async () => {
    const [first, second] = [await app.consent(), await app.consent()];
    time += 10 * 60_000 - 1;
    expect((await app.redeem(first)).status).toBe(200);
    time += 1;
    expect(await app.redeem(second)).toEqual(refusal(400, 'invalid_grant', 'Bad Request'));
  });

  test('a refused exchange says why and does not use the code up', async () => {
    const code = await app.consent();
    const refused = async (change: Form): Promise<unknown> => app.redeem(code, change);
    expect(await refused({ code: 'x' })).toEqual(refusal(400, 'invalid_grant', 'Malformed auth code.'));
    expect(await refused({ code: '' })).toEqual(
      refusal(400, 'invalid_request', 'Missing required parameter: code'),
    );
    expect(await refused({ redirect_uri: 'http://127.0.0.1:49152/done' })).toEqual(
      refusal(400, 'redirect_uri_mismatch', 'Bad Request'),
    );
    expect(await refused({ code_verifier: 'w'.repeat(43) })).toEqual(
      refusal(400, 'invalid_grant', 'Invalid code verifier.'),
    );
    expect(await refused({ code_verifier: '' })).toEqual(
      refusal(400, 'invalid_grant', 'Missing code verifier.'),
    );
    expect(await refused(OTHER_CLIENT)).toEqual(refusal(401, 'unauthorized_client', 'Unauthorized'));
    expect(await refused({ client_id: 'x' })).toEqual(
      refusal(401, 'invalid_client', 'The OAuth client was not found.'),
    );
    expect(await refused({ client_secret: 'x' })).toEqual(
      refusal(401, 'invalid_client', 'The provided client secret is invalid.'),
    );
    expect((await app.redeem(code)).status).toBe(200);
  });

  test('a plain challenge is its own verifier, also where no method is named', async () => {
    for (const method of ['plain', '']) {
      const code = await app.consent({ code_challenge: VERIFIER, code_challenge_method: method });
      expect((await app.redeem(code, { code_verifier: CHALLENGE })).status).toBe(400);
      expect((await app.redeem(code)).status).toBe(200);
    }
  });

  test('a client without a challenge sends no verifier', async () => {
    const code = await app.consent({ code_challenge: '', code_challenge_method: '' });
    expect(await app.redeem(code)).toEqual(
      refusal(400, 'invalid_grant', 'code_verifier or verifier is not needed.'),
    );
    expect((await app.redeem(code, { code_verifier: '' })).status).toBe(200);
  });

  test('a refresh token comes with the first consent, and later if the user is asked again', async () => {
    expect((await app.login({ access_type: '' })).refresh).toBe('');
    expect((await app.login({ access_type: 'online', prompt: 'consent' })).refresh).toBe('');
    const first = await app.login();
    expect(first.refresh).not.toBe('');
    expect((await app.login()).refresh).toBe('');
    expect((await app.login({}, { account: SECOND })).refresh).not.toBe('');
    expect((await app.login({ prompt: 'select_account consent' })).refresh).not.toBe('');
    const other = await app.consent({ client_id: OTHER_CLIENT.client_id });
    expect((await app.redeem(other, OTHER_CLIENT)).body).toHaveProperty('refresh_token');
  });

  test('a refresh token is good for the client that got it', async () => {
    const { refresh: token } = await app.login();
    expect(await app.refresh(token, OTHER_CLIENT)).toEqual(
      refusal(401, 'unauthorized_client', 'Unauthorized'),
    );
    expect((await app.refresh(token)).status).toBe(200);
    expect((await app.refresh('emulator-refresh', OTHER_CLIENT)).status).toBe(200);
  });
});

describe('emulator: the end of a grant', () => {
  const REVOKED = refusal(400, 'invalid_grant', 'Token has been expired or revoked.');
  const NO_TOKEN = refusal(400, 'invalid_token', 'Token expired or revoked');

  test.each(['access', 'refresh'] as const)(
    'a revoked %s token takes the others of its grant with it',
    async (kind) => {
      const kept = await app.login();
      const ended = await app.login({ prompt: 'consent' });
      const { body } = await app.refresh(ended.refresh);
      expect(await app.revoke(ended[kind])).toEqual({ status: 200, body: {} });
      expect(await app.refresh(ended.refresh)).toEqual(REVOKED);
      expect(await app.statusOf(ended.access)).toBe(401);
      expect(await app.statusOf(body['access_token'] ?? '')).toBe(401);
      expect(await app.statusOf(kept.access)).toBe(200);
      expect((await app.refresh(kept.refresh)).status).toBe(200);
      expect(await app.revoke(ended[kind])).toEqual(NO_TOKEN);
    },
  );

  test('the token to revoke may be in the address', async () => {
    const { access } = await app.login();
    expect((await postForm(`${emulator.url}revoke?token=${access}`, {})).status).toBe(200);
    expect(await app.statusOf(access)).toBe(401);
  });

  test('what is no token, or no longer, cannot be revoked', async () => {
    expect(await app.revoke('x')).toEqual(NO_TOKEN);
    expect(await postForm(`${emulator.url}revoke`, {})).toEqual(NO_TOKEN);
    const { access } = await app.login();
    emulator.expireAccessTokens();
    expect(await app.revoke(access)).toEqual(NO_TOKEN);
  });

  test('logins that were there from the start are revoked too', async () => {
    expect((await app.revoke('emulator-token')).status).toBe(200);
    expect(await app.refresh('emulator-refresh')).toEqual(REVOKED);
    expect(await app.statusOf('other-token')).toBe(200);
  });

  test('the next consent after a revocation counts as the first', async () => {
    const { refresh: token } = await app.login();
    await app.revoke(token);
    expect((await app.login()).refresh).not.toBe('');
  });

  test('a revocation of everything ends logins and codes, and the user can consent again', async () => {
    const { access, refresh: token } = await app.login();
    const code = await app.consent();
    emulator.revoke();
    expect(await app.statusOf(access)).toBe(401);
    expect(await app.refresh(token)).toEqual(REVOKED);
    expect(await app.redeem(code)).toEqual(refusal(400, 'invalid_grant', 'Bad Request'));
    expect(await app.statusOf((await app.login()).access)).toBe(200);
  });
});

describe('emulator: scopes', () => {
  const PATHS = [FILES, `${FILES}/root`, 'drive/v3/about', 'drive/v3/changes/startPageToken'];

  async function statuses(scope: string): Promise<number[]> {
    const { access } = await app.login({ scope }, { granted: [scope] });
    const all: number[] = [];
    for (const path of [...PATHS, 'drive/v3/drives']) {
      const query: Form = path.endsWith('about') ? { fields: 'kind' } : {};
      all.push((await ask(emulator, path, query, { authorization: `Bearer ${access}` })).status);
    }
    return all;
  }

  test.each(['drive', 'drive.readonly'])('%s is enough for everything', async (name) => {
    expect(await statuses(SCOPE + name)).toEqual([200, 200, 200, 200, 200]);
  });

  test.each(['drive.metadata', 'drive.metadata.readonly'])(
    '%s is not enough to list drives',
    async (name) => {
      expect(await statuses(SCOPE + name)).toEqual([200, 200, 200, 200, 403]);
    },
  );

  test('without a scope of Drive nothing is answered', async () => {
    expect(await statuses(EMAIL)).toEqual([403, 403, 403, 403, 403]);
  });

  test('the user may grant less than was asked, and the token is good for no more', async () => {
    const scope = `${READONLY} ${METADATA}`;
    const { body } = await app.redeem(await app.consent({ scope }, { granted: [METADATA] }));
    expect(body['scope']).toBe(METADATA);
    const authorization = `Bearer ${body['access_token'] ?? ''}`;
    const answer = await ask(emulator, 'drive/v3/drives', {}, { authorization });
    expect(errorOf(answer)).toMatchObject({ status: 403, reason: 'insufficientPermissions' });
    expect(answer.body).toMatchObject({
      error: { details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] },
    });
    const again = await app.refresh(body['refresh_token'] ?? '');
    expect(again.body['scope']).toBe(METADATA);
    expect(await app.statusOf(again.body['access_token'] ?? '', 'drive/v3/drives')).toBe(403);
  });
});

describe('emulator: a login with the client library of Google', () => {
  const LOGIN = `
    const { auth, drive } = require('googleapis/build/src/apis/drive');
    const [rootUrl, oauth2AuthBaseUrl, oauth2TokenUrl, redirectUri, scope] = process.argv.slice(1);
    const endpoints = { oauth2AuthBaseUrl, oauth2TokenUrl, oauth2RevokeUrl: rootUrl + 'revoke' };
    const client = new auth.OAuth2({ clientId: 'app', clientSecret: 'secret', redirectUri, endpoints });
    const api = drive({ version: 'v3', auth: client, rootUrl, retry: false });
    async function consent(url) {
      const body = new URLSearchParams({ decision: 'allow', account: 'robin@example.com', granted: scope });
      const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
      return new URL(answer.headers.get('location')).searchParams;
    }
    async function main() {
      const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync();
      const challenge = { code_challenge: codeChallenge, code_challenge_method: 'S256' };
      const question = { access_type: 'offline', prompt: 'consent', scope: [scope], state: 'state', ...challenge };
      const answer = await consent(client.generateAuthUrl(question));
      const { tokens } = await client.getToken({ code: answer.get('code'), codeVerifier });
      client.setCredentials(tokens);
      const { user } = (await api.about.get({ fields: 'user' })).data;
      await client.refreshAccessToken();
      const { files } = (await api.files.list({ fields: 'files(id)', pageSize: 5 })).data;
      await client.revokeCredentials();
      client.setCredentials({ refresh_token: tokens.refresh_token });
      const refused = await api.files.list().catch((error) => error.response.data.error);
      const result = { state: answer.get('state'), tokens: Object.keys(tokens).sort(), user: user.emailAddress };
      process.stdout.write(JSON.stringify({ ...result, files: files.length, refused }));
    }
    void main();
  `;

  // In a process of its own: the client loads its transport by dynamic import, which jest does not allow.
  test('goes from the question to the revocation', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-e', LOGIN, emulator.url, emulator.authUrl, emulator.tokenUrl, REDIRECT, READONLY],
      { env: { ...process.env, NO_PROXY: '127.0.0.1' } },
    );
    expect(JSON.parse(stdout)).toEqual({
      state: 'state',
      tokens: ['access_token', 'expiry_date', 'refresh_token', 'scope', 'token_type'],
      user: FIRST,
      files: 5,
      refused: 'invalid_grant',
    });
    expect(emulator.counts).toMatchObject({ 'oauth2.auth': 1, 'oauth2.token': 3, 'oauth2.revoke': 1 });
  });
});
