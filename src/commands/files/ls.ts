import { EXIT, UserError } from '../../errors';
import {
  allItems,
  allPathItems,
  isFolderItem,
  itemById,
  itemsBelow,
  itemsIn,
  PATH_COLUMNS,
  type Item,
  type PathItem,
  type Target,
} from '../../queries/files/items';
import { byName, orderOf, type SortKey } from '../../queries/files/order';
import { allPaths, pathsOf } from '../../queries/files/paths';
import { PLACES, readRoots, type Place, type Roots } from '../../queries/files/places';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import type { Output } from '../shared/host';
import { itemJson } from './item-json';
import { listLines, type References } from './references';
import { jsonLine } from '../render/json';
import { writeLines } from '../render/line-stream';
import { driveTimeCell, sizeCell } from '../render/cells';
import { formatDriveTime, formatSize, printable } from '../render/text';
import { findTarget } from './target';

/** What to list, and how. */
export interface LsOptions extends References {
  /** List everything below the target, as paths. */
  recursive?: boolean | undefined;
  /** With `recursive`: print size and time before each path. */
  long?: boolean | undefined;
  /** Include files in the trash. */
  trashed?: boolean | undefined;
  /** The order; without it, folders come first, then names from A to Z. */
  sort?: SortKey | undefined;
}

const COLUMNS = [
  { title: 'NAME' },
  { title: 'SIZE' },
  { title: 'MODIFIED', whole: true },
  { title: 'OWNER', optional: true },
];
const ID = { title: 'ID', whole: true, optional: true };

/** Lists a folder or place of the copy, folders first, by name; or everything below it, as paths. */
export async function runLs(
  context: Context,
  named: string | undefined,
  options: LsOptions,
): Promise<number> {
  const { home, config } = context;
  const reader = requireStore(home, config.account);
  try {
    checkRecursive(options);
    const target = findTarget(reader, named ?? '/');
    const listing = { reader, target, options, roots: readRoots(reader) };
    if (options.recursive === true) await writeLines(everyLine(context, listing), context);
    else if (isTopLevel(target)) listPlaces(context, listing);
    else listOne(context, listing);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

/** A recursive list is written while it is read, so it cannot be sorted. */
function checkRecursive({ recursive = false, sort, ids, links }: LsOptions): void {
  const flag =
    sort !== undefined ? '--sort' : ids === true ? '--ids' : links === true ? '--links' : undefined;
  if (!recursive || flag === undefined) return;
  throw new UserError(`${flag} does not work with --recursive`, {
    hint: '`gdrive-sync search in:<folder> --limit 1000` takes it, and finds everything below a folder',
    exitCode: EXIT.usage,
  });
}

interface Listing {
  reader: Reader;
  target: Target;
  options: LsOptions;
  roots: Roots;
}

function isTopLevel(target: Target): boolean {
  return target.kind === 'place' && (target.place === 'all' || target.place === 'shared-drives');
}

/** The top levels are not files: they have a name and at most an id. */
function listPlaces({ json, out, streams }: Context, { target, options, roots }: Listing): void {
  const rows =
    target.kind === 'place' && target.place === 'all'
      ? (Object.keys(PLACES) as Place[]).map((place) => ({
          path: `/${PLACES[place]}`,
          id: place === 'my-drive' ? roots.myDrive : undefined,
        }))
      : [...roots.drives].map(([id, name]) => ({ path: name, id }));
  if (json) {
    for (const { path, id } of rows)
      out(JSON.stringify({ name: path.replace(/^\//, ''), id, type: 'folder' }));
    return;
  }
  const { ids = false, links = false } = options;
  const shown = rows
    .filter(({ id }) => id !== undefined || !(ids || links))
    .map(({ path, id = '' }) => ({
      item: { id, webViewLink: undefined },
      cells: [`${path}/`, '', '', '', id],
    }));
  const columns = ids ? COLUMNS : [...COLUMNS, ID];
  for (const line of listLines({ columns, rows: shown, references: options }, streams.stdout)) out(line);
}

function listOne(context: Context, { reader, target, options, roots }: Listing): void {
  const { json, out, tell, streams } = context;
  const { trashed = false, sort } = options;
  const single = target.kind === 'folder' ? itemById(reader, target.id) : undefined;
  const isFile = single !== undefined && !isFolderItem(single) && !roots.drives.has(single.id);
  const found = isFile ? [single] : [...itemsIn(reader, target, roots)];
  const shown = found.filter((item) => isFile || trashed || !item.trashed);
  const items = shown.toSorted(sort === undefined ? foldersFirst : orderOf(sort));
  if (json) {
    const paths = pathsOf(reader);
    for (const item of items) out(JSON.stringify(itemJson(item, paths.pathIn(item))));
    return;
  }
  if (items.length === 0) tell('This folder is empty.');
  else for (const line of linesOf(reader, items, options, streams.stdout)) out(line);
  const hidden = found.length - items.length;
  if (hidden > 0) tell(`and ${String(hidden)} more in the trash; --trashed shows them`);
}

function linesOf(reader: Reader, items: readonly Item[], references: References, output: Output): string[] {
  const rows = items.map((item) => ({
    item,
    cells: [
      nameOf(reader, item),
      sizeCell(item.size),
      driveTimeCell(item.modifiedTime),
      item.ownerEmail ?? '',
      item.id,
    ],
  }));
  const columns = references.ids === true ? COLUMNS : [...COLUMNS, ID];
  return listLines({ columns, rows, references }, output);
}

function foldersFirst(a: Item, b: Item): number {
  return Number(isFolderItem(b)) - Number(isFolderItem(a)) || byName(a, b);
}

function nameOf(reader: Reader, item: Item): string {
  const name = item.name + (isFolderItem(item) ? '/' : '');
  const target = item.targetId === undefined ? undefined : itemById(reader, item.targetId);
  const arrow = item.targetId === undefined ? '' : ` → ${target?.name ?? '(not in the copy)'}`;
  return `${name}${arrow}${item.trashed ? ' (in the trash)' : ''}`;
}

/** One path per line, unsorted, so that memory grows with the number of folders only. */
function* everyLine({ json, streams }: Context, listing: Listing): Generator<string> {
  const { reader, target, options, roots } = listing;
  const isAll = isEverything(target);
  const paths = isAll ? allPaths(reader) : pathsOf(reader);
  const isShown = (item: PathItem): boolean => options.trashed === true || !item.trashed;
  const pathLine = (item: PathItem): string =>
    printable(`${paths.pathIn(item)}${isFolderItem(item) ? '/' : ''}`);
  if (json || options.long === true) {
    const isTTY = streams.stdout.isTTY === true;
    for (const item of isAll ? allItems(reader) : itemsBelow(reader, target, roots)) {
      if (!isShown(item)) continue;
      yield json ? jsonLine(itemJson(item, paths.pathIn(item))) : longLine(item, pathLine(item), isTTY);
    }
  } else {
    for (const item of isAll ? allPathItems(reader) : itemsBelow(reader, target, roots, PATH_COLUMNS))
      if (isShown(item)) yield pathLine(item);
  }
}

const SIZE_WIDTH = 8;
const TIME_WIDTH = 16;

/** The path comes last on a terminal, because its width is not known in advance. */
function longLine(item: Item, path: string, isTTY: boolean): string {
  const { size, modifiedTime, ownerEmail, id } = item;
  if (!isTTY) {
    const fields = [path, size === undefined ? '' : String(size), modifiedTime ?? '', ownerEmail ?? '', id];
    return fields.map(printable).join('\t');
  }
  const time = formatDriveTime(modifiedTime).slice(0, TIME_WIDTH);
  return `${formatSize(size).padStart(SIZE_WIDTH)}  ${printable(time).padEnd(TIME_WIDTH)}  ${path}`;
}

function isEverything(target: Target): boolean {
  return target.kind === 'place' && target.place === 'all';
}
