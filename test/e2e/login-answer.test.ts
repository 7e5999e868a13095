import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { consent } from '../support/browser';
import { openRig, waitFor, type Rig } from '../support/cli';
import { addressOf, startLogin, writeSecrets } from '../support/login';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 5, files: 10 } });
  rig = openRig(emulator.url, { GDRIVE_SYNC_ACCESS_TOKEN: undefined, GDRIVE_SYNC_OAUTH_URL: emulator.url });
});
afterEach(async () => {
  await rig.close();
  await emulator.close();
});

test('--quiet leaves the address that has to be opened, and nothing else', async () => {
  const running = startLogin(rig, '--quiet', '--no-shared-drives');
  const address = await addressOf(running);
  const { stderr } = running;
  running.type(await consent(address));
  expect(await running.done).toMatchObject({ code: 0, stderr });
});

/** Asks the listener for something as it stands, which need not be an address. */
async function visit(origin: URL, path: string, method = 'GET'): Promise<{ status: number; body: string }> {
  return await new Promise((resolve, reject) => {
    const visiting = request({ host: origin.hostname, port: origin.port, path, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    visiting.on('error', reject).end();
  });
}

test('strange visits are turned away, and the wait for the right one goes on', async () => {
  const running = startLogin(rig);
  const answer = new URL(await consent(await addressOf(running)));
  const code = answer.searchParams.get('code') ?? '';
  const stale = `/?state=of-an-earlier-login&code=${code}`;
  const strange = [
    { path: '/favicon.ico', status: 404 },
    { path: '//', status: 404 },
    { path: '/%zz?code=1', status: 404 },
    { path: '/', method: 'POST', status: 404 },
    { path: '/', status: 400 },
    { path: stale, status: 400 },
    { path: `/?code=${code}`, status: 400 },
    { path: '/?error=access_denied', status: 400 },
    { path: '/?error=access_denied&state=guessed', status: 400 },
  ];
  for (const { path, method, status } of strange)
    expect({ path, ...(await visit(answer, path, method)) }).toMatchObject({ path, status });
  expect((await visit(answer, stale)).body).toMatch(/did not work.*newest/s);
  expect(emulator.counts['oauth2.token'] ?? 0).toBe(0);
  expect(await (await fetch(answer)).text()).toContain('You are logged in');
  expect(await running.done).toMatchObject({ code: 0 });
});

test('an address that the browser asks for twice shows both times how the login went', async () => {
  const running = startLogin(rig);
  const answer = await consent(await addressOf(running));
  const pages = await Promise.all([fetch(answer), fetch(answer)]);
  for (const page of pages) expect(await page.text()).toContain('You are logged in');
  expect(await running.done).toMatchObject({ code: 0 });
});

test('a bad paste is asked for again, and the browser may still come', async () => {
  const running = startLogin(rig);
  const answer = new URL(await consent(await addressOf(running)));
  const stale = new URL(answer);
  stale.searchParams.set('state', 'of-an-earlier-login');
  const pastes = [
    { text: 'what?', says: /not the address that Google sent the browser to/ },
    { text: answer.origin, says: /not the address that Google sent the browser to/ },
    { text: stale.href, says: /belongs to another login/ },
    { text: '4/0AThisCodeIsOfNobody', says: /does not accept this code/ },
  ];
  let said = running.stderr.length;
  for (const { text, says } of pastes) {
    running.type(text);
    await waitFor(`an answer to ${text}`, () => says.test(running.stderr.slice(said)));
    said = running.stderr.length;
  }
  await fetch(answer);
  expect(await running.done).toMatchObject({ code: 0 });
});

test.each([
  { form: 'in quotes', of: ({ href }: URL) => `  "${href}" ` },
  { form: 'in brackets', of: ({ href }: URL) => `<${href}>.` },
  { form: 'without its scheme', of: ({ host, pathname, search }: URL) => host + pathname + search },
  { form: 'without its host', of: ({ pathname, search }: URL) => pathname + search },
  { form: 'as its query alone', of: ({ search }: URL) => search.slice(1) },
  { form: 'with a fragment', of: ({ href }: URL) => `${href}#` },
  { form: 'as its code alone', of: ({ searchParams }: URL) => searchParams.get('code') ?? '' },
  {
    form: 'as its code alone in quotes',
    of: ({ searchParams }: URL) => `'${searchParams.get('code') ?? ''}'`,
  },
  {
    form: 'as its encoded code alone',
    of: ({ searchParams }: URL) => encodeURIComponent(searchParams.get('code') ?? ''),
  },
])('an answer is taken $form', async ({ of }) => {
  const running = startLogin(rig);
  running.type(of(new URL(await consent(await addressOf(running)))));
  expect(await running.done).toMatchObject({ code: 0 });
});

test('a pasted refusal ends the login', async () => {
  const running = startLogin(rig);
  running.type(`"${await consent(await addressOf(running), { decision: 'deny' })}"`);
  expect(await running.done).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('access was not allowed'),
  });
});

test('a browser that answers before it is known to have opened is heard', async () => {
  const script = join(rig.home, 'browser.sh');
  const seen = join(rig.home, 'seen');
  writeFileSync(
    script,
    `#!/bin/sh\nprintf %s "$1" > '${seen}.new' && mv '${seen}.new' '${seen}'\nexec sleep 3\n`,
  );
  chmodSync(script, 0o755);
  const running = rig.spawn(['auth', 'login', '--client-secrets', writeSecrets(rig)], { BROWSER: script });
  await waitFor('the browser', () => existsSync(seen));
  const page = await fetch(await consent(readFileSync(seen, 'utf8')));
  expect(await page.text()).toContain('You are logged in');
  expect(await running.done).toMatchObject({ code: 0 });
});

test('a login that Google ends by itself is told with its date', async () => {
  const days = 7;
  const server = createServer((asked, answer) => void forward(asked, answer)).listen(0, '127.0.0.1');
  const forward = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const form = (await asked.setEncoding('utf8').toArray()).join('');
    const { status, body } = await post(new URL(asked.url ?? '/', emulator.url), form);
    const tokens = { ...(JSON.parse(body) as object), refresh_token_expires_in: days * 86_400 };
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(tokens));
  };
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const secrets = writeSecrets(rig, {
    auth_uri: new URL('o/oauth2/v2/auth', emulator.url).href,
    token_uri: `http://127.0.0.1:${String(port)}/token`,
  });
  const running = rig.spawn(['auth', 'login', '--no-browser', '--client-secrets', secrets], {
    GDRIVE_SYNC_OAUTH_URL: undefined,
  });
  running.type(await consent(await addressOf(running)));
  const { code, stderr } = await running.done;
  server.close();
  expect(code).toBe(0);
  const [, date = ''] = /This login expires on (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d):/.exec(stderr) ?? [];
  expect(Math.abs(new Date(date).getTime() - Date.now() - days * 86_400_000)).toBeLessThan(120_000);
});

async function post(url: URL, form: string): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, { method: 'POST', body: form, headers });
  return { status: response.status, body: await response.text() };
}
