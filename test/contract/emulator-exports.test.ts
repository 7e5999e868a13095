import { startEmulator, type Emulator } from '../../emulator';
import { unzip } from '../support/unzip';
import { fetchBytes, TOKEN, type Got } from './emulator-bytes';
import { ask, errorOf, type Query } from './emulator-request';

const FILES = 'drive/v3/files';
const EDITOR = 'application/vnd.google-apps.';
const OFFICE = 'application/vnd.openxmlformats-officedocument';
const [DOCX, XLSX, PPTX] = [
  `${OFFICE}.wordprocessingml.document`,
  `${OFFICE}.spreadsheetml.sheet`,
  `${OFFICE}.presentationml.presentation`,
];
const SHEETS = {
  sheets: [
    {
      name: 'First & last',
      rows: [
        ['a', 'b,c'],
        ['say "hi"', 'two\nlines'],
      ],
    },
    { name: 'Second', rows: [['hidden']] },
  ],
};
const SLIDES = { slides: [{ text: 'one\n<two>', notes: 'spoken' }, { text: 'three' }] };

describe('emulator: exports', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    const drives = [{ name: 'One', files: 3 }];
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 60, drives } });
  });
  afterAll(() => emulator.close());

  function editor(type: string, document?: Parameters<Emulator['world']['setDocument']>[1]): string {
    const id = emulator.world.createFile({ mimeType: EDITOR + type });
    if (document !== undefined) emulator.world.setDocument(id, document);
    return id;
  }

  async function exported(id: string, mimeType: string, headers = {}): Promise<Got> {
    return fetchBytes(emulator, `${FILES}/${id}/export`, { mimeType }, headers);
  }

  test('a text begins with a byte order mark, has no length and no ranges', async () => {
    const id = editor('document', { text: 'first\nsecond' });
    const got = await exported(id, 'text/plain', { range: 'bytes=0-1', 'accept-encoding': 'identity' });
    expect([got.status, got.text]).toEqual([200, '\uFEFFfirst\nsecond']);
    expect(got.headers.get('content-length')).toBeNull();
    expect(got.headers.get('transfer-encoding')).toBe('chunked');
  });

  test('an export is compressed if the client accepts it', async () => {
    const id = editor('document', { text: 'word '.repeat(10_000) });
    const got = await exported(id, 'text/plain', { 'accept-encoding': 'gzip' });
    expect(got.headers.get('content-encoding')).toBe('gzip');
    expect(got.bytes).toHaveLength(50_003);
    expect(emulator.requests().at(-1)?.bytes).toBeLessThan(1000);
  });

  test('a document is exported as HTML, Markdown and Word', async () => {
    const id = editor('document', { text: 'a < b\nsecond' });
    expect((await exported(id, 'text/html')).text).toContain('<p>a &lt; b</p><p>second</p>');
    expect((await exported(id, 'text/markdown')).text).toBe('a < b\n\nsecond');
    const parts = unzip((await exported(id, DOCX)).bytes);
    expect([...parts.keys()]).toEqual(['[Content_Types].xml', '_rels/.rels', 'word/document.xml']);
    expect(parts.get('word/document.xml')).toContain('a &lt; b</w:t></w:r></w:p><w:p>');
  });

  test('CSV has the first sheet only, and Excel all', async () => {
    const id = editor('spreadsheet', SHEETS);
    expect((await exported(id, 'text/csv')).text).toBe('a,"b,c"\r\n"say ""hi""","two\nlines"');
    expect((await exported(id, 'text/tab-separated-values')).text).toContain('a\tb,c\r\n');
    const parts = unzip((await exported(id, XLSX)).bytes);
    expect(parts.get('xl/workbook.xml')).toContain(
      '<sheet name="First &amp; last" sheetId="1" r:id="rId1"/>',
    );
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<c r="B2" t="s"><v>3</v></c>');
    expect(parts.get('xl/worksheets/sheet2.xml')).toContain('<c r="A1" t="s"><v>4</v></c>');
    const items = (parts.get('xl/sharedStrings.xml') ?? '').split('<si>').slice(1);
    expect(items[4]).toContain('>hidden<');
  });

  test('speaker notes are in PowerPoint only', async () => {
    const id = editor('presentation', SLIDES);
    expect((await exported(id, 'text/plain')).text).toBe('one\n<two>\n\nthree');
    const parts = unzip((await exported(id, PPTX)).bytes);
    expect(parts.get('ppt/slides/slide1.xml')).toContain('&lt;two&gt;');
    expect(parts.get('ppt/notesSlides/notesSlide1.xml')).toContain('spoken');
    expect([parts.has('ppt/slides/slide2.xml'), parts.has('ppt/notesSlides/notesSlide2.xml')]).toEqual([
      true,
      false,
    ]);
  });

  test('a script is exported as JSON, and a drawing not as text', async () => {
    const script = editor('script', { text: 'go();' });
    const got = await exported(script, `${EDITOR}script+json`);
    expect(JSON.parse(got.text)).toEqual({ files: [{ name: 'Code', type: 'server_js', source: 'go();' }] });
    const drawing = editor('drawing', { text: 'box' });
    expect((await exported(drawing, 'image/svg+xml')).text).toContain('<text>box</text>');
    expect(errorOf(await exported(drawing, 'text/plain'))).toMatchObject({ status: 400 });
  });

  test.each([
    ['an unsupported type', 'document', 'text/csv', { status: 400, location: 'mimeType' }],
    ['no type', 'document', '', { status: 400, reason: 'required' }],
    ['a video', 'vid', 'video/mp4', { status: 403, reason: 'fileNotExportable' }],
    ['a format that Google has', 'document', 'application/pdf', { status: 501 }],
  ])('%s is refused', async (_, type, mimeType, error) => {
    const id = editor(type, { text: 'x' });
    expect(errorOf(await exported(id, mimeType))).toMatchObject(error);
  });

  test('a blob is refused, and so is a file without content', async () => {
    const blob = emulator.world.createFile();
    expect(errorOf(await exported(blob, 'text/plain'))).toMatchObject({ reason: 'fileNotExportable' });
    const unknown = await exported(editor('document'), 'text/plain');
    expect(errorOf(unknown)).toMatchObject({ status: 403, reason: 'cannotExportFile' });
  });

  test('an export takes no parameter of files.get', async () => {
    const query = { mimeType: 'text/plain', supportsAllDrives: 'true' };
    const got = await fetchBytes(emulator, `${FILES}/${editor('document')}/export`, query);
    expect(errorOf(got)).toMatchObject({ status: 400, rpc: 'INVALID_ARGUMENT' });
  });

  test('more than 10 MB of output are refused, and downloaded by an operation', async () => {
    const id = editor('document', { text: 'x'.repeat(10 * 1024 * 1024 - 3) });
    expect((await exported(id, 'text/plain')).bytes).toHaveLength(10 * 1024 * 1024);
    emulator.world.setDocument(id, { text: 'x'.repeat(10 * 1024 * 1024 - 2) });
    const refused = await exported(id, 'text/plain');
    expect(errorOf(refused)).toMatchObject({ status: 403, reason: 'exportSizeLimitExceeded' });
    const uri = await downloaded(id, { mimeType: 'text/plain' });
    const whole = await (await fetch(uri, { headers: TOKEN })).arrayBuffer();
    expect(whole.byteLength).toBe(10 * 1024 * 1024 + 1);
  });

  interface Operation {
    name: string;
    done?: boolean;
    response?: { downloadUri: string; partialDownloadAllowed: boolean };
  }

  async function post(id: string, query: Query): Promise<Response> {
    const url = `${emulator.url}${FILES}/${id}/download?${new URLSearchParams(query).toString()}`;
    return fetch(url, { method: 'POST', headers: TOKEN });
  }

  /** Downloads with an operation that is pending once; returns where the result is. */
  async function downloaded(id: string, query: Query = {}): Promise<string> {
    const { name, done } = (await (await post(id, query)).json()) as Operation;
    expect(done).toBeUndefined();
    expect((await ask(emulator, `drive/v3/operations/${name}`)).body).toEqual({ name });
    const { body } = await ask(emulator, `drive/v3/operations/${name}`);
    expect(body).toMatchObject({ name, done: true });
    return (body as Operation).response?.downloadUri ?? '';
  }

  test('an operation delivers a blob with ranges, and needs the token', async () => {
    const id = emulator.world.createFile();
    emulator.world.setContent(id, Buffer.from('Hello'));
    const uri = await downloaded(id);
    expect((await fetch(uri)).status).toBe(403);
    const part = await fetch(uri, { headers: { ...TOKEN, range: 'bytes=1-2' } });
    expect([part.status, await part.text()]).toEqual([206, 'el']);
    expect(emulator.requests().at(-1)).toMatchObject({ method: 'operations.download', bytes: 2 });
  });

  test('the default format of a spreadsheet is Excel', async () => {
    const uri = await downloaded(editor('spreadsheet', SHEETS));
    const got = await fetch(uri, { headers: TOKEN });
    expect(got.headers.get('content-type')).toBe(XLSX);
    expect(unzip(Buffer.from(await got.arrayBuffer())).has('xl/worksheets/sheet2.xml')).toBe(true);
  });

  test('an operation can fix the revision of a blob', async () => {
    const id = emulator.world.createFile();
    emulator.world.setContent(id, Buffer.from('old'));
    const revisionId = emulator.world.file(id)?.headRevisionId ?? '';
    emulator.world.setContent(id, Buffer.from('new'), { keepPrevious: true });
    expect(await (await fetch(await downloaded(id, { revisionId }), { headers: TOKEN })).text()).toBe('old');
    expect((await post(id, { revisionId: 'none' })).status).toBe(404);
    expect((await post(id, { mimeType: 'text/html' })).status).toBe(400);
  });

  test('an unknown operation, a folder and a GET are refused', async () => {
    const unknown = await ask(emulator, 'drive/v3/operations/none');
    expect(errorOf(unknown)).toMatchObject({ status: 404, location: 'name' });
    expect((await post(emulator.world.createFolder(), {})).status).toBe(403);
    expect((await ask(emulator, `${FILES}/${emulator.world.rootId}/download`)).status).toBe(404);
  });
});

test('an operation can stay pending longer, and its result expires', async () => {
  let now = Date.now();
  const corpus = { kind: 'seed', seed: 3, files: 5 } as const;
  const emulator = await startEmulator({ corpus, operationPolls: 0, now: () => now });
  const id = emulator.world.createFile();
  emulator.world.setContent(id, Buffer.from('Hello'));
  const response = await fetch(`${emulator.url}${FILES}/${id}/download`, { method: 'POST', headers: TOKEN });
  const { name } = (await response.json()) as { name: string };
  const path = `drive/v3/operations/${name}`;
  const { body } = await ask(emulator, path);
  const { downloadUri } = (body as { response: { downloadUri: string } }).response;
  expect((await fetch(downloadUri, { headers: TOKEN })).status).toBe(200);
  now += 13 * 3_600_000;
  expect((await ask(emulator, path)).status).toBe(404);
  expect((await fetch(downloadUri, { headers: TOKEN })).status).toBe(404);
  await emulator.close();
});
