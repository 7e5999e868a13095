import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import {
  automatedQueries,
  contentFault,
  failedOperation,
  Gate,
  startEmulator,
  type ContentReason,
  type Emulator,
  type Fault,
} from '../../emulator';
import { fetchBytes, md5, TOKEN, type Got } from './emulator-bytes';
import { ask, errorOf } from './emulator-request';

const FILES = 'drive/v3/files';
const MEDIA = 'files.download';
const BYTES = Buffer.from('0123456789'.repeat(100));

/** How a body arrived. */
interface Body {
  length: string | undefined;
  bytes: Buffer;
  /** The code of the error that ended it; undefined for a good end. */
  error: string | undefined;
}

describe('emulator: faults of contents', () => {
  let emulator: Emulator;
  let id: string;

  beforeEach(async () => {
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 5 } });
    id = emulator.world.createFile();
    emulator.world.setContent(id, BYTES);
  });
  afterEach(() => emulator.close());

  const media = async (headers = {}): Promise<Got> =>
    fetchBytes(emulator, `${FILES}/${id}`, { alt: 'media' }, headers);

  async function response(): Promise<IncomingMessage> {
    const sent = get(`${emulator.url}${FILES}/${id}?alt=media`, { headers: TOKEN });
    return ((await once(sent, 'response')) as [IncomingMessage])[0];
  }

  async function read(): Promise<Body> {
    const stream = await response();
    const chunks: Buffer[] = [];
    let error: string | undefined;
    try {
      for await (const chunk of stream) chunks.push(chunk as Buffer);
    } catch (thrown) {
      error = (thrown as NodeJS.ErrnoException).code;
    }
    return { length: stream.headers['content-length'], bytes: Buffer.concat(chunks), error };
  }

  test.each<[string, Fault, Partial<Body>]>([
    ['with a length', { kind: 'cut', at: 300 }, { length: '1000', error: 'ECONNRESET' }],
    [
      'without the last chunk',
      { kind: 'cut', at: 300, framing: 'chunked' },
      { length: undefined, error: 'ECONNRESET' },
    ],
    [
      'as if it were whole',
      { kind: 'cut', at: 300, framing: 'chunked-end' },
      { length: undefined, error: undefined },
    ],
  ])('a body is cut %s', async (_, fault, expected) => {
    emulator.failNext(MEDIA, fault);
    expect(await read()).toEqual({ ...expected, bytes: BYTES.subarray(0, 300) });
    expect(emulator.requests().at(-1)).toMatchObject({ method: MEDIA, status: 200, bytes: 300 });
    expect((await read()).bytes).toEqual(BYTES);
  });

  test('a connection is reset in the middle of a body', async () => {
    emulator.failNext(MEDIA, { kind: 'reset-body' });
    const { bytes, error } = await read();
    expect(error).toBe('ECONNRESET');
    expect(BYTES.subarray(0, 500).subarray(0, bytes.length)).toEqual(bytes);
    expect(emulator.requests().at(-1)?.bytes).toBe(500);
  });

  test('a body stalls until the client gives up, or for a while', async () => {
    emulator.failNext(MEDIA, { kind: 'stall-body', at: 10 });
    const stalled = await response();
    const [first] = (await once(stalled, 'data')) as [Buffer];
    expect(first).toEqual(BYTES.subarray(0, 10));
    stalled.destroy();
    emulator.failNext(MEDIA, { kind: 'stall-body', at: 10, ms: 40 });
    const start = performance.now();
    expect((await read()).bytes).toEqual(BYTES);
    expect(performance.now() - start).toBeGreaterThan(35);
  });

  test('a range is answered with the whole', async () => {
    emulator.failNext(MEDIA, { kind: 'ignore-range' });
    const got = await media({ range: 'bytes=5-9' });
    expect([got.status, got.bytes.length, got.headers.get('content-range')]).toEqual([200, 1000, null]);
    expect(emulator.requests().at(-1)?.range).toBe('bytes=5-9');
  });

  test('a range comes with a wrong Content-Range', async () => {
    emulator.failNext(MEDIA, { kind: 'wrong-content-range' });
    const got = await media({ range: 'bytes=5-9' });
    expect([got.status, got.text, got.headers.get('content-range')]).toEqual([
      206,
      '56789',
      'bytes 6-10/1000',
    ]);
  });

  test('a range comes with other bytes', async () => {
    emulator.failNext(MEDIA, { kind: 'corrupt', at: 0, length: Infinity });
    const got = await media({ range: 'bytes=5-9' });
    expect(got.bytes).toEqual(Buffer.from('56789').map((byte) => byte ^ 0x55));
    expect((await media({ range: 'bytes=5-9' })).text).toBe('56789');
  });

  test('a checksum is wrong once, or always', async () => {
    const listed = emulator.world.file(id)?.md5Checksum;
    emulator.failNext(MEDIA, { kind: 'corrupt' });
    const [bad, good] = [(await media()).bytes, (await media()).bytes];
    expect([md5(bad) === listed, md5(good) === listed, bad.length]).toEqual([false, true, 1000]);
    emulator.failEvery(MEDIA, () => ({ kind: 'corrupt' }));
    expect([md5((await media()).bytes), md5((await media()).bytes)]).toEqual([md5(bad), md5(bad)]);
  });

  test('a file changes before or in the middle of a body', async () => {
    const upload = (text: string) => () => emulator.world.setContent(id, Buffer.from(text));
    emulator.failNext(MEDIA, { kind: 'act', act: upload('before') });
    expect((await media()).text).toBe('before');
    emulator.failNext(MEDIA, { kind: 'act-in-body', at: 2, act: upload('in the middle') });
    expect((await media()).text).toBe('before');
    expect((await media()).text).toBe('in the middle');
  });

  test('a body waits in the middle until the test goes on', async () => {
    const gate = new Gate();
    emulator.failNext(MEDIA, { kind: 'act-in-body', at: 2, act: () => gate.pass(AbortSignal.timeout(5000)) });
    const got = media();
    await gate.arrived();
    expect(emulator.requests().at(-1)?.bytes).toBe(2);
    gate.open();
    expect((await got).bytes).toEqual(BYTES);
  });

  test('truncated, trickling and mislabelled bodies work for contents too', async () => {
    emulator.failNext(MEDIA, { kind: 'truncated' });
    expect((await media()).bytes).toEqual(BYTES.subarray(0, 500));
    emulator.failNext(MEDIA, { kind: 'trickle', msPerByte: 1 });
    expect((await media({ range: 'bytes=0-3' })).text).toBe('0123');
    emulator.failNext(MEDIA, { kind: 'wrong-content-type' });
    expect((await media()).headers.get('content-type')).toBe('application/octet-stream');
  });

  test('an export is cut without a sign', async () => {
    const doc = emulator.world.createFile({ mimeType: 'application/vnd.google-apps.document' });
    emulator.world.setDocument(doc, { text: 'one two' });
    emulator.failNext('files.export', { kind: 'cut', at: 6, framing: 'chunked-end' });
    const got = await fetchBytes(
      emulator,
      `${FILES}/${doc}/export`,
      { mimeType: 'text/plain' },
      { 'accept-encoding': 'identity' },
    );
    expect([got.status, got.text]).toEqual([200, '\uFEFFone']);
  });

  test.each<[ContentReason, object]>([
    ['fileNotDownloadable', { status: 403, domain: 'global' }],
    ['fileNotExportable', { status: 403 }],
    ['exportSizeLimitExceeded', { status: 403 }],
    ['cannotDownloadFile', { status: 403 }],
    ['cannotExportFile', { status: 403 }],
    ['cannotDownloadAbusiveFile', { status: 403 }],
    ['download_restricted_for_revision', { status: 403 }],
    ['downloadRestrictedForRevision', { status: 403 }],
    ['downloadQuotaExceeded', { status: 403, domain: 'global' }],
    [
      'quotaExceeded',
      { status: 403, domain: 'usageLimits', location: 'quota.download', locationType: 'other' },
    ],
    ['dailyLimitExceeded', { status: 403, domain: 'usageLimits' }],
    ['userRateLimitExceeded', { status: 403, domain: 'usageLimits' }],
    ['rateLimitExceeded', { status: 429, domain: 'usageLimits' }],
    ['requestedRangeNotSatisfiable', { status: 416 }],
    ['internalError', { status: 500 }],
    ['backendError', { status: 500 }],
  ])('Drive can respond with %s', async (reason, expected) => {
    emulator.failNext(MEDIA, contentFault(reason));
    expect(errorOf(await media())).toMatchObject({ reason, ...expected });
  });

  test('the front end takes the client for a robot', async () => {
    emulator.failNext(MEDIA, automatedQueries());
    const got = await media();
    expect([got.status, got.headers.get('content-type')]).toEqual([403, 'text/html; charset=UTF-8']);
    expect(got.text).toContain('automated queries');
  });

  test('an operation fails', async () => {
    const url = `${emulator.url}${FILES}/${id}/download`;
    const { name } = (await (await fetch(url, { method: 'POST', headers: TOKEN })).json()) as {
      name: string;
    };
    emulator.failNext('operations.get', failedOperation(8, 'Too much'));
    const { body } = await ask(emulator, `drive/v3/operations/${name}`);
    expect(body).toEqual({ name, done: true, error: { code: 8, message: 'Too much' } });
  });

  test('a rule sees the file, the revision and the range', async () => {
    const seen: object[] = [];
    for (const method of [MEDIA, 'revisions.download'])
      emulator.failEvery(method, (_, request) => {
        seen.push(request);
        return undefined;
      });
    await media({ range: 'bytes=1-2' });
    await fetchBytes(emulator, `${FILES}/${id}/revisions/r1`);
    expect(seen).toEqual([
      { method: MEDIA, params: { alt: 'media', fileId: id }, range: 'bytes=1-2' },
      { method: 'revisions.download', params: { alt: 'media', fileId: id, revisionId: 'r1' } },
    ]);
  });
});
