import Ajv, { type ValidateFunction } from 'ajv';
import { createEmulation, startEmulator, type Emulator } from '../../emulator';
import discovery from '../fixtures/drive.v3.discovery.json';
import { changePage, fractions, startToken } from './emulator-client';
import { ask, listPage } from './emulator-request';

type Json = Record<string, unknown>;

const RFC_3339 = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$';

interface GoogleSchema {
  $ref?: string;
  type?: string;
  format?: string;
  items?: GoogleSchema;
  properties?: Record<string, GoogleSchema>;
  additionalProperties?: GoogleSchema;
}

/** Turns a schema of Google's discovery format into JSON Schema that allows nothing else. */
function toJsonSchema(schema: GoogleSchema): Json {
  const { $ref, type, format, items = {}, properties = {}, additionalProperties } = schema;
  if ($ref !== undefined) return { $ref: `#/$defs/${$ref}` };
  if (type === 'array') return { type, items: toJsonSchema(items) };
  if (type === 'string' && format === 'int64') return { type, pattern: '^-?\\d+$' };
  if (type === 'string' && format === 'date-time') return { type, pattern: RFC_3339 };
  if (type !== 'object') return { type };
  const known = Object.entries(properties);
  return {
    type,
    properties: Object.fromEntries(known.map(([name, property]) => [name, toJsonSchema(property)])),
    additionalProperties: additionalProperties === undefined ? false : toJsonSchema(additionalProperties),
  };
}

const schemas: Record<string, GoogleSchema> = discovery.schemas;
const $defs = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [name, toJsonSchema(schema)]),
);
const ajv = new Ajv({ strict: false });

function validator(name: string): ValidateFunction {
  return ajv.compile({ $defs, $ref: `#/$defs/${name}` });
}

function problems(validate: ValidateFunction, value: unknown): string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

describe('emulator: answers and the discovery document', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({
      corpus: { kind: 'seed', seed: 7, files: 2000, hostile: true },
      pageCap: 1000,
      user: { emailAddress: 'me@example.com' },
    });
  });
  afterAll(() => emulator.close());

  test('a page of files with all fields fits the schema of FileList', async () => {
    const validate = validator('FileList');
    const { body } = await ask(emulator, 'drive/v3/files', { fields: '*', pageSize: '1000' });
    expect(body).toMatchObject({ kind: 'drive#fileList', incompleteSearch: false });
    expect(problems(validate, body)).toEqual([]);
  });

  test('the check of schemas can fail', () => {
    const validate = validator('FileList');
    expect(problems(validate, { files: [{ size: 5 }] })).not.toEqual([]);
    expect(problems(validate, { files: [{ nonsense: true }] })).not.toEqual([]);
    expect(problems(validate, { files: [{ modifiedTime: '2024' }] })).not.toEqual([]);
  });

  test('every file of the truth fits the schema of File', () => {
    const validate = validator('File');
    const bad = [...emulator.truth()].flatMap((file) => problems(validate, file));
    expect(bad).toEqual([]);
  });

  test('about, a single file and the start page token fit their schemas', async () => {
    const about = await ask(emulator, 'drive/v3/about', { fields: '*' });
    const file = await ask(emulator, 'drive/v3/files/root', { fields: '*' });
    const token = await ask(emulator, 'drive/v3/changes/startPageToken');
    expect(problems(validator('About'), about.body)).toEqual([]);
    expect(problems(validator('File'), file.body)).toEqual([]);
    expect(problems(validator('StartPageToken'), token.body)).toEqual([]);
    expect(about.body).toMatchObject({ user: { emailAddress: 'me@example.com', me: true } });
    expect(token.body).toEqual({
      kind: 'drive#startPageToken',
      startPageToken: expect.any(String) as string,
    });
  });

  test('change logs and shared drives fit their schemas, whatever happens', async () => {
    const drives = [{ name: 'One', files: 300 }];
    const lively = await createEmulation({
      corpus: { kind: 'seed', seed: 7, files: 1000, hostile: true, drives },
    });
    const driveId = lively.world.drives()[0]?.id ?? '';
    const all = { supportsAllDrives: 'true', includeItemsFromAllDrives: 'true' };
    const sources = [all, { ...all, driveId }];
    const tokens = sources.map((source) =>
      startToken(lively, 'driveId' in source ? source.driveId : undefined),
    );
    const random = fractions(7);
    for (let i = 0; i < 1000; i++) lively.world.mutate(random, { access: true });
    lively.world.regainDrive(driveId);
    const hooks = [{}, { repeats: 1, unknownKinds: true, removedWithFile: true, brokenEntries: true }];
    for (const hook of hooks) {
      lively.changes(hook);
      for (const [index, source] of sources.entries()) {
        const page = changePage(lively, tokens[index] ?? '', { ...source, pageSize: '1000' });
        expect(page.changes.length).toBeGreaterThan(index === 0 ? 300 : 60);
        expect(problems(validator('ChangeList'), page)).toEqual([]);
      }
    }
    const list = lively.request('drives.list', { fields: '*' });
    expect(list).toMatchObject({ drives: [{ id: driveId }] });
    expect(problems(validator('DriveList'), list)).toEqual([]);
    const validate = validator('File');
    const truth = Array.from(lively.truth());
    expect(truth.flatMap((file) => problems(validate, file))).toEqual([]);
  });

  test('a file asked alone is the same as in a listing and in the truth', async () => {
    const truth = new Map([...emulator.truth()].map((file) => [file.id, file]));
    const { files } = await listPage(emulator, { fields: 'files', pageSize: '50' });
    expect(files).toHaveLength(50);
    for (const file of files) {
      const { body } = await ask(emulator, `drive/v3/files/${file.id ?? ''}`, { fields: '*' });
      expect(body).toEqual(file);
      expect(truth.get(file.id ?? '')).toEqual(file);
    }
  });

  test('white space changes nothing but white space', async () => {
    const pretty = await ask(emulator, 'drive/v3/files', { fields: 'kind,files', pageSize: '1000' });
    const compact = await ask(emulator, 'drive/v3/files', {
      fields: 'kind,files',
      pageSize: '1000',
      prettyPrint: 'false',
    });
    expect(pretty.text).toBe(JSON.stringify(JSON.parse(compact.text), undefined, 2));
    expect(compact.text).toBe(JSON.stringify(JSON.parse(compact.text)));
  });
});
