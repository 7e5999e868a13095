import { type Emulator } from '../../emulator';
import {
  FIRST,
  QUESTION,
  READONLY,
  SCOPE,
  SECOND,
  EMAIL,
  startOAuthEmulator,
  TestApp,
  type Form,
} from './emulator-app';

let emulator: Emulator;
let app: TestApp;

beforeEach(async () => {
  emulator = await startOAuthEmulator(Date.now);
  app = new TestApp(emulator);
});
afterEach(() => emulator.close());

async function openPage(url: string): Promise<{ status: number; type: string | null; html: string }> {
  const response = await fetch(url);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    html: await response.text(),
  };
}

describe('emulator: the consent page', () => {
  test('says who asks for what, with a box for each scope and a choice of accounts', async () => {
    const { status, type, html } = await openPage(app.questionUrl({ scope: `${READONLY} ${EMAIL}` }));
    expect([status, type]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(html).toContain('<form method="post"');
    expect(html).toContain('See and download all your Google Drive files');
    const boxes = [...html.matchAll(/type="checkbox" name="granted" value="([^"]+)" checked/g)];
    expect(boxes.map(([, value]) => value)).toEqual([READONLY, EMAIL]);
    const accounts = [...html.matchAll(/<option value="([^"]+)">/g)];
    expect(accounts.map(([, value]) => value)).toEqual([FIRST, SECOND]);
    expect(html).toMatch(/<button name="decision" value="deny">Deny<[^]*value="allow">Allow</);
  });

  test('shows text of others as text', async () => {
    const { html } = await openPage(app.questionUrl());
    expect(html).toContain('Tom &amp; &quot;Jerry&quot; &lt;script&gt; wants access');
    expect(html).not.toContain('<script>');
    const { html: blocked } = await openPage(app.questionUrl({ redirect_uri: 'https://x/<img src=x>' }));
    expect(blocked).toContain('https://x/&lt;img src=x&gt;');
    expect(blocked).not.toContain('<img');
  });

  test('sends its form to where the question is asked again', async () => {
    const { html } = await openPage(app.questionUrl());
    const action = (/action="([^"]+)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&');
    const answer = await app.redirected(new URL(action, emulator.url).href);
    expect(answer).toMatchObject({ state: QUESTION.state, scope: READONLY });
  });

  test.each(['http://127.0.0.1:1', 'http://[::1]:2/a', 'http://localhost:3/a/b?c=d', 'http://localhost'])(
    'takes the loopback address %s',
    async (redirectUri) => {
      expect((await openPage(app.questionUrl({ redirect_uri: redirectUri }))).status).toBe(200);
    },
  );

  test.each([
    'https://127.0.0.1:1',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com',
    'http://me@127.0.0.1',
    'http://127.0.0.1/#part',
    'urn:ietf:wg:oauth:2.0:oob',
    'nonsense',
  ])('sends nobody to %s', async (redirectUri) => {
    const url = app.questionUrl({ redirect_uri: redirectUri });
    const { status, html } = await openPage(url);
    expect(status).toBe(400);
    expect(html).toContain('Error 400: redirect_uri_mismatch');
    expect((await app.decide(url)).status).toBe(400);
  });

  const blocked: [string, Form, string, string][] = [
    [
      'without a client',
      { client_id: '' },
      'Error 400: invalid_request',
      'Missing required parameter: client_id',
    ],
    [
      'from an unknown client',
      { client_id: 'x' },
      'Error 401: invalid_client',
      'The OAuth client was not found.',
    ],
    ['with nowhere to go', { redirect_uri: '' }, 'Error 400: invalid_request', 'parameter: redirect_uri'],
    [
      'without a response type',
      { response_type: '' },
      'Error 400: invalid_request',
      'missing: response_type',
    ],
    ['for a token', { response_type: 'token' }, 'Error 400: unsupported_response_type', 'token'],
    ['without a scope', { scope: '' }, 'Error 400: invalid_request', 'Missing required parameter: scope'],
    [
      'for no scope but a space',
      { scope: ' ' },
      'Error 400: invalid_request',
      'Missing required parameter: scope',
    ],
    [
      'for a scope that does not exist',
      { scope: `${READONLY} toString` },
      'Error 400: invalid_scope',
      `Some requested scopes were invalid. {valid=[${READONLY}], invalid=[toString]}`,
    ],
    [
      'with a short challenge',
      { code_challenge: 'c'.repeat(42) },
      'Error 400: invalid_request',
      'code_challenge:',
    ],
    [
      'with a long challenge',
      { code_challenge: 'c'.repeat(129) },
      'Error 400: invalid_request',
      'code_challenge:',
    ],
    [
      'with a strange challenge',
      { code_challenge: '+'.repeat(43) },
      'Error 400: invalid_request',
      'code_challenge:',
    ],
    [
      'with an unknown method',
      { code_challenge_method: 's256' },
      'Error 400: invalid_request',
      'method: s256',
    ],
    ['with a method only', { code_challenge: '' }, 'Error 400: invalid_request', 'parameter: code_challenge'],
  ];
  test.each(blocked)('a question %s is blocked', async (_, change, error, text) => {
    const url = app.questionUrl(change);
    const page = await openPage(url);
    expect(page.type).toBe('text/html; charset=UTF-8');
    expect(page.html).toContain(error);
    expect(page.html).toContain(text);
    expect(error).toContain(`Error ${String(page.status)}:`);
    expect((await app.decide(url)).status).toBe(page.status);
  });

  test('sends the user back with a code, the state and what was granted', async () => {
    const answer = await app.redirected(app.questionUrl({ scope: `${READONLY} ${EMAIL}` }), {
      granted: [EMAIL, READONLY, `${SCOPE}drive`],
    });
    expect(answer).toEqual({
      from: 'test',
      state: QUESTION.state,
      code: expect.stringMatching(/^4\//) as string,
      scope: `${READONLY} ${EMAIL}`,
    });
    expect(Object.keys(await app.redirected(app.questionUrl({ state: '' })))).toEqual([
      'from',
      'code',
      'scope',
    ]);
  });

  test('sends the user back without a code if nothing is granted', async () => {
    const denied = { from: 'test', state: QUESTION.state, error: 'access_denied' };
    expect(await app.redirected(app.questionUrl(), { decision: 'deny' })).toEqual(denied);
    expect(await app.redirected(app.questionUrl(), { granted: [] })).toEqual(denied);
  });

  test('does not guess what the user did', async () => {
    expect((await app.decide(app.questionUrl(), { decision: '' })).status).toBe(400);
    expect((await app.decide(app.questionUrl(), { account: 'nobody@example.com' })).status).toBe(400);
  });

  test('is counted and fails as wanted', async () => {
    emulator.failNext('oauth2.auth', { kind: 'status', status: 503, html: true });
    emulator.failNext('oauth2.revoke', { kind: 'status', status: 500 });
    expect((await openPage(app.questionUrl())).status).toBe(503);
    await app.consent();
    expect((await fetch(`${emulator.url}revoke`, { method: 'POST' })).status).toBe(500);
    expect(emulator.counts).toMatchObject({ 'oauth2.auth': 2, 'oauth2.revoke': 1, 'oauth2.token': 0 });
  });
});
