import { startEmulator, type Emulator } from '../../emulator';
import { ask, errorOf, listAll, listPage, type Query } from './emulator-request';

const FILES = 'drive/v3/files';

describe('emulator: strictness', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 600 } });
  });
  afterAll(() => emulator.close());

  async function refusal(query: Query): Promise<Record<string, unknown>> {
    return errorOf(await ask(emulator, FILES, query));
  }

  const INVALID = {
    status: 400,
    domain: 'global',
    reason: 'invalid',
    message: 'Invalid Value',
    locationType: 'parameter',
  };

  test.each(['0', '-1', '1001'])('a page size of %s is out of range', async (pageSize) => {
    expect(await refusal({ pageSize })).toEqual({
      status: 400,
      domain: 'global',
      reason: 'invalidParameter',
      message: `Invalid value '${pageSize}'. Values must be within the range: [value: 1\n, value: 1000\n]`,
      location: 'page_size',
      locationType: 'parameter',
    });
  });

  test('a page size that is no integer is refused by the front end', async () => {
    const error = await refusal({ pageSize: 'NOPE' });
    expect(error).toMatchObject({
      status: 400,
      rpc: 'INVALID_ARGUMENT',
      message: `Invalid value at 'page_size' (TYPE_INT32), "NOPE"`,
    });
  });

  test.each([
    ['an unknown parameter', { nonsense: '1' }],
    ['a flag that is no boolean', { supportsAllDrives: 'yes' }],
    ['another format', { alt: 'media' }],
  ])('%s is refused', async (_, query: Query) => {
    expect(await refusal(query)).toMatchObject({ status: 400, rpc: 'INVALID_ARGUMENT' });
  });

  test('a parameter given twice is refused', async () => {
    expect(errorOf(await ask(emulator, `${FILES}?pageSize=2&pageSize=3&`))).toMatchObject({ status: 400 });
  });

  test.each(['size', 'name up', 'modifiedTime  desc desc', ',', 'modifiedTime descending'])(
    'an order by "%s" is refused',
    async (orderBy) => {
      expect(await refusal({ orderBy })).toEqual({ ...INVALID, location: 'orderBy' });
    },
  );

  test.each([
    'createdTime',
    'folder',
    'modifiedByMeTime',
    'modifiedTime',
    'name',
    'name_natural',
    'quotaBytesUsed',
    'recency',
    'sharedWithMeTime',
    'starred',
    'viewedByMeTime',
    'name asc',
    'folder,modifiedTime desc,name',
  ])('an order by "%s" is accepted', async (orderBy) => {
    expect((await listPage(emulator, { orderBy, pageSize: '3' })).files).toHaveLength(3);
  });

  test('the odd answers to orders are those of Drive', async () => {
    expect(await refusal({ orderBy: 'name,name desc' })).toMatchObject({
      status: 403,
      reason: 'orderByContainsDuplicateSortKeys',
    });
    expect(await refusal({ orderBy: 'name,starred' })).toMatchObject({
      status: 500,
      reason: 'internalError',
    });
    const fullText = { orderBy: 'name', q: "fullText contains 'a'" };
    expect(await refusal(fullText)).toMatchObject({ status: 403, reason: 'forbidden', location: 'orderBy' });
  });

  test.each([
    "id >= '1'",
    "nonsense = 'x'",
    "name ~ 'x'",
    'name = x',
    'name =',
    "name = 'x",
    "name = 'a\\b'",
    'trashed = 1',
    'trashed',
    'trashed > true',
    "modifiedTime contains '2020'",
    "modifiedTime > 'yesterday'",
    "modifiedTime > '2020-13-01T00:00:00Z'",
    "mimeType > 'a'",
    "'x' in children",
    "'x' parents",
    "properties has {key='a'}",
    "properties = 'a'",
    '(trashed = true',
    'trashed = true)',
    'trashed = true trashed = false',
    'trashed = true and',
    'not',
    'AND',
    "size > '5'",
    '"a" in parents',
  ])('the query %s is refused', async (q) => {
    expect(await refusal({ q })).toEqual({ ...INVALID, location: 'q' });
  });

  test('a comparison of names breaks Drive for ever', async () => {
    expect(await refusal({ q: "name > 'a'" })).toMatchObject({ status: 500, reason: 'internalError' });
  });

  test('the first wrong parameter in the order of Drive is the one complained about', async () => {
    const wrong: [string, string, string][] = [
      ['pageSize', '0', 'page_size'],
      ['orderBy', 'x', 'orderBy'],
      ['q', 'x', 'q'],
      ['pageToken', 'x', 'pageToken'],
      ['fields', 'x', 'fields'],
    ];
    for (const index of wrong.keys()) {
      const rest = wrong.slice(index);
      const query = Object.fromEntries(rest.map(([name, value]) => [name, value]));
      expect(await refusal(query)).toMatchObject({ location: rest[0]?.[2] });
    }
  });

  test.each([
    'nonsense',
    'files(nonsense)',
    'files/owners/nonsense',
    'files(id/x)',
    'files(id',
    'files)',
    'files(',
    ',',
    'id',
  ])('the mask %s is refused', async (fields) => {
    expect(await refusal({ fields })).toMatchObject({
      status: 400,
      reason: 'invalidParameter',
      location: 'fields',
    });
  });

  test('a mask is taken at its word', async () => {
    const pageSize = '2';
    expect(Object.keys(await listPage(emulator, { pageSize, fields: 'files(id)' }))).toEqual(['files']);
    expect(Object.keys(await listPage(emulator, { pageSize, fields: 'nextPageToken' }))).toEqual([
      'nextPageToken',
    ]);
    expect((await ask(emulator, FILES, { fields: '' })).body).toEqual({});
    const { files } = await listPage(emulator, {
      pageSize,
      fields: 'files(id, owners(emailAddress)),files/name',
    });
    expect(Object.keys(files[0] ?? {})).toEqual(['id', 'name', 'owners']);
    expect(Object.keys(files[0]?.owners?.[0] ?? {})).toEqual(['emailAddress']);
    const page = await listPage(emulator, { pageSize, fields: '*' });
    expect(page).toMatchObject({
      kind: 'drive#fileList',
      incompleteSearch: false,
      nextPageToken: expect.any(String) as string,
    });
  });

  test('without a mask come the documented fields, a hundred files at most', async () => {
    const page = await listPage(emulator, {});
    expect(Object.keys(page)).toEqual(['kind', 'nextPageToken', 'incompleteSearch', 'files']);
    expect(page.files).toHaveLength(100);
    for (const file of page.files)
      expect(Object.keys(file)).toEqual(expect.arrayContaining(['kind', 'id', 'name', 'mimeType']));
    expect(page.files.every((file) => Object.keys(file).length <= 5)).toBe(true);
  });

  test('a page never exceeds what Drive was seen to give', async () => {
    expect((await listPage(emulator, { pageSize: '1000' })).files).toHaveLength(460);
    const shared = await listPage(emulator, { pageSize: '1000', fields: 'files(id,permissions)' });
    expect(shared.files).toHaveLength(100);
  });

  test('shared drives are asked for in the way of Drive', async () => {
    expect(await refusal({ includeItemsFromAllDrives: 'true' })).toEqual({
      status: 403,
      domain: 'global',
      reason: 'supportsTeamDrivesRequired',
      message: 'The supportsAllDrives parameter was not set to true.',
    });
    const both = { includeItemsFromAllDrives: 'true', supportsAllDrives: 'true' };
    expect(await refusal({ ...both, corpora: 'drive' })).toMatchObject({ status: 400, location: 'driveId' });
    expect(await refusal({ ...both, driveId: '0AX' })).toMatchObject({ status: 400, location: 'driveId' });
    expect(await refusal({ corpora: 'drive', driveId: '0AX' })).toMatchObject({ status: 400 });
    expect(await refusal({ ...both, corpora: 'drive', driveId: '0AX' })).toMatchObject({
      status: 404,
      reason: 'notFound',
      message: 'Shared drive not found: 0AX',
      location: 'driveId',
    });
    expect(await refusal({ corpora: 'galaxy' })).toMatchObject({ status: 400, location: 'corpora' });
    expect(await refusal({ spaces: 'photos' })).toMatchObject({ status: 400, location: 'spaces' });
    expect((await listPage(emulator, { ...both, corpora: 'user', spaces: 'drive' })).files).toHaveLength(100);
  });

  test('about needs a mask', async () => {
    expect(errorOf(await ask(emulator, 'drive/v3/about'))).toMatchObject({
      status: 400,
      reason: 'required',
      location: 'fields',
    });
    const user = await ask(emulator, 'drive/v3/about', { fields: 'user(permissionId,emailAddress)' });
    expect(user.body).toEqual({
      user: { permissionId: expect.any(String) as string, emailAddress: 'robin@example.com' },
    });
    expect(errorOf(await ask(emulator, 'drive/v3/about', { fields: 'id' }))).toMatchObject({
      location: 'fields',
    });
  });

  test('a file that is not there is told of by its id', async () => {
    const { body, status } = await ask(emulator, 'drive/v3/files/nobody');
    expect({ status, body }).toEqual({
      status: 404,
      body: {
        error: {
          code: 404,
          message: 'File not found: nobody.',
          errors: [
            {
              domain: 'global',
              reason: 'notFound',
              message: 'File not found: nobody.',
              location: 'fileId',
              locationType: 'parameter',
            },
          ],
        },
      },
    });
  });

  test('the root folder has an alias, and is in no listing', async () => {
    const root = (await ask(emulator, 'drive/v3/files/root', { fields: 'id,name,parents,mimeType' })).body;
    expect(root).toEqual({
      id: expect.any(String) as string,
      name: 'My Drive',
      mimeType: 'application/vnd.google-apps.folder',
    });
    const { id } = root as { id: string };
    const children = await listAll(emulator, {
      q: "'root' in parents",
      fields: 'nextPageToken,files(id,parents)',
    });
    expect(children.length).toBeGreaterThan(3);
    for (const child of children) expect(child.parents).toEqual([id]);
    expect([...emulator.truth()].some((file) => file.id === id)).toBe(false);
  });

  test('what is not emulated is not found, in the envelope of Drive', async () => {
    expect(errorOf(await ask(emulator, 'drive/v3/replies'))).toMatchObject({
      status: 404,
      reason: 'notFound',
    });
    const response = await fetch(`${emulator.url}${FILES}`, { method: 'DELETE' });
    expect(response.status).toBe(404);
    await response.text();
    expect(emulator.counts['unknown']).toBe(2);
  });

  test('answers are JSON and compressed when asked so', async () => {
    const headers = { authorization: 'Bearer emulator-token', 'accept-encoding': 'gzip' };
    const zipped = await ask(emulator, FILES, {}, headers);
    const plain = await ask(emulator, FILES, {}, { ...headers, 'accept-encoding': 'identity' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(JSON.stringify((zipped.body as { files: unknown }).files)).toBe(
      JSON.stringify((plain.body as { files: unknown }).files),
    );
  });
});
