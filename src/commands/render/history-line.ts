import type { HistoryEvent } from '../../queries/history';
import { formatTime, printable, shortened } from './text';

const LONGEST_NAME = 60;
const LONGEST_VALUE = 40;
const MOST_FIELDS = 3;
const KIND_WIDTH = 8;

/** One event as a line: time, kind, file, and the values before and after. */
export function historyLine(event: HistoryEvent): string {
  const { at, kind, inherited } = event;
  const parts = [formatTime(at), kind.padEnd(KIND_WIDTH), subjectOf(event)];
  const detail = detailOf(event);
  if (detail !== '') parts.push(`(${detail})`);
  if (inherited) parts.push('[with its folder]');
  return parts.join('  ').trimEnd();
}

function subjectOf({ kind, id, name, changes, folders }: HistoryEvent): string {
  const renamed = changes['name'];
  if (kind === 'renamed' && renamed !== undefined) return arrow(nameText(renamed[0]), nameText(renamed[1]));
  const subject = name === undefined ? id : nameText(name);
  const places = changes['parent_id'] ?? changes['drive_id'];
  if (kind !== 'moved' || places === undefined) return subject;
  const [from, to] = places;
  return `${subject}: ${arrow(folderText(folders?.from, from), folderText(folders?.to, to))}`;
}

function arrow(from: string, to: string): string {
  return `${from} → ${to}`;
}

function nameText(name: unknown): string {
  return typeof name === 'string' ? shortened(printable(name), LONGEST_NAME) : '(no name)';
}

/** For a folder that the user cannot see, only an id is known; a file without a parent has not even that. */
function folderText(name: string | undefined, id: unknown): string {
  if (name !== undefined) return nameText(name);
  return typeof id === 'string' ? printable(id) : '(none)';
}

/** Fields that the kind of the event already implies. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  renamed: ['name'],
  moved: ['parent_id', 'parents', 'drive_id'],
  trashed: ['trashed', 'explicitly_trashed', 'trashedTime', 'trashingUser'],
  restored: ['trashed', 'explicitly_trashed', 'trashedTime', 'trashingUser'],
};
/** Fields that change along with others and mean nothing to a person. */
const SILENT: ReadonlySet<string> = new Set([
  'parents',
  'headRevisionId',
  'thumbnailVersion',
  'lastModifyingUser',
  'modifiedByMe',
  'md5',
  'sha1Checksum',
  'sha256Checksum',
  'quota_bytes',
]);

/** Opaque ids, of which only the number is shown. */
const PEOPLE = 'permissionIds';

function detailOf({ kind, changes }: HistoryEvent): string {
  const implied = IMPLIED[kind] ?? [];
  const fields = Object.entries(changes).filter(([field]) => !implied.includes(field) && !SILENT.has(field));
  const shown = fields
    .slice(0, MOST_FIELDS)
    .map(([field, [from, to]]) =>
      field === PEOPLE
        ? `people with access: ${arrow(countText(from), countText(to))}`
        : `${printable(field)}: ${arrow(valueText(from), valueText(to))}`,
    );
  if (fields.length > MOST_FIELDS) shown.push(`and ${String(fields.length - MOST_FIELDS)} more`);
  return shown.join(', ');
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return shortened(printable(typeof value === 'string' ? value : JSON.stringify(value)), LONGEST_VALUE);
}

function countText(value: unknown): string {
  return Array.isArray(value) ? String(value.length) : '–';
}
