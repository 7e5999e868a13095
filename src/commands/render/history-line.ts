import type { HistoryEvent } from '../../queries/history';
import { escapeName } from '../../queries/files/path-text';
import { cutTo, displayWidth } from './table';
import { formatTime, printable, shortened } from './text';

/** The longest names to print, and shorter ones for a narrow terminal. */
const LONGEST_NAMES = [60, 30, 20, 12] as const;
const LONGEST_VALUE = 40;
const MOST_FIELDS = 3;
const KIND_WIDTH = 8;
const GAP = '  ';
/** Less room than this is not worth a part of a text. */
const LEAST_WIDTH = 12;

/** How to print an event. */
export interface EventLineOptions {
  /** The columns of the terminal; undefined prints everything. */
  width?: number | undefined;
  /** Add the id. */
  ids?: boolean | undefined;
  /** Print the name only, where the folder is known anyway. */
  nameOnly?: boolean | undefined;
}

/**
 * The lines of one event: time, kind, path, the values before and after, and the id. Where there is not
 * enough room, the folder's path is cut at its beginning, values are left out, and the id has its own line.
 */
export function eventLines(event: HistoryEvent, options: EventLineOptions = {}): string[] {
  const { width = Infinity, ids = false, nameOnly = false } = options;
  const head = formatTime(event.at) + GAP + event.kind.padEnd(KIND_WIDTH) + GAP;
  const room = width - head.length;
  const subject = fitSubject(event, room);
  const folder = nameOnly ? '' : cutFolder(folderOf(event), room - displayWidth(subject));
  const path = folder + subject;
  const left = room - displayWidth(path);
  const id = ids ? GAP + printable(event.id) : '';
  if (displayWidth(id) <= left)
    return [`${head}${path}${cutDetail(event, left - displayWidth(id))}${id}`.trimEnd()];
  return [`${head}${path}${cutDetail(event, left)}`.trimEnd(), ' '.repeat(head.length) + id.trim()];
}

/** What else there is to say, with a gap before it, if there is room for some of it. */
function cutDetail(event: HistoryEvent, room: number): string {
  const text = detailOf(event);
  const detail = text === '' ? '' : GAP + text;
  return room >= Math.min(LEAST_WIDTH, displayWidth(detail)) ? cutTo(detail, room) : '';
}

/** The path of the folder that the file lies in, with the last `/`. */
function folderOf({ path, name }: HistoryEvent): string {
  return printable(path.slice(0, path.length - escapeName(name ?? '').length));
}

/** The end of a folder's path, if there is room for some of it. */
function cutFolder(folder: string, room: number): string {
  return displayWidth(folder) <= room || room >= LEAST_WIDTH ? cutTo(folder, room, true) : '';
}

/** Both names of a change matter, so all names are shortened before the end of the text is cut. */
function fitSubject(event: HistoryEvent, room: number): string {
  const [whole] = LONGEST_NAMES;
  const isMove = event.kind === 'moved' || event.kind === 'renamed';
  const subjects = (isMove ? LONGEST_NAMES : [whole]).map((longest) => subjectOf(event, longest));
  return subjects.find((subject) => displayWidth(subject) <= room) ?? cutTo(subjects.at(-1) ?? '', room);
}

function subjectOf({ kind, id, name, changes, folders }: HistoryEvent, longest: number): string {
  const nameText = (text: unknown): string =>
    typeof text === 'string' ? shortened(printable(text), longest) : '(no name)';
  // For a folder that the user cannot see, only an id is known; a file without a parent has not even that.
  const folderText = (folder: string | undefined, folderId: unknown): string => {
    if (folder !== undefined) return nameText(folder);
    return typeof folderId === 'string' ? printable(folderId) : '(none)';
  };
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

function detailOf(event: HistoryEvent): string {
  const changes = changesOf(event);
  const parts = [
    ...(changes === '' ? [] : [`(${changes})`]),
    ...(event.inherited ? ['[with its folder]'] : []),
  ];
  return parts.join(GAP);
}

function changesOf({ kind, changes }: HistoryEvent): string {
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
