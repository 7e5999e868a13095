import { once } from 'node:events';
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startEmulator, type Emulator } from '../../emulator';
import { digestOf, fetchBytes, md5, TOKEN, type Got } from './emulator-bytes';
import { errorOf } from './emulator-request';

const FILES = 'drive/v3/files';
const HELLO = Buffer.from('Hello, contents!');

describe('emulator: media', () => {
  let emulator: Emulator;
  let id: string;

  beforeAll(async () => {
    const drives = [{ name: 'One', files: 3 }];
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 60, drives } });
    id = emulator.world.createFile({ name: 'hello.bin', mimeType: 'application/x-hello' });
    emulator.world.setContent(id, HELLO);
  });
  afterAll(() => emulator.close());

  test.each([`${FILES}/`, `download/${FILES}/`])('%s serves the bytes', async (prefix) => {
    const got = await fetchBytes(emulator, prefix + id);
    expect([got.status, got.bytes]).toEqual([200, HELLO]);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'application/x-hello',
      'content-length': '16',
    });
    expect([got.headers.get('content-encoding'), got.headers.get('etag')]).toEqual([null, null]);
  });

  test('an upload is a new revision with true checksums, a time and a change', () => {
    const { world } = emulator;
    const params = { supportsAllDrives: 'true' };
    const { startPageToken } = emulator.request('changes.getStartPageToken', params) as {
      startPageToken: string;
    };
    const file = world.createFile({ mimeType: 'text/plain', modifiedTime: '2020-01-01T00:00:00.000Z' });
    const before = world.file(file);
    world.setContent(file, HELLO);
    const after = world.file(file);
    expect(after).toMatchObject({
      md5Checksum: md5(HELLO),
      sha1Checksum: digestOf('sha1', HELLO),
      sha256Checksum: digestOf('sha256', HELLO),
      size: '16',
      quotaBytesUsed: '16',
      version: String(Number(before?.version) + 1),
    });
    expect(after?.headRevisionId).not.toBe(before?.headRevisionId);
    expect(after?.modifiedTime).not.toBe(before?.modifiedTime);
    const page = emulator.request('changes.list', { pageToken: startPageToken }) as { changes: object[] };
    expect(page.changes).toMatchObject([{ fileId: file }]);
  });

  test.each([
    ['bytes=0-4', 'bytes 0-4/16', 'Hello'],
    ['bytes=7-', 'bytes 7-15/16', 'contents!'],
    ['bytes=-9', 'bytes 7-15/16', 'contents!'],
    ['bytes=-99', 'bytes 0-15/16', 'Hello, contents!'],
    ['bytes=15-400', 'bytes 15-15/16', '!'],
  ])('the range %s is a part', async (range, contentRange, text) => {
    const got = await fetchBytes(emulator, `${FILES}/${id}`, { alt: 'media' }, { range });
    expect([got.status, got.text, got.headers.get('content-range')]).toEqual([206, text, contentRange]);
    expect(got.headers.get('content-length')).toBe(String(text.length));
  });

  test.each(['bytes=0-1,4-5', 'bytes=5-2', 'lines=1-2', 'bytes=-'])('%s gives the whole', async (range) => {
    const got = await fetchBytes(emulator, `${FILES}/${id}`, { alt: 'media' }, { range });
    expect([got.status, got.bytes]).toEqual([200, HELLO]);
  });

  test.each(['bytes=16-', 'bytes=-0', 'bytes=99-100'])('the range %s is refused', async (range) => {
    const got = await fetchBytes(emulator, `${FILES}/${id}`, { alt: 'media' }, { range });
    expect(errorOf(got)).toMatchObject({ status: 416, reason: 'requestedRangeNotSatisfiable' });
    expect(got.headers.get('content-range')).toBe('bytes */16');
  });

  test('an empty file has an empty body and no ranges', async () => {
    const empty = emulator.world.createFile();
    emulator.world.setContent(empty, Buffer.alloc(0));
    const got = await fetchBytes(emulator, `${FILES}/${empty}`);
    expect([got.status, got.text, got.headers.get('content-length')]).toEqual([200, '', '0']);
    const part = await fetchBytes(emulator, `${FILES}/${empty}`, { alt: 'media' }, { range: 'bytes=0-' });
    expect(part.status).toBe(416);
  });

  test.each(['folder', 'shortcut', 'document', 'vid'])('a %s has no media', async (type) => {
    const native = emulator.world.createFile({ mimeType: `application/vnd.google-apps.${type}` });
    const got = await fetchBytes(emulator, `${FILES}/${native}`);
    expect(errorOf(got)).toMatchObject({ status: 403, reason: 'fileNotDownloadable' });
  });

  test('a file without content is refused, so that no body contradicts a checksum', async () => {
    const [blob] = [...emulator.truth()].filter(({ md5Checksum }) => md5Checksum !== undefined);
    const got = await fetchBytes(emulator, `${FILES}/${blob?.id ?? ''}`);
    expect(errorOf(got)).toMatchObject({ status: 403, reason: 'cannotDownloadFile' });
    emulator.world.edit(id);
    expect((await fetchBytes(emulator, `${FILES}/${id}`)).status).toBe(403);
    emulator.world.setContent(id, HELLO);
  });

  test('a file of a shared drive needs supportsAllDrives', async () => {
    const { world } = emulator;
    const inDrive = world.createFile({ driveId: world.drives()[0]?.id ?? '' });
    world.setContent(inDrive, HELLO);
    const without = await fetchBytes(emulator, `${FILES}/${inDrive}`);
    expect(errorOf(without)).toMatchObject({ status: 404, reason: 'notFound', location: 'fileId' });
    const query = { alt: 'media', supportsAllDrives: 'true', acknowledgeAbuse: 'false' };
    expect((await fetchBytes(emulator, `${FILES}/${inDrive}`, query)).bytes).toEqual(HELLO);
  });

  test('an unknown parameter and an unknown file are refused', async () => {
    const strange = await fetchBytes(emulator, `${FILES}/${id}`, { alt: 'media', mimeType: 'text/plain' });
    expect(errorOf(strange)).toMatchObject({ status: 400, rpc: 'INVALID_ARGUMENT' });
    expect((await fetchBytes(emulator, `${FILES}/nothing`)).status).toBe(404);
  });

  test('a listed checksum can be a lie', async () => {
    const photo = emulator.world.createFile({ mimeType: 'image/jpeg' });
    emulator.world.setContent(photo, HELLO, { md5Checksum: md5(Buffer.from('other')) });
    expect(emulator.world.file(photo)?.md5Checksum).toBe(md5(Buffer.from('other')));
    expect((await fetchBytes(emulator, `${FILES}/${photo}`)).bytes).toEqual(HELLO);
  });

  test('the head revision can be read, and a previous one only if it was kept', async () => {
    const { world } = emulator;
    const file = world.createFile();
    const revisions = ['one', 'two', 'three'].map((text, at) => {
      world.setContent(file, Buffer.from(text), { keepPrevious: at === 2 });
      return world.file(file)?.headRevisionId ?? '';
    });
    const read = async (revision = ''): Promise<Got> =>
      fetchBytes(emulator, `${FILES}/${file}/revisions/${revision}`);
    expect((await read(revisions[2])).text).toBe('three');
    expect((await read(revisions[1])).text).toBe('two');
    expect(errorOf(await read(revisions[0]))).toMatchObject({
      status: 403,
      reason: 'download_restricted_for_revision',
    });
    expect(errorOf(await read('none'))).toMatchObject({ status: 404, location: 'revisionId' });
    const range = { range: 'bytes=1-2' };
    const part = await fetchBytes(
      emulator,
      `${FILES}/${file}/revisions/${revisions[2] ?? ''}`,
      { alt: 'media' },
      range,
    );
    expect([part.status, part.text]).toEqual([206, 'hr']);
  });

  test('a reader gets the file but not its revision', async () => {
    const theirs = emulator.world.receiveFile({ name: 'theirs.pdf' });
    emulator.world.setContent(theirs, HELLO);
    const revision = emulator.world.file(theirs)?.headRevisionId ?? '';
    expect((await fetchBytes(emulator, `${FILES}/${theirs}`)).status).toBe(200);
    const pinned = await fetchBytes(emulator, `${FILES}/${theirs}/revisions/${revision}`);
    expect(errorOf(pinned)).toMatchObject({ reason: 'download_restricted_for_revision' });
  });

  test('a large body arrives whole', async () => {
    const large = emulator.world.createFile();
    const bytes = Buffer.alloc(3_000_001, 'abcdefg');
    emulator.world.setContent(large, bytes);
    const sent = get(`${emulator.url}${FILES}/${large}?alt=media`, { headers: TOKEN });
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    expect(md5(await buffer(response))).toBe(md5(bytes));
  });

  test('the log names the method, the range and the bytes', async () => {
    await fetchBytes(emulator, `${FILES}/${id}`, { alt: 'media' }, { range: 'bytes=2-5' });
    expect(emulator.requests().at(-1)).toMatchObject({
      method: 'files.download',
      params: { alt: 'media' },
      status: 206,
      range: 'bytes=2-5',
      bytes: 4,
    });
  });
});

test('a metadata scope does not cover contents', async () => {
  const emulator = await startEmulator({ scope: 'metadata', corpus: { kind: 'seed', seed: 3, files: 5 } });
  const id = emulator.world.createFile();
  emulator.world.setContent(id, HELLO);
  const paths = ['', `/revisions/${emulator.world.file(id)?.headRevisionId ?? ''}`, '/export'];
  for (const path of paths) {
    const got = await fetchBytes(emulator, `${FILES}/${id}${path}`);
    expect(errorOf(got)).toMatchObject({ status: 403, reason: 'insufficientPermissions' });
  }
  await emulator.close();
});

test('a download costs 200 units', async () => {
  const quota = { unitsPerMinute: 60 * 399 };
  const emulator = await startEmulator({ quota, now: () => 0, corpus: { kind: 'seed', seed: 3, files: 5 } });
  const id = emulator.world.createFile();
  emulator.world.setContent(id, HELLO);
  expect((await fetchBytes(emulator, `${FILES}/${id}`)).status).toBe(200);
  const refused = await fetchBytes(emulator, `${FILES}/${id}`);
  expect(errorOf(refused)).toMatchObject({ status: 403, reason: 'userRateLimitExceeded' });
  await emulator.close();
});
