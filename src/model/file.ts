/**
 * How a Drive file is stored: typed columns for what people query, everything else in one JSON column, so
 * that an export returns exactly the fields that Drive sent.
 * Fields and types: https://developers.google.com/workspace/drive/api/reference/rest/v3/files
 */

import { jsonWriter } from './json-value';
import type { JsonObject, SqlValue } from './values';

type ColumnType = 'text' | 'int64' | 'boolean';

interface FileColumn {
  column: string;
  field: string;
  type: ColumnType;
  /** The column's meaning, for the schema documentation. */
  about: string;
}

/** The typed columns that hold one Drive field each, in the order of the table. */
export const FILE_COLUMNS: readonly FileColumn[] = [
  { column: 'id', field: 'id', type: 'text', about: "Drive's file id" },
  { column: 'version', field: 'version', type: 'int64', about: "Drive's change counter of the file" },
  { column: 'name', field: 'name', type: 'text', about: 'name as shown in Drive; not unique' },
  { column: 'mime_type', field: 'mimeType', type: 'text', about: 'MIME type' },
  { column: 'drive_id', field: 'driveId', type: 'text', about: 'shared drive that holds it' },
  { column: 'size', field: 'size', type: 'int64', about: 'bytes; absent for folders and shortcuts' },
  { column: 'quota_bytes', field: 'quotaBytesUsed', type: 'int64', about: 'bytes counted against the quota' },
  { column: 'md5', field: 'md5Checksum', type: 'text', about: 'MD5 of the content; blobs only' },
  { column: 'created_time', field: 'createdTime', type: 'text', about: 'RFC 3339, as Drive sent it' },
  { column: 'modified_time', field: 'modifiedTime', type: 'text', about: 'RFC 3339, as Drive sent it' },
  { column: 'viewed_by_me_time', field: 'viewedByMeTime', type: 'text', about: 'last viewed by the user' },
  {
    column: 'shared_with_me_time',
    field: 'sharedWithMeTime',
    type: 'text',
    about: 'when shared with the user',
  },
  { column: 'trashed', field: 'trashed', type: 'boolean', about: 'in the trash, itself or through a folder' },
  { column: 'explicitly_trashed', field: 'explicitlyTrashed', type: 'boolean', about: 'trashed itself' },
  { column: 'starred', field: 'starred', type: 'boolean', about: 'starred by the user' },
  { column: 'shared', field: 'shared', type: 'boolean', about: 'shared; absent in shared drives' },
  {
    column: 'owned_by_me',
    field: 'ownedByMe',
    type: 'boolean',
    about: 'owned by the user; absent in shared drives',
  },
  { column: 'description', field: 'description', type: 'text', about: 'description given by people' },
];

/** The columns derived from fields that stay in `extra`. */
export const DERIVED_COLUMNS = [
  {
    column: 'parent_id',
    about:
      'parent folder, the first of several, which `extra` then lists; absent where the user cannot see it',
  },
  { column: 'owner_email', about: 'e-mail address of the first owner; absent in shared drives' },
] as const;

/** Requested fields without a column of their own; they are in `extra` under Drive's names. */
const EXTRA_FIELDS = [
  'spaces',
  'trashedTime',
  'modifiedByMeTime',
  'sha1Checksum',
  'sha256Checksum',
  'headRevisionId',
  'originalFilename',
  'fullFileExtension',
  'owners',
  'lastModifyingUser',
  'permissionIds',
  'shortcutDetails',
  'resourceKey',
  'webViewLink',
  'properties',
  'appProperties',
] as const;

/** Parts of people's records to request: enough to name them, without short-lived links. */
const SUBFIELDS: Readonly<Record<string, readonly string[]>> = {
  owners: ['permissionId', 'displayName', 'emailAddress', 'me'],
  lastModifyingUser: ['permissionId', 'displayName', 'emailAddress'],
};

/** The names of the fields that Drive is asked for. */
export const DRIVE_FIELDS: readonly string[] = [
  ...FILE_COLUMNS.map(({ field }) => field),
  'parents',
  ...EXTRA_FIELDS,
];

/**
 * The field mask of a file. Volatile fields are left out, and so is `permissions`, which would shrink pages
 * to 100 files.
 */
export const FILE_FIELDS: string = DRIVE_FIELDS.map((field) => {
  const inner = SUBFIELDS[field];
  return inner === undefined ? field : `${field}(${inner.join(',')})`;
}).join(',');

function pick(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => pick(each, names));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name]]),
  );
}

/** The part of a whole file that `FILE_FIELDS` requests: an export must equal it. */
export function requestedPart(file: object): JsonObject {
  const part = pick(file, DRIVE_FIELDS) as JsonObject;
  for (const [field, inner] of Object.entries(SUBFIELDS))
    if (field in part) part[field] = pick(part[field], inner);
  return part;
}

/** All columns of `file` that a record fills, in the order of `FileRecord.values`. */
export const RECORD_COLUMNS: readonly string[] = [
  ...FILE_COLUMNS.map(({ column }) => column),
  ...DERIVED_COLUMNS.map(({ column }) => column),
  'extra',
];

/** One file, ready for the table. `modifiedMs` is undefined if Drive sent no usable `modifiedTime`. */
export interface FileRecord {
  id: string;
  values: SqlValue[];
  modifiedMs: number | undefined;
}

/** The MIME type that makes a file a folder. */
export const FOLDER_TYPE = 'application/vnd.google-apps.folder';

const PLACES = new Map(RECORD_COLUMNS.map((column, at) => [column, at]));

/** The record's value for a column. */
export function valueOf({ values }: FileRecord, column: string): SqlValue {
  return values[PLACES.get(column) ?? -1] ?? null;
}

/** The shared drive that holds the file; undefined for all other files. */
export function driveIdOf(record: FileRecord): string | undefined {
  const driveId = valueOf(record, 'drive_id');
  return typeof driveId === 'string' ? driveId : undefined;
}

/** True for a folder. A change of a folder affects everything in it, but Drive reports only the folder. */
export function isFolder(record: FileRecord): boolean {
  return valueOf(record, 'mime_type') === FOLDER_TYPE;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
/** The usual integers: exact as a number, and written back with the same digits. */
const PLAIN_INTEGER = /^(?:0|[1-9]\d{0,14})$/;

function toInt64(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return undefined;
  const small = Number(value);
  if (Number.isSafeInteger(small)) return small;
  const big = BigInt(value);
  return big <= MAX_INT64 && big >= MIN_INT64 ? big : undefined;
}

/** The column's value if it gives back exactly what Drive sent; a fast path for the usual values. */
function toExactColumn(type: ColumnType, value: unknown): SqlValue | undefined {
  if (type === 'text') return typeof value === 'string' ? value : undefined;
  if (type === 'boolean') return typeof value === 'boolean' ? Number(value) : undefined;
  return typeof value === 'string' && PLAIN_INTEGER.test(value) ? Number(value) : undefined;
}

function toColumn(type: ColumnType, value: unknown): SqlValue | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'int64':
      return toInt64(value);
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : undefined;
  }
}

function idsIn(parents: unknown): string[] {
  return Array.isArray(parents) ? parents.filter((id) => typeof id === 'string') : [];
}

function ownerEmail(owners: unknown): string | null {
  const first: unknown = Array.isArray(owners) ? owners[0] : undefined;
  if (typeof first !== 'object' || first === null || !('emailAddress' in first)) return null;
  return typeof first.emailAddress === 'string' ? first.emailAddress : null;
}

/** True if `parent_id` alone holds all that `parents` held. */
function isSingleParent(parents: unknown): boolean {
  return Array.isArray(parents) && parents.length === 1 && typeof parents[0] === 'string';
}

/**
 * The ids of all parents of a file that has several, from its column `extra`; undefined for any other file.
 */
export function severalParents(extra: SqlValue): string[] | undefined {
  // A crawl calls this for millions of files, and hardly any has several parents.
  if (typeof extra !== 'string' || !extra.includes(PARENTS_KEY)) return undefined;
  const ids = new Set(idsIn((JSON.parse(extra) as JsonObject)['parents']));
  return ids.size > 1 ? [...ids] : undefined;
}

/**
 * Maps a file from Drive to a record; undefined if it has no usable id. A field of an unexpected type is not
 * lost: it stays unchanged in `extra`, and its column is NULL.
 */
export function toFileRecord(file: JsonObject): FileRecord | undefined {
  const { id } = file;
  if (typeof id !== 'string' || id === '') return undefined;
  const values: SqlValue[] = [];
  let extra = openExtra(file);
  for (const { field, type } of FILE_COLUMNS) {
    const value = file[field];
    if (value === undefined) {
      values.push(null);
      continue;
    }
    const exact = toExactColumn(type, value);
    const column = exact ?? toColumn(type, value);
    // `extra` also keeps a value that the column cannot give back exactly.
    if (exact === undefined && (column === undefined || fromColumn(type, column) !== value))
      extra = withMember(extra, `"${field}":`, JSON.stringify(value));
    values.push(column ?? null);
  }
  values.push(
    idsIn(file['parents'])[0] ?? null,
    ownerEmail(file['owners']),
    extra === '' ? null : `${extra}}`,
  );
  return { id, values, modifiedMs: toMs(file['modifiedTime']) };
}

const PARENTS_KEY = '"parents":';
const EXTRA_MEMBERS = EXTRA_FIELDS.map((field) => ({ field, key: `"${field}":`, write: jsonWriter() }));

/**
 * Serializes the fields without a column, without the closing brace; empty if there are none. Concatenating
 * strings is twice as fast as building an object.
 */
function openExtra(file: JsonObject): string {
  let json = '';
  for (const { field, key, write } of EXTRA_MEMBERS) {
    const value = file[field];
    if (value !== undefined) json = withMember(json, key, write(value));
  }
  const { parents } = file;
  return parents === undefined || isSingleParent(parents)
    ? json
    : withMember(json, PARENTS_KEY, JSON.stringify(parents));
}

function withMember(json: string, key: string, value: string): string {
  return json + (json === '' ? '{' : ',') + key + value;
}

function toMs(time: unknown): number | undefined {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function fromColumn(type: ColumnType, value: SqlValue): unknown {
  switch (type) {
    case 'text':
      return value;
    case 'int64':
      return String(value);
    case 'boolean':
      return Boolean(value);
  }
}

/** The inverse of `toFileRecord`: a row of `file` with Drive's field names; absent fields stay absent. */
export function toDriveFile(row: Readonly<Record<string, SqlValue>>): JsonObject {
  const file: JsonObject = {};
  for (const { column, field, type } of FILE_COLUMNS) {
    const value = row[column] ?? null;
    if (value !== null) file[field] = fromColumn(type, value);
  }
  if (typeof row['parent_id'] === 'string') file['parents'] = [row['parent_id']];
  const { extra } = row;
  return typeof extra === 'string' ? { ...file, ...(JSON.parse(extra) as JsonObject) } : file;
}

const JSON_FIELDS = FILE_COLUMNS.map(({ field, type }) => ({ key: `,${JSON.stringify(field)}:`, type }));
/** Fields that can be both in a column and, unchanged, in `extra`. */
const KEPT_TWICE = new RegExp(`"(?:parents|${FILE_COLUMNS.map(({ field }) => field).join('|')})":`);
const PARENT_AT = FILE_COLUMNS.length;
const EXTRA_AT = RECORD_COLUMNS.length - 1;

/**
 * The columns of a record for `toDriveJson`. 64-bit integers are texts, so that they lose no digit and need
 * no bigint.
 */
export const EXPORT_COLUMNS: readonly string[] = [
  ...FILE_COLUMNS.map(({ column, type }) =>
    type === 'int64' ? `CAST(${column} AS TEXT) AS ${column}` : column,
  ),
  ...DERIVED_COLUMNS.map(({ column }) => column),
  'extra',
];

/**
 * The JSON of `toDriveFile` for a row with `EXPORT_COLUMNS`, concatenated from parts that are already JSON.
 * Parsing would take several times as long.
 */
export function toDriveJson(values: readonly SqlValue[]): string {
  const extra = values[EXTRA_AT];
  if (typeof extra === 'string' && KEPT_TWICE.test(extra))
    return JSON.stringify(
      toDriveFile(Object.fromEntries(RECORD_COLUMNS.map((name, at) => [name, values[at] ?? null]))),
    );
  let json = '';
  for (let at = 0; at < JSON_FIELDS.length; at++) {
    const value = values[at] ?? null;
    const field = JSON_FIELDS[at];
    if (value !== null && field !== undefined) json += field.key + toJsonText(field.type, value);
  }
  const parent = values[PARENT_AT];
  if (typeof parent === 'string') json += `,"parents":[${JSON.stringify(parent)}]`;
  if (typeof extra === 'string' && extra.length > 2) json += `,${extra.slice(1, -1)}`;
  return `{${json.slice(1)}}`;
}

function toJsonText(type: ColumnType, value: SqlValue): string {
  if (type === 'boolean') return value === 0 ? 'false' : 'true';
  return type === 'int64' ? `"${String(value)}"` : JSON.stringify(value);
}
