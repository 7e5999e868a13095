import { once } from 'node:events';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { startEmulator, Gate, type Emulator, type Fault } from '../../emulator';
import { childrenOf, ofDrive, slowBySize, whenAsked } from '../support/faults';
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

describe('emulator: faults that depend on what is asked', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({
      corpus: { kind: 'seed', seed: 3, files: 150, drives: [{ name: 'One', files: 3 }] },
    });
  });
  afterEach(() => emulator.close());

  const broken: Fault = { kind: 'status', status: 500 };

  test('a rule sees the parameters', async () => {
    const { world } = emulator;
    const [folder, other] = [world.createFolder(), world.createFolder()];
    emulator.failEvery(LIST, whenAsked(childrenOf(folder), broken));
    const statusOf = async (q: string): Promise<number> => (await ask(emulator, FILES, { q })).status;
    expect(await statusOf(`'${folder}' in parents and trashed = false`)).toBe(500);
    expect(await statusOf(`'${other}' in parents`)).toBe(200);
    expect(await statusOf('trashed = false')).toBe(200);
  });

  test('a rule sees which drive a log belongs to', async () => {
    const driveId = emulator.world.drives()[0]?.id ?? '';
    emulator.failEvery('changes.getStartPageToken', whenAsked(ofDrive(driveId), broken));
    const path = 'drive/v3/changes/startPageToken';
    const query = { supportsAllDrives: 'true' };
    expect((await ask(emulator, path, { ...query, driveId })).status).toBe(500);
    expect((await ask(emulator, path, query)).status).toBe(200);
  });

  test('a rule sees the id of the file that is asked for', async () => {
    const [id = '', other = ''] = emulator.world.ids();
    emulator.failEvery('files.get', (_, { params }) => (params['fileId'] === id ? broken : undefined));
    expect((await ask(emulator, `${FILES}/${id}`)).status).toBe(500);
    expect((await ask(emulator, `${FILES}/${other}`)).status).toBe(200);
    expect(emulator.requests().map(({ params }) => params)).toEqual([{}, {}]);
  });

  test('an answer can take a time that depends on the page size', async () => {
    emulator.failEvery(
      LIST,
      slowBySize((pageSize) => (pageSize > 100 ? 60_000 : 0)),
    );
    const large = fetch(`${emulator.url}${FILES}?pageSize=101`, {
      headers: PLAIN,
      signal: AbortSignal.timeout(200),
    });
    await expect(large).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await ask(emulator, FILES, { pageSize: '100' })).status).toBe(200);
  });
});

describe('emulator: requests that are held back', () => {
  let emulator: Emulator;
  let folder: string;
  let gate: Gate;

  beforeEach(async () => {
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 20 } });
    folder = emulator.world.createFolder();
    emulator.world.createFile({ parent: folder });
    gate = new Gate();
  });
  afterEach(() => emulator.close());

  const list = async (signal?: AbortSignal): Promise<number> => {
    const q = encodeURIComponent(`'${folder}' in parents`);
    const options = { headers: PLAIN, ...(signal !== undefined && { signal }) };
    const response = await fetch(`${emulator.url}${FILES}?q=${q}`, options);
    return ((await response.json()) as { files: unknown[] }).files.length;
  };

  test.each([
    ['hold-answer', 1],
    ['hold-request', 2],
  ] as const)('%s: the answer knows of %s files', async (kind, files) => {
    emulator.failEvery(LIST, whenAsked(childrenOf(folder), { kind, gate }));
    const held = list();
    await gate.arrived();
    emulator.world.createFile({ parent: folder });
    expect(gate.held).toBe(1);
    expect((await listPage(emulator, {})).files).toHaveLength(23);
    expect(emulator.requests()[0]).toMatchObject({ status: 0 });
    gate.open();
    expect(await held).toBe(files);
    expect(gate.held).toBe(0);
    expect(await list()).toBe(2);
  });

  test('a gate lets one request after the other go on, in the order in which they came', async () => {
    emulator.failEvery(LIST, () => ({ kind: 'hold-request', gate }));
    const first = list();
    await gate.arrived();
    let isSecondThrough = false;
    const second = list().finally(() => (isSecondThrough = true));
    await gate.arrived(2);
    gate.letOne();
    await first;
    expect([isSecondThrough, gate.held]).toEqual([false, 1]);
    gate.letOne();
    await second;
  });

  test('a client that gives up leaves the gate', async () => {
    emulator.failEvery(LIST, () => ({ kind: 'hold-answer', gate }));
    const client = new AbortController();
    const given = list(client.signal);
    await gate.arrived();
    client.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    while (gate.held > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(emulator.requests()[0]).toMatchObject({ status: 0 });
  });

  test('an emulator that closes ends what a gate holds', async () => {
    emulator.failEvery(LIST, () => ({ kind: 'hold-answer', gate }));
    const held = list();
    await gate.arrived();
    const failed = expect(held).rejects.toThrow();
    await emulator.close();
    await failed;
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 1 } });
  });
});

describe('emulator: bodies that do not end', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 20 } });
  });
  afterEach(() => emulator.close());

  /** Reads a body, unpacked, until it is over or has so many bytes. */
  async function readSome(headers: Record<string, string>, limit: number): Promise<string> {
    const response = await fetch(`${emulator.url}${FILES}?prettyPrint=false`, { headers });
    expect(response.status).toBe(200);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      if ((length += chunks.at(-1)?.length ?? 0) >= limit) break;
    }
    return Buffer.concat(chunks).toString();
  }

  test('a trickle is a good answer, byte by byte', async () => {
    const whole = await readSome(PLAIN, Infinity);
    emulator.failNext(LIST, { kind: 'trickle', msPerByte: 0 });
    expect(await readSome(PLAIN, Infinity)).toBe(whole);
  });

  test('a trickle takes a second for a byte by default', async () => {
    emulator.failNext(LIST, { kind: 'trickle' });
    const startedAt = performance.now();
    expect(await readSome(PLAIN, 2)).toBe('{"');
    expect(performance.now() - startedAt).toBeGreaterThan(1900);
  });

  test.each([
    ['plain', PLAIN],
    ['compressed', { ...PLAIN, 'accept-encoding': 'gzip' }],
  ])('an endless body begins well and goes on with white space (%s)', async (_, headers) => {
    const whole = await readSome(PLAIN, Infinity);
    emulator.failNext(LIST, { kind: 'endless' });
    const text = await readSome(headers, 5_000_000);
    expect(text.length).toBeGreaterThan(4_900_000);
    expect(text.trimEnd()).toBe(whole);
  });

  test('the pace can change while the emulator runs', async () => {
    emulator.setPace({ quota: { unitsPerMinute: 6000 } });
    expect((await ask(emulator, FILES)).status).toBe(200);
    expect(errorOf(await ask(emulator, FILES))).toMatchObject({
      status: 403,
      reason: 'userRateLimitExceeded',
    });
    emulator.setPace({ latencyMs: 300 });
    const startedAt = performance.now();
    expect((await ask(emulator, FILES)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(290);
  });
});
