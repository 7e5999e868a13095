import { EXIT } from '../../errors';
import { REMOVAL_CAUSES } from '../../model/reasons';
import type { JsonObject } from '../../model/values';
import { copiesOf, fileDetails, type FileDetails } from '../../queries/files/file-details';
import { freshness } from '../../queries/jobs/freshness';
import { historyEvents, type HistoryEvent } from '../../queries/history';
import { itemById } from '../../queries/files/items';
import { lastPathOf, pathsOf, type Paths } from '../../queries/files/paths';
import { requireContents } from '../../process/stores';
import { CONTENT_REASONS } from '../../content/model/state';
import type { ContentReader } from '../../content/store/reader';
import { textStateOf, type TextState } from '../../queries/contents/texts';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { eventLines } from '../render/history-line';
import { sharingLines } from '../render/sharing';
import { countOf, formatDriveTime, formatSize, formatTime, printable, shortened } from '../render/text';
import { findTarget, requireItem } from './target';

const SHOWN_EVENTS = 3;
const SHOWN_COPIES = 5;
const LONGEST_TEXT = 300;

interface Facts {
  details: FileDetails;
  paths: string[];
  /** The path that a removed file had. */
  lastPath: string | undefined;
  /** Other files with the same content; undefined without `duplicates`. */
  copies: string[] | undefined;
  events: HistoryEvent[];
  target: string | undefined;
  /** Undefined where no text is kept or planned. */
  text: TextState | undefined;
}

/** Prints everything that the copy has on one file, even a removed one. */
export function runInfo(
  context: Context,
  named: string,
  { duplicates = false }: { duplicates?: boolean } = {},
): number {
  const { home, config, json, out } = context;
  const reader = requireContents(home, config.account);
  try {
    const facts = factsOf(reader, idOf(reader, named), duplicates);
    if (json) {
      const { details, text, ...rest } = facts;
      out(JSON.stringify({ ...details, ...rest, text: text && textJson(text), asOf: freshness(reader) }));
      return EXIT.ok;
    }
    for (const [label, value] of describe(facts)) out(`${label.padEnd(12)} ${printable(value)}`);
    for (const event of facts.events)
      for (const line of eventLines(event, { nameOnly: true })) out(`             ${line}`);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

/** A removed file no longer has a path, but its id is still known. */
function idOf(reader: Reader, named: string): string {
  if (fileDetails(reader, named) !== undefined) return named;
  return requireItem(reader, findTarget(reader, named), named).id;
}

function factsOf(reader: ContentReader, id: string, duplicates: boolean): Facts {
  const details = fileDetails(reader, id);
  if (details === undefined) throw new Error(`the file ${id} disappeared while it was being read`);
  const paths = pathsOf(reader);
  const { file } = details;
  const copies = duplicates ? copiesOf(reader, file) : undefined;
  return {
    details,
    paths: ownPaths(reader, paths, details),
    copies: copies?.map((copy) => paths.pathOf(copy) ?? copy),
    events: historyEvents(reader, { file: id }, { limit: SHOWN_EVENTS, inherited: true }),
    target: targetPath(paths, file['shortcutDetails']),
    text: textStateOf(reader, id),
    lastPath: details.removedAt === undefined ? undefined : lastPathOf(reader, id),
  };
}

/** One path for each parent folder that the user can see. */
function ownPaths(reader: Reader, paths: Paths, { file }: FileDetails): string[] {
  const item = itemById(reader, String(file['id']));
  if (item === undefined) return [];
  const parents = Array.isArray(file['parents']) ? file['parents'].map(String) : [];
  const own = paths.pathOf(item.id) ?? paths.pathIn(item);
  return [...new Set([own, ...parents.map((parentId) => paths.pathIn({ ...item, parentId }))])];
}

function targetPath(paths: Paths, shortcut: unknown): string | undefined {
  if (typeof shortcut !== 'object' || shortcut === null || !('targetId' in shortcut)) return undefined;
  const id = String(shortcut.targetId);
  return paths.pathOf(id) ?? `${id} (not in the copy)`;
}

function describe({ details, paths, lastPath, copies, target, text }: Facts): (readonly [string, string])[] {
  const { file, removedAt, removal, events } = details;
  const gone =
    removedAt === undefined
      ? undefined
      : `${formatTime(removedAt)} (${removal === undefined ? 'gone from Drive' : REMOVAL_CAUSES[removal]})`;
  const lines: (readonly [string, string | undefined])[] = [
    ['name', textOf(file, 'name')],
    ['removed', gone],
    ...paths.map((path) => ['path', path] as const),
    ['last path', lastPath],
    ['id', textOf(file, 'id')],
    ['type', textOf(file, 'mimeType')],
    ['points to', target],
    ['size', bytesOf(file, 'size')],
    ['quota', bytesOf(file, 'quotaBytesUsed')],
    ['owner', ownerOf(file)],
    ...sharingLines(file).map((line, at) => [at === 0 ? 'shared' : '', line] as const),
    ['created', timeOf(file, 'createdTime')],
    ['modified', timeOf(file, 'modifiedTime')],
    ['viewed', timeOf(file, 'viewedByMeTime')],
    ['shared with me', timeOf(file, 'sharedWithMeTime')],
    ['marks', marksOf(file)],
    ['description', shortened(textOf(file, 'description') ?? '', LONGEST_TEXT)],
    ['md5', textOf(file, 'md5Checksum')],
    ['copies', copies && copiesText(copies)],
    ['text', text && textLine(text)],
    ['web', textOf(file, 'webViewLink')],
    ['drive', textOf(file, 'driveId')],
    [
      'in the copy',
      `since ${formatTime(details.firstSeenAt)}, last written ${formatTime(details.changedAt)}`,
    ],
    ['events', events === 0 ? undefined : String(events)],
  ];
  return lines.filter((line): line is readonly [string, string] => line[1] !== undefined && line[1] !== '');
}

function textOf(file: JsonObject, field: string): string | undefined {
  const value = file[field];
  return typeof value === 'string' ? value : undefined;
}

function timeOf(file: JsonObject, field: string): string {
  return formatDriveTime(textOf(file, field));
}

function bytesOf(file: JsonObject, field: string): string | undefined {
  const value = textOf(file, field);
  if (value === undefined || !/^\d+$/.test(value)) return value;
  return Number(value) < 1024
    ? `${value} B`
    : `${formatSize(BigInt(value))} (${BigInt(value).toLocaleString('en-US')} bytes)`;
}

function ownerOf(file: JsonObject): string | undefined {
  const owners = Array.isArray(file['owners']) ? (file['owners'] as JsonObject[]) : [];
  const names = owners.map(
    (owner) => textOf(owner, 'emailAddress') ?? textOf(owner, 'displayName') ?? 'somebody',
  );
  return names.length === 0 ? undefined : names.join(', ');
}

function marksOf(file: JsonObject): string {
  const marks = [
    file['starred'] === true ? 'starred' : '',
    file['trashed'] === true
      ? file['explicitlyTrashed'] === true
        ? 'in the trash'
        : 'in the trash with its folder'
      : '',
  ];
  return marks.filter((mark) => mark !== '').join(', ');
}

/** What has become of the file's text, in words. */
function textLine({ state, reason, body }: TextState): string {
  const why = reason === undefined ? '' : `: ${CONTENT_REASONS[reason].says}`;
  if (body === undefined) return `${TEXT_STATES[state]}${why}`;
  const length = `${body.truncated ? 'the first ' : ''}${countOf(body.chars, 'character')}`;
  return state === 'done' ? length : `${length}, of an older state of the file${why}`;
}

const TEXT_STATES: Readonly<Record<TextState['state'], string>> = {
  done: 'kept',
  due: 'not fetched yet',
  skipped: 'not kept',
  refused: 'refused',
  failed: 'failed',
  'needs-ocr': 'not readable',
};

function textJson({ state, reason, body }: TextState): JsonObject {
  return { state, reason, kind: body?.kind, chars: body?.chars, truncated: body?.truncated };
}

function copiesText(copies: readonly string[]): string {
  if (copies.length === 0) return 'none';
  const more = copies.length > SHOWN_COPIES ? ` and ${String(copies.length - SHOWN_COPIES)} more` : '';
  return `${copies.slice(0, SHOWN_COPIES).join(', ')}${more}`;
}
