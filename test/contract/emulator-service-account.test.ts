import { generateKeyPairSync, sign } from 'node:crypto';
import { startEmulator, type Emulator } from '../../emulator';
import {
  FIRST,
  METADATA,
  READONLY,
  SCOPE,
  SECOND,
  refusal,
  startOAuthEmulator,
  TestApp,
  postForm,
  type Answered,
} from './emulator-app';

const ROBOT = 'robot@project.iam.gserviceaccount.com';
const ASSERTION = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const UNTIMELY =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
  'Check your iat and exp values in the JWT claim.';
const UNDELEGATED =
  'Client is unauthorized to retrieve access tokens using this method, ' +
  'or client not authorized for any of the scopes requested.';

const KEY_FORMAT = {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const keys = generateKeyPairSync('rsa', KEY_FORMAT);
const strangeKeys = generateKeyPairSync('rsa', KEY_FORMAT);

const robot = { email: ROBOT, publicKey: keys.publicKey, delegated: [SECOND], scopes: [READONLY, METADATA] };

let time = Date.UTC(2026, 0, 1);
let emulator: Emulator;
let app: TestApp;

beforeEach(async () => {
  emulator = await startOAuthEmulator(() => time, [robot]);
  app = new TestApp(emulator);
});
afterEach(() => emulator.close());

async function sendAssertion(assertion: string): Promise<Answered> {
  return postForm(emulator.tokenUrl, { grant_type: ASSERTION, assertion });
}

describe('emulator: service accounts', () => {
  type Claims = Record<string, unknown>;

  function claimsOf(change: Claims = {}): Claims {
    const iat = Math.floor(time / 1000);
    return { iss: ROBOT, scope: READONLY, aud: emulator.tokenUrl, iat, exp: iat + 3600, ...change };
  }

  function signed(claims: Claims, { key = keys.privateKey, alg = 'RS256' } = {}): string {
    const segments = [{ alg, typ: 'JWT' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const text = segments.join('.');
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
  }

  test('one that acts for a user gets at the Drive of the user', async () => {
    const { status, body } = await sendAssertion(
      signed(claimsOf({ sub: SECOND, scope: `${METADATA} ${READONLY}` })),
    );
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^ya29\./) as string,
        expires_in: 3599,
        scope: `${METADATA} ${READONLY}`,
        token_type: 'Bearer',
      },
    });
    expect(await app.userOf(body['access_token'] ?? '')).toBe(SECOND);
  });

  test('one that acts for nobody gets at the first Drive, with any scope', async () => {
    const aud = 'https://oauth2.googleapis.com/token';
    const { body } = await sendAssertion(signed(claimsOf({ aud, scope: `${SCOPE}drive.metadata` })));
    expect(await app.userOf(body['access_token'] ?? '')).toBe(FIRST);
    expect(await app.statusOf(body['access_token'] ?? '', 'drive/v3/drives')).toBe(403);
  });

  test('an access token of a service account can be revoked', async () => {
    const { body } = await sendAssertion(signed(claimsOf()));
    const token = body['access_token'] ?? '';
    expect((await app.revoke(token)).status).toBe(200);
    expect(await app.statusOf(token)).toBe(401);
  });

  test('an assertion that the account did not sign is refused', async () => {
    const bad = refusal(400, 'invalid_grant', 'Invalid JWT Signature.');
    expect(await sendAssertion(signed(claimsOf(), { key: strangeKeys.privateKey }))).toEqual(bad);
    expect(await sendAssertion(signed(claimsOf(), { alg: 'HS256' }))).toEqual(bad);
    const [header = '', , signature = ''] = signed(claimsOf()).split('.');
    const forged = Buffer.from(JSON.stringify(claimsOf({ sub: SECOND }))).toString('base64url');
    expect(await sendAssertion(`${header}.${forged}.${signature}`)).toEqual(bad);
    expect(await sendAssertion(`${signed(claimsOf())}.more`)).toEqual(bad);
    expect(await sendAssertion('nonsense')).toEqual(bad);
    expect(await sendAssertion('')).toEqual(bad);
  });

  test('an unknown account is refused', async () => {
    expect(await sendAssertion(signed(claimsOf({ iss: 'x@example.com' })))).toEqual(
      refusal(400, 'invalid_grant', 'Invalid grant: account not found'),
    );
  });

  test('an assertion for another server is refused', async () => {
    expect(await sendAssertion(signed(claimsOf({ aud: 'https://example.com/token' })))).toEqual(
      refusal(400, 'invalid_grant', 'Invalid JWT: Failed audience check.'),
    );
  });

  const untimely: [string, (now: number) => Claims][] = [
    ['lives longer than an hour', (now) => ({ iat: now, exp: now + 3601 })],
    ['has expired', (now) => ({ iat: now - 3600, exp: now })],
    ['is of the future', (now) => ({ iat: now + 301, exp: now + 900 })],
    ['ends before it begins', (now) => ({ iat: now + 60, exp: now + 30 })],
    ['does not say when it ends', () => ({ exp: undefined })],
    ['says in words when it was made', () => ({ iat: 'now' })],
  ];
  test.each(untimely)('an assertion that %s is refused', async (_, claims) => {
    const assertion = signed(claimsOf(claims(Math.floor(time / 1000))));
    expect(await sendAssertion(assertion)).toEqual(refusal(400, 'invalid_grant', UNTIMELY));
  });

  test('an assertion expires by the clock of the emulator', async () => {
    const assertion = signed(claimsOf());
    time += 3_599_000;
    expect((await sendAssertion(assertion)).status).toBe(200);
    time += 1000;
    expect(await sendAssertion(assertion)).toEqual(refusal(400, 'invalid_grant', UNTIMELY));
  });

  test('a scope that does not exist is refused', async () => {
    const bad = refusal(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    expect(await sendAssertion(signed(claimsOf({ scope: undefined })))).toEqual(bad);
    expect(await sendAssertion(signed(claimsOf({ scope: `${READONLY},${METADATA}` })))).toEqual(bad);
  });

  test('what is not delegated is refused', async () => {
    const bad = refusal(401, 'unauthorized_client', UNDELEGATED);
    expect(await sendAssertion(signed(claimsOf({ sub: FIRST })))).toEqual(bad);
    expect(
      await sendAssertion(signed(claimsOf({ sub: SECOND, scope: `${READONLY} ${SCOPE}drive` }))),
    ).toEqual(bad);
    expect(await sendAssertion(signed(claimsOf({ sub: 'nobody@example.com' })))).toEqual(
      refusal(400, 'invalid_grant', 'Invalid email or User ID'),
    );
  });

  test('a key that cannot be read stops the emulator from starting', async () => {
    const serviceAccounts = [{ email: ROBOT, publicKey: 'nonsense' }];
    await expect(startEmulator({ oauth: { serviceAccounts } })).rejects.toThrow(/DECODER|PEM|unsupported/i);
  });
});
