import { gzipSync } from 'node:zlib';
import { asFile, decodedPage } from '../../support/pages';
import { LARGEST_BODY, plainBytes, type RawBody } from '../../../src/drive/wire/json';
import { parseLongList } from '../../../src/drive/wire/long-list';

const PAGE = {
  kind: 'drive#fileList',
  nextPageToken: 'next',
  incompleteSearch: false,
  files: [
    { id: 'a', name: 'ä 👩‍👩‍👧', version: '9007199254740993' },
    { id: 'b', trashed: true },
  ],
};

function plain(body: unknown): RawBody {
  return { bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), gzip: false };
}

function gzipped(body: unknown): RawBody {
  return { bytes: gzipSync(plain(body).bytes), gzip: true };
}

function parseBody(body: RawBody) {
  return parseLongList(body, 'files', () => undefined);
}

test.each([
  { name: 'plain', body: plain(PAGE) },
  { name: 'compressed', body: gzipped(PAGE) },
])('a good page that arrives $name is read', ({ body }) => {
  const { files, ...page } = decodedPage(body);
  expect(page).toEqual({ nextPageToken: 'next', incompleteSearch: false, unusable: 0 });
  expect(files.map(asFile)).toEqual(PAGE.files);
});

test.each([
  { name: 'an absent token', change: { nextPageToken: undefined }, token: undefined },
  { name: 'an empty token', change: { nextPageToken: '' }, token: undefined },
  { name: 'a token', change: { nextPageToken: '~!!~x' }, token: '~!!~x' },
])('$name is read as $token', ({ change, token }) => {
  expect(decodedPage(plain({ ...PAGE, ...change })).nextPageToken).toBe(token);
});

test.each([
  { incompleteSearch: true, read: true },
  { incompleteSearch: undefined, read: false },
  { incompleteSearch: 'true', read: false },
])('incompleteSearch $incompleteSearch is read as $read', ({ incompleteSearch, read }) => {
  expect(decodedPage(plain({ ...PAGE, incompleteSearch })).incompleteSearch).toBe(read);
});

test('an empty page with a token is a page', () => {
  expect(decodedPage(plain({ ...PAGE, files: [] }))).toMatchObject({ files: [], nextPageToken: 'next' });
});

const whole = gzipped(PAGE);
const cutGzip = (length: number): RawBody => ({ bytes: whole.bytes.subarray(0, length), gzip: true });

test.each([
  { name: 'gzip cut in its middle', body: cutGzip(40) },
  { name: 'gzip cut in its checksum', body: cutGzip(whole.bytes.length - 4) },
  { name: 'gzip cut in its header', body: cutGzip(5) },
  { name: 'gzip of cut JSON', body: gzipped(JSON.stringify(PAGE).slice(0, -1)) },
  { name: 'cut JSON', body: plain(JSON.stringify(PAGE).slice(0, 50)) },
  { name: 'HTML', body: plain('<!DOCTYPE html><p>Sign in to SecretWifi') },
  { name: 'nothing', body: plain('') },
  { name: 'an array', body: plain([PAGE]) },
  { name: 'null', body: plain('null') },
  { name: 'another kind', body: plain({ ...PAGE, kind: 'drive#changeList' }) },
  { name: 'a page without files', body: plain({ ...PAGE, files: undefined }) },
  { name: 'files that are no list', body: plain({ ...PAGE, files: { a: 1 } }) },
  { name: 'a numeric token', body: plain({ ...PAGE, nextPageToken: 5 }) },
  { name: 'a null token', body: plain({ ...PAGE, nextPageToken: null }) },
  { name: 'an error envelope', body: plain({ error: { code: 500 } }) },
])('$name is refused as malformed, and nothing of it is quoted', ({ body }) => {
  let thrown: unknown;
  try {
    decodedPage(body);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: 'SyncFailure', kind: 'malformed' });
  expect(String(thrown)).not.toMatch(/SecretWifi|DOCTYPE|👩/u);
});

test('a byte order mark is no part of the text', () => {
  expect(decodedPage(plain(`\uFEFF${JSON.stringify(PAGE)}`)).files.map(asFile)).toEqual(PAGE.files);
});

test('bytes that are no UTF-8 become U+FFFD', () => {
  const bytes = Buffer.from('{"a":"x?y\u00e4"}');
  bytes[bytes.indexOf('?')] = 0xff;
  expect(parseBody({ bytes, gzip: false })).toEqual({ a: 'x\uFFFDyä' });
});

test.each([0, 1, 2, 3])('a long text with %i bytes before its letters of four is read whole', (before) => {
  const name = `${'a'.repeat(before)}${'😀'.repeat(40_000)}${'b'.repeat(200_000)}ä`;
  expect(parseBody(plain({ name }))).toEqual({ name });
});

test.each([
  { name: 'in one piece', pieces: [JSON.stringify(PAGE)] },
  { name: 'in pieces, of which the last is the shortest', pieces: [JSON.stringify(PAGE), '\n'] },
])('gzip $name is read whole', ({ pieces }) => {
  const bytes = Buffer.concat(pieces.map((piece) => gzipSync(piece)));
  expect(decodedPage({ bytes, gzip: true }).files.map(asFile)).toEqual(PAGE.files);
});

test('gzip that lies about its length is refused, and no memory is set aside for the lie', () => {
  const bytes = Buffer.from(gzipped(PAGE).bytes);
  bytes.writeUInt32LE(0xffffffff, bytes.length - 4);
  const before = process.memoryUsage().arrayBuffers;
  expect(() => parseBody({ bytes, gzip: true })).toThrow('gzip');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
});

test('gzip that inflates to more than a page may have is too large', () => {
  const bytes = gzipSync(Buffer.alloc(LARGEST_BODY + 1));
  expect(() => parseBody({ bytes, gzip: true })).toThrow(expect.objectContaining({ kind: 'too-large' }));
});

test.each([
  { most: 1_000, read: true },
  { most: 999, read: false },
])('gzip of 1000 bytes is read where $most may be: $read', ({ most, read }) => {
  const inflate = () => plainBytes({ bytes: gzipSync('x'.repeat(1_000)), gzip: true }, most).length;
  if (read) expect(inflate()).toBe(1_000);
  else expect(inflate).toThrow(expect.objectContaining({ kind: 'too-large' }));
});

test('lone surrogates become U+FFFD wherever they are, and pairs stay', () => {
  const body = plain(
    String.raw`{"a\udc00":"x\ud800","b":["\uDFFF!","\ud83d\ude00"],"c":{"d":"\ud800\ud800"}}`,
  );
  expect(parseBody(body)).toStrictEqual({
    'a\uFFFD': 'x\uFFFD',
    b: ['\uFFFD!', '😀'],
    c: { d: '\uFFFD\uFFFD' },
  });
});

test('mending surrogates leaves a key named __proto__ alone', () => {
  const properties = parseBody(plain(String.raw`{"properties":{"__proto__":"\ud800"}}`))['properties'];
  expect(JSON.stringify(properties)).toBe('{"__proto__":"\uFFFD"}');
});

test('entries without a usable id are counted and the others are kept', () => {
  const files = [{ id: 'a' }, { name: 'no id' }, { id: '' }, { id: 3 }, null, 'text', ['x'], { id: 'b' }];
  const page = decodedPage(plain({ ...PAGE, files }));
  expect(page.files.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(page.unusable).toBe(6);
});
