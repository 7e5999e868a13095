import { once } from 'node:events';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { startEmulator, type Emulator, type Fault } from '../../src/emulator';
import { ask, errorOf, listPage } from './emulator-request';

const FILES = 'drive/v3/files';
const LIST = 'files.list';
const PLAIN = { authorization: 'Bearer emulator-token', 'accept-encoding': 'identity' };

describe('emulator: faults', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 150 } });
  });
  afterEach(() => emulator.close());

  test('a fault hits as many requests as it is meant for, and each is counted', async () => {
    const fault: Fault = { kind: 'status', status: 503, body: { error: 'no' }, retryAfter: '7' };
    emulator.failNext(LIST, fault, 2);
    const first = await ask(emulator, FILES);
    expect([first.status, first.body, first.headers.get('retry-after')]).toEqual([503, { error: 'no' }, '7']);
    expect((await ask(emulator, 'drive/v3/files/root')).status).toBe(200);
    expect((await ask(emulator, FILES)).status).toBe(503);
    expect((await ask(emulator, FILES)).status).toBe(200);
    expect(emulator.counts).toMatchObject({ [LIST]: 3, 'files.get': 1, 'about.get': 0 });
  });

  test('a rule decides by the ordinal of a request', async () => {
    emulator.failEvery(LIST, (n) => (n % 2 === 0 ? { kind: 'status', status: 500 } : undefined));
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask(emulator, FILES)).status);
    expect(statuses).toEqual([200, 500, 200, 500]);
    expect(emulator.requests().map(({ method, status }) => [method, status])).toEqual([
      [LIST, 200],
      [LIST, 500],
      [LIST, 200],
      [LIST, 500],
    ]);
  });

  test('an error of Drive comes in its envelope', async () => {
    emulator.failNext(LIST, { kind: 'drive-error', status: 403, reason: 'rateLimitExceeded' });
    emulator.failNext(LIST, {
      kind: 'drive-error',
      status: 400,
      reason: 'invalid',
      location: 'pageToken',
      message: 'No',
    });
    expect(errorOf(await ask(emulator, FILES))).toEqual({
      status: 403,
      domain: 'usageLimits',
      reason: 'rateLimitExceeded',
      message: 'Rate Limit Exceeded',
    });
    expect(errorOf(await ask(emulator, FILES))).toEqual({
      status: 400,
      domain: 'global',
      reason: 'invalid',
      message: 'No',
      location: 'pageToken',
      locationType: 'parameter',
    });
  });

  test('an error page is HTML, with its own status or with 200', async () => {
    emulator.failNext(LIST, { kind: 'status', status: 502, html: true });
    emulator.failNext(LIST, { kind: 'html-200' });
    for (const status of [502, 200]) {
      const answer = await ask(emulator, FILES);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.text).toMatch(/^<!DOCTYPE html>/);
    }
  });

  test('a fault may be compressed against the wish of the client', async () => {
    emulator.failNext(LIST, { kind: 'status', status: 500, body: { a: 1 }, gzip: true });
    const answer = await ask(emulator, FILES, {}, PLAIN);
    expect([answer.headers.get('content-encoding'), answer.body]).toEqual(['gzip', { a: 1 }]);
  });

  test('a reset connection gives no answer', async () => {
    emulator.failNext(LIST, { kind: 'reset' });
    await expect(ask(emulator, FILES)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/RESET|SOCKET/) as string },
    });
    expect((await ask(emulator, FILES)).status).toBe(200);
    expect(emulator.requests().map(({ status }) => status)).toEqual([0, 200]);
  });

  test('a stalled request waits until the client gives up or the emulator closes', async () => {
    emulator.failNext(LIST, { kind: 'stall' }, 2);
    const options = { headers: { authorization: 'Bearer emulator-token' } };
    const patient = request(`${emulator.url}${FILES}`, options);
    const failed = once(patient, 'error');
    patient.end();
    const impatient = fetch(`${emulator.url}${FILES}`, { ...options, signal: AbortSignal.timeout(30) });
    await expect(impatient).rejects.toMatchObject({ name: 'TimeoutError' });
    await emulator.close();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 1 } });
  });

  test('a truncated answer claims to be whole', async () => {
    const whole = await ask(emulator, FILES, {}, PLAIN);
    emulator.failNext(LIST, { kind: 'truncated' });
    const half = await ask(emulator, FILES, {}, PLAIN);
    expect([half.status, half.body]).toEqual([200, undefined]);
    const length = Number(whole.headers.get('content-length'));
    expect(half.headers.get('content-length')).toBe(String(Math.floor(length / 2)));
  });

  test('a truncated compressed answer is half of a gzip member', async () => {
    emulator.failNext(LIST, { kind: 'truncated' });
    const headers = { authorization: 'Bearer emulator-token', 'accept-encoding': 'gzip' };
    const sent = request(`${emulator.url}${FILES}`, { headers });
    sent.end();
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect(() => gunzipSync(Buffer.concat(chunks))).toThrow(/unexpected end of file/);
  });

  test('an empty answer is a good one without a body', async () => {
    emulator.failNext(LIST, { kind: 'empty-200' });
    const answer = await ask(emulator, FILES);
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  test('a wrong content type comes with a good body', async () => {
    emulator.failNext(LIST, { kind: 'wrong-content-type' });
    const answer = await ask(emulator, FILES);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.body).toMatchObject({ kind: 'drive#fileList' });
  });

  test('a patch rewrites a good answer', async () => {
    emulator.failNext(LIST, {
      kind: 'patch',
      patch: (body) => ({ ...body, incompleteSearch: true, nextPageToken: 'again' }),
    });
    const page = await listPage(emulator, {});
    expect(page).toMatchObject({ kind: 'drive#fileList', incompleteSearch: true, nextPageToken: 'again' });
    expect(page.files).toHaveLength(100);
  });

  test('faults reach the token endpoint too', async () => {
    emulator.failNext('oauth2.token', {
      kind: 'status',
      status: 400,
      body: { error: 'invalid_grant', error_subtype: 'invalid_rapt' },
    });
    const response = await fetch(emulator.tokenUrl, { method: 'POST', body: new URLSearchParams({}) });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'invalid_grant', error_subtype: 'invalid_rapt' },
    ]);
  });

  test('the log keeps what was asked', async () => {
    await listPage(emulator, { q: "name = 'a&b'", pageSize: '5' });
    expect(emulator.requests()).toEqual([
      {
        method: LIST,
        path: '/drive/v3/files',
        params: { q: "name = 'a&b'", pageSize: '5' },
        status: 200,
        at: expect.any(Number) as number,
      },
    ]);
  });
});
