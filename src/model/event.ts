import { DERIVED_COLUMNS, RECORD_COLUMNS } from './file';
import type { JsonObject, SqlValue } from './values';
import { isSame } from './json-value';

/** What happened to a file, named by the most important field that changed. */
export const EVENT_KINDS = [
  'created',
  'removed',
  'returned',
  'trashed',
  'restored',
  'moved',
  'renamed',
  'shared',
  'edited',
  'changed',
] as const;

/** One of `EVENT_KINDS`. */
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * The old and new value of each field that changed, by column name, or by Drive's name for fields without a
 * column.
 */
export type Differences = Record<string, [from: unknown, to: unknown]>;

/** What changed in a row, and what to call it. */
export interface RowEvent {
  kind: EventKind;
  changes: Differences;
  /** It only follows from a change of a folder above. */
  inherited: boolean;
}

/** Fields that change although nothing happened to the file: somebody looked at it. */
const NOISE: ReadonlySet<string> = new Set(['version', 'viewed_by_me_time', 'modifiedByMeTime']);
/**
 * Derived columns repeat other fields: the first owner is in `owners`. Only `parent_id` has no such field.
 */
const REDUNDANT: ReadonlySet<string> = new Set([
  'extra',
  ...DERIVED_COLUMNS.map(({ column }) => column).filter((column) => column !== 'parent_id'),
]);
const EXTRA_AT = RECORD_COLUMNS.indexOf('extra');

const TRASHING: ReadonlySet<EventKind> = new Set(['trashed', 'restored']);

/** The most important kinds first. */
const KINDS_BY_FIELD: readonly (readonly [EventKind, readonly string[]])[] = [
  ['moved', ['parent_id', 'parents', 'drive_id']],
  ['renamed', ['name']],
  ['edited', ['md5', 'size', 'headRevisionId', 'modified_time']],
  ['shared', ['permissionIds', 'shared', 'owners', 'owned_by_me', 'shared_with_me_time']],
];

/** The indexes at which two rows, in the order of `RECORD_COLUMNS`, differ. */
export function differences(before: readonly SqlValue[], after: readonly SqlValue[]): number[] {
  const places: number[] = [];
  for (let at = 0; at < RECORD_COLUMNS.length; at++) if (before[at] !== after[at]) places.push(at);
  return places;
}

/**
 * The event that turns one row into another, both in the order of `RECORD_COLUMNS`; undefined if only noise
 * differs. `places`: their `differences`.
 */
export function rowEvent(
  before: readonly SqlValue[],
  after: readonly SqlValue[],
  places: readonly number[] = differences(before, after),
): RowEvent | undefined {
  const changes: Differences = {};
  for (const at of places) {
    const column = RECORD_COLUMNS[at] ?? '';
    if (!REDUNDANT.has(column)) changes[column] = [toJson(before[at] ?? null), toJson(after[at] ?? null)];
  }
  addExtraDifferences(changes, before[EXTRA_AT] ?? null, after[EXTRA_AT] ?? null);
  const fields = Object.keys(changes).filter((field) => !NOISE.has(field));
  if (fields.length === 0) return undefined;
  const kind = kindOf(changes, fields);
  // A file that was not trashed itself is in the trash because its folder is.
  const inherited = TRASHING.has(kind) && changes['explicitly_trashed'] === undefined;
  return { kind, changes: pick(changes, fields), inherited };
}

function kindOf(changes: Differences, fields: readonly string[]): EventKind {
  const { trashed } = changes;
  if (trashed !== undefined) return trashed[1] === 1 ? 'trashed' : 'restored';
  const match = KINDS_BY_FIELD.find(([, names]) => names.some((name) => fields.includes(name)));
  return match?.[0] ?? 'changed';
}

function pick(changes: Differences, fields: readonly string[]): Differences {
  return Object.fromEntries(fields.map((field) => [field, changes[field] ?? [null, null]]));
}

function addExtraDifferences(changes: Differences, before: SqlValue, after: SqlValue): void {
  if (before === after) return;
  const from = toObject(before);
  const to = toObject(after);
  for (const [field, old] of Object.entries(from)) {
    const now = to[field];
    if (!isSame(old, now)) changes[field] = [old, now ?? null];
  }
  for (const [field, now] of Object.entries(to))
    if (!Object.hasOwn(from, field)) changes[field] = [null, now];
}

function toObject(extra: SqlValue): JsonObject {
  return typeof extra === 'string' ? (JSON.parse(extra) as JsonObject) : {};
}

/** 64-bit integers that JSON numbers cannot hold become strings. */
function toJson(value: SqlValue): string | number | null {
  if (typeof value !== 'bigint') return value;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : String(value);
}
