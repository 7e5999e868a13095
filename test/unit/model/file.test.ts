import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import {
  FILE_COLUMNS,
  FILE_FIELDS,
  RECORD_COLUMNS,
  requestedPart,
  toDriveFile,
  toFileRecord,
} from '../../../src/model/file';
import type { JsonObject, SqlValue } from '../../../src/model/values';
import { initial } from '../../../src/store/schema/migrations/0001-initial';

let db: Database.Database;
let insert: Database.Statement<SqlValue[]>;
let select: Database.Statement<[string], Record<string, SqlValue>>;

beforeAll(() => {
  db = new Database(':memory:');
  db.exec(initial);
  insert = db.prepare(
    `INSERT OR REPLACE INTO file (source_pk, first_seen_at, changed_at, ${RECORD_COLUMNS.join(', ')})
     VALUES (1, 0, 0, ${RECORD_COLUMNS.map(() => '?').join(', ')})`,
  );
  select = db.prepare<[string], Record<string, SqlValue>>('SELECT * FROM file WHERE id = ?').safeIntegers();
});

afterAll(() => {
  db.close();
});

/** Stores the file as the product does and reads it back as an export does. */
function throughStore(file: JsonObject): JsonObject {
  const record = toFileRecord(file)!;
  insert.run(...record.values);
  return toDriveFile(select.get(record.id)!);
}

function stored(file: JsonObject): Record<string, SqlValue> {
  throughStore(file);
  return select.get(String(file['id']))!;
}

const EVERY_FIELD: JsonObject = {
  id: '1AbC',
  version: '42',
  name: 'Budget.xlsx',
  mimeType: 'application/pdf',
  driveId: '0AD',
  size: '1234',
  quotaBytesUsed: '0',
  md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  createdTime: '2020-01-02T03:04:05.678Z',
  modifiedTime: '2021-01-02T03:04:05.678Z',
  viewedByMeTime: '2022-01-02T03:04:05.678Z',
  sharedWithMeTime: '2023-01-02T03:04:05.678Z',
  trashed: true,
  explicitlyTrashed: false,
  starred: true,
  shared: false,
  ownedByMe: true,
  description: 'two\nlines',
  parents: ['0BP'],
  spaces: ['drive'],
  trashedTime: '2024-01-02T03:04:05.678Z',
  modifiedByMeTime: '2021-01-02T03:04:05.678Z',
  sha1Checksum: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  sha256Checksum: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  headRevisionId: 'r1',
  originalFilename: 'b.xlsx',
  fullFileExtension: 'xlsx',
  owners: [{ permissionId: '9', displayName: 'O', emailAddress: 'o@example.com', me: true }],
  lastModifyingUser: { permissionId: '8', displayName: 'L', emailAddress: 'l@example.com' },
  permissionIds: ['9', 'anyoneWithLink'],
  shortcutDetails: { targetId: 't', targetMimeType: 'text/plain' },
  resourceKey: '0-k',
  webViewLink: 'https://drive.example/1AbC',
  properties: { a: 'b' },
  appProperties: { c: 'd' },
};

/** The top-level names of the field mask. */
const MASK_NAMES = FILE_FIELDS.replaceAll(/\([^)]*\)/g, '').split(',');

test('the example of this test has every requested field', () => {
  expect(Object.keys(EVERY_FIELD).toSorted()).toEqual(MASK_NAMES.toSorted());
});

test.each(MASK_NAMES)('%s comes back as it was sent', (field) => {
  const file = { id: 'single', [field]: EVERY_FIELD[field] };
  expect(throughStore(file)).toEqual(file);
});

test('a file with every field comes back whole', () => {
  expect(throughStore(EVERY_FIELD)).toEqual(EVERY_FIELD);
});

test('a file with nothing but an id comes back with nothing but an id', () => {
  expect(throughStore({ id: 'bare' })).toStrictEqual({ id: 'bare' });
});

test('a requested part has no field and no detail of people that was not asked for', () => {
  const whole = {
    ...EVERY_FIELD,
    thumbnailLink: 'https://short-lived.example',
    permissions: [],
    owners: [{ permissionId: '9', photoLink: 'https://photo.example' }],
    lastModifyingUser: { permissionId: '8', me: true },
  };
  expect(requestedPart(whole)).toStrictEqual({
    ...EVERY_FIELD,
    owners: [{ permissionId: '9' }],
    lastModifyingUser: { permissionId: '8' },
  });
});

test.each(['9007199254740993', '9223372036854775807', '-9223372036854775808', '9007199254740991', '0'])(
  'the 64-bit integer %s loses no digit and is an integer in the table',
  (size) => {
    const file = { id: 'int64', version: size, size };
    expect(throughStore(file)).toEqual(file);
    expect(stored(file)).toMatchObject({ version: BigInt(size), size: BigInt(size), extra: null });
  },
);

test.each(['9223372036854775808', '-9223372036854775809', '1e3', '', ' 1', '1.5', '007', '-0'])(
  'the size %j is no canonical 64-bit integer and comes back unchanged all the same',
  (size) => {
    const file = { id: 'odd-int', size };
    expect(throughStore(file)).toEqual(file);
  },
);

test.each(
  FILE_COLUMNS.filter(({ field }) => field !== 'id').flatMap(({ field, column, type }) =>
    [{ nested: [1] }, ['x'], null, type === 'boolean' ? 'true' : true, 1.5].map((value) => ({
      field,
      column,
      value,
    })),
  ),
)('$field of the wrong type $value is kept and leaves its column empty', ({ field, column, value }) => {
  const file = { id: 'wrong', [field]: value };
  expect(throughStore(file)).toStrictEqual(file);
  expect(stored(file)[column]).toBeNull();
});

test('a number where Drive promises a decimal string comes back as a number', () => {
  expect(throughStore({ id: 'number', size: 7 })).toEqual({ id: 'number', size: 7 });
});

test.each([
  { parents: ['p'], parentId: 'p', extra: null },
  { parents: ['p', 'q'], parentId: 'p', extra: '{"parents":["p","q"]}' },
  { parents: [], parentId: null, extra: '{"parents":[]}' },
  { parents: [7], parentId: null, extra: '{"parents":[7]}' },
  { parents: 'p', parentId: null, extra: '{"parents":"p"}' },
  { parents: null, parentId: null, extra: '{"parents":null}' },
])('parents $parents make parent_id $parentId and come back', ({ parents, parentId, extra }) => {
  const file = { id: 'child', parents };
  expect(throughStore(file)).toStrictEqual(file);
  expect(stored(file)).toMatchObject({ parent_id: parentId, extra });
});

test.each([
  { owners: [{ emailAddress: 'a@example.com' }, { emailAddress: 'b@example.com' }], email: 'a@example.com' },
  { owners: [{ displayName: 'no address' }], email: null },
  { owners: [{ emailAddress: 1 }], email: null },
  { owners: [null], email: null },
  { owners: [], email: null },
  { owners: 'a@example.com', email: null },
])('owners $owners give the owner e-mail $email and come back', ({ owners, email }) => {
  const file = { id: 'owned', owners };
  expect(throughStore(file)).toStrictEqual(file);
  expect(stored(file)).toMatchObject({ owner_email: email });
});

test('a property named __proto__ is data like any other', () => {
  const file = JSON.parse('{"id":"p","properties":{"__proto__":"x","constructor":"y"}}') as JsonObject;
  const back = throughStore(file);
  expect(JSON.stringify(back)).toBe(JSON.stringify(file));
  expect(Object.hasOwn(back['properties'] as object, '__proto__')).toBe(true);
  expect(({} as JsonObject)['x']).toBeUndefined();
});

test.each([
  "'; DROP TABLE file; --",
  'a\u0000b',
  '\r\n\t',
  '\u202Egpj.exe',
  '👩‍👩‍👧‍👦 e\u0301',
  '../../etc/passwd',
  '{"extra":null}',
  ' ',
  '',
  'x'.repeat(40_000),
])('the hostile name %j comes back as it is', (name) => {
  const file = { id: 'hostile', name, description: name, properties: { [name]: name } };
  expect(throughStore(file)).toStrictEqual(file);
});

test.each([{}, { id: '' }, { id: 7 }, { id: null }, { id: ['x'] }])('%j is no file, having no id', (file) => {
  expect(toFileRecord({ name: 'x', ...file })).toBeUndefined();
});

test.each([
  { modifiedTime: '2021-01-02T03:04:05.678Z', ms: 1_609_556_645_678 },
  { modifiedTime: 'yesterday', ms: undefined },
  { modifiedTime: 5, ms: undefined },
  { modifiedTime: undefined, ms: undefined },
])('modifiedTime $modifiedTime places the file at $ms in the listing', ({ modifiedTime, ms }) => {
  expect(toFileRecord({ id: 'timed', modifiedTime })?.modifiedMs).toBe(ms);
});

const wrongType = fc.oneof(
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
);
const TYPED = {
  text: fc.string({ unit: 'grapheme' }),
  int64: fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
  boolean: fc.boolean(),
} as const;
const extraValue = fc.oneof(
  { maxDepth: 2 },
  fc.jsonValue({ maxDepth: 2, noUnicodeString: false }),
  fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }),
);
const anyFile: fc.Arbitrary<JsonObject> = fc
  .record(
    Object.fromEntries(
      MASK_NAMES.filter((field) => field !== 'id').map((field) => {
        const typed = FILE_COLUMNS.find((each) => each.field === field);
        const usual: fc.Arbitrary<unknown> =
          typed === undefined ? extraValue : fc.oneof({ arbitrary: TYPED[typed.type], weight: 4 }, wrongType);
        return [field, usual];
      }),
    ),
    { requiredKeys: [] },
  )
  .chain((fields) => fc.string({ minLength: 1 }).map((id) => ({ ...fields, id })));

test('whatever Drive sends, the stored row gives the requested part back', () => {
  fc.assert(
    fc.property(anyFile, (generated) => {
      const sent = JSON.parse(JSON.stringify(requestedPart(generated))) as JsonObject;
      const back = JSON.parse(JSON.stringify(throughStore(sent))) as JsonObject;
      expect(back).toEqual(requestedPart(sent));
    }),
    { numRuns: 500 },
  );
});
