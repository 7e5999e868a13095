import {
  ABOUT_FIELDS,
  CHANGE_LIST_FIELDS,
  DRIVE_LIST_FIELDS,
  OPERATION_FIELDS,
  FILE_FIELDS,
  FILE_LIST_FIELDS,
  START_PAGE_TOKEN_FIELDS,
} from '../../../emulator/fields/field-table';
import type { FieldMask } from '../../../emulator/fields/field-mask';
import { METHOD_PARAMETERS } from '../../../emulator/http/parameters';
import { FIELD_NAMES } from '../../../emulator/drive/drive-file';
import discovery from '../../fixtures/drive.v3.discovery.json';

interface Schema {
  $ref?: string;
  type?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
}

interface Method {
  parameters?: Record<string, { location: string; type: string }>;
}

const schemas: Record<string, Schema> = discovery.schemas;

/** The fields of a schema as nested objects; `null` for a value without fields. */
function tree(schema: Schema): unknown {
  if (schema.$ref !== undefined) return tree(schemas[schema.$ref] ?? {});
  if (schema.type === 'array') return tree(schema.items ?? {});
  if (schema.type !== 'object') return null;
  const map = schema.additionalProperties === undefined ? [] : [['*', tree(schema.additionalProperties)]];
  return Object.fromEntries([
    ...map,
    ...Object.entries(schema.properties ?? {}).map(([name, property]) => [name, tree(property)]),
  ]);
}

function treeOfMask(mask: FieldMask): unknown {
  return mask === '*' ? null : Object.fromEntries([...mask].map(([name, sub]) => [name, treeOfMask(sub)]));
}

describe('emulator: the tables of fields and parameters', () => {
  test.each([
    ['File', FILE_FIELDS],
    ['FileList', FILE_LIST_FIELDS],
    ['About', ABOUT_FIELDS],
    ['StartPageToken', START_PAGE_TOKEN_FIELDS],
    ['ChangeList', CHANGE_LIST_FIELDS],
    ['DriveList', DRIVE_LIST_FIELDS],
    ['Operation', OPERATION_FIELDS],
  ])('the fields of %s are those of the discovery document', (name, table) => {
    expect(treeOfMask(table)).toEqual(tree({ $ref: name }));
  });

  test('every field that files have is one of the discovery document', () => {
    expect(Object.keys(schemas['File']?.properties ?? {})).toEqual(expect.arrayContaining([...FIELD_NAMES]));
  });

  test.each([
    ['files.list', discovery.resources.files.methods.list],
    ['files.get', discovery.resources.files.methods.get],
    ['files.download', discovery.resources.files.methods.get],
    ['files.export', discovery.resources.files.methods.export],
    ['files.download.operation', discovery.resources.files.methods.download],
    ['revisions.download', discovery.resources.revisions.methods.get],
    ['operations.get', discovery.resources.operations.methods.get],
    ['about.get', discovery.resources.about.methods.get],
    ['changes.getStartPageToken', discovery.resources.changes.methods.getStartPageToken],
    ['changes.list', discovery.resources.changes.methods.list],
    ['drives.list', discovery.resources.drives.methods.list],
  ] as const)('the parameters of %s are those of the discovery document', (name, method: Method) => {
    const query = Object.entries(method.parameters ?? {}).filter(([, { location }]) => location === 'query');
    expect(METHOD_PARAMETERS[name]).toEqual(
      Object.fromEntries(query.map(([parameter, { type }]) => [parameter, type])),
    );
  });
});
