/** `search --drive`: one request for Google's own full text. */
import { openRig, type Rig } from '../support/cli';
import { startEmulated, type Emulated } from '../support/emulated';
import { sendJson, serve, type RawServer } from '../support/raw-server';
import { openTextCopy, type TextCopy } from '../support/text-copy';

describe('the request', () => {
  let box: Emulated;

  beforeAll(async () => {
    box = await startEmulated({ corpus: { kind: 'seed', seed: 5, files: 20 } });
  });
  afterAll(async () => await box.close());

  test.each([true, false])('finds what Google finds; in shared drives: %s', async (inDrives) => {
    const id = box.emulator.world.createFile({ name: `it's a \\ zebra ${String(inDrives)}` });
    box.emulator.world.createFile({ name: `a zebra ${String(inDrives)} in stripes` });
    const trashed = box.emulator.world.createFile({ name: `zebra ${String(inDrives)}` });
    box.emulator.world.trash(trashed);
    const wanted = ["it's a \\", 'zebra', String(inDrives)].map((text) => ({ text, isPhrase: false }));
    const unwanted = [{ text: 'stripes', isPhrase: false }];
    box.drive.takeUnits();
    const found = await box.drive.searchText({ wanted, unwanted, inDrives, inTrash: false });
    expect(found).toEqual({ ids: [id], isPartial: false });
    expect(box.drive.takeUnits()).toBe(100);
    const all = { wanted: wanted.slice(1), unwanted: [], inDrives, inTrash: true };
    expect((await box.drive.searchText(all)).ids).toHaveLength(3);
  });
});

/** Google's answer. */
function foundAt(...ids: string[]) {
  return (): [status: number, body: object] => [
    200,
    { kind: 'drive#fileList', files: ids.map((id) => ({ id })) },
  ];
}

describe('the command', () => {
  let copy: TextCopy;
  let google: RawServer;
  let rig: Rig;
  let answer: () => [status: number, body: object];
  const asked: (string | null)[] = [];

  beforeAll(async () => {
    copy = openTextCopy();
    google = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost');
      asked.push(searchParams.get('q'));
      const [status, body] = answer();
      sendJson(response, body, { status });
    });
    rig = openRig(google.url, { GDRIVE_SYNC_HOME: copy.home });
  });
  afterAll(async () => {
    await rig.close();
    await google.close();
    copy.close();
  });
  beforeEach(() => {
    asked.length = 0;
  });

  test('adds what has no text here, after names and texts, each file once', async () => {
    answer = foundAt('scan', 'letter', 'list', 'only-name', 'trash', 'gone', 'unheard-of', 'broken');
    const { code, stdout, stderr } = await rig.run(['--json', 'search', 'needle', '-thread', '--drive']);
    expect({ code, asked }).toEqual({
      code: 0,
      asked: ["fullText contains 'needle' and not fullText contains 'thread' and trashed = false"],
    });
    const hits = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(hits.map(({ id, match }) => [id, match])).toEqual([
      ['list', 'prefix'],
      ['only-name', 'prefix'],
      ['letter', 'content'],
      ['report', 'content'],
      ['twin', 'content'],
      ['scan', 'drive'],
      ['broken', 'drive'],
    ]);
    expect(stderr).toContain('Google also found 1 file that the copy does not have');
  });

  test('filters apply to it, and a phrase stays one', async () => {
    answer = foundAt('scan', 'only-name');
    const { stdout } = await rig.run([
      'search',
      '"two words"',
      'content:more',
      'type:pdf',
      '--drive',
      '--ids',
    ]);
    expect(stdout).toBe('scan\n');
    expect(asked).toEqual([
      `fullText contains '"two words"' and fullText contains 'more' and trashed = false`,
    ]);
  });

  test('says so where Google has found more', async () => {
    answer = () => [200, { files: [], nextPageToken: 'more' }];
    const { stderr } = await rig.run(['search', 'nothinglikeit', '--drive']);
    expect(stderr).toContain('or found more: narrow the search');
  });

  test('needs words, and a Drive that answers', async () => {
    expect(await rig.run(['search', 'type:pdf', '--drive'])).toMatchObject({ code: 2, stdout: '' });
    expect(asked).toEqual([]);
    answer = () => [200, { kind: 'drive#file' }];
    const { code, stderr } = await rig.run(['search', 'needle', '--drive']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('hint:') });
  });
});
