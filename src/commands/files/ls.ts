import { EXIT } from '../../errors';
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
import { allPaths, pathsOf } from '../../queries/files/paths';
import { PLACES, readRoots, type Place, type Roots } from '../../queries/files/places';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { itemJson } from './item-json';
import { jsonLine } from '../render/json';
import { writeLines } from '../render/line-stream';
import { driveTimeCell, sizeCell } from '../render/cells';
import { formatTable } from '../render/table';
import { printable } from '../render/text';
import { findTarget } from './target';

/** What to list, and how. */
export interface LsOptions {
  /** List everything below the target, as paths. */
  recursive?: boolean | undefined;
  /** Include files in the trash. */
  trashed?: boolean | undefined;
}

const COLUMNS = [
  'NAME',
  'SIZE',
  { title: 'MODIFIED', whole: true },
  { title: 'OWNER', optional: true },
  { title: 'ID', whole: true, optional: true },
];

/** Lists a folder or place of the copy, folders first, by name; or everything below it, as paths. */
export async function runLs(
  context: Context,
  named: string | undefined,
  options: LsOptions,
): Promise<number> {
  const { home, config } = context;
  const reader = requireStore(home, config.account);
  try {
    const target = findTarget(reader, named ?? '/');
    const { recursive = false, trashed = false } = options;
    const listing = { reader, target, trashed, roots: readRoots(reader) };
    if (recursive) await writeLines(everyLine(context, listing), context);
    else if (isTopLevel(target)) listPlaces(context, listing);
    else listOne(context, listing);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

interface Listing {
  reader: Reader;
  target: Target;
  trashed: boolean;
  roots: Roots;
}

function isTopLevel(target: Target): boolean {
  return target.kind === 'place' && (target.place === 'all' || target.place === 'shared-drives');
}

/** The top levels are not files: they have a name and at most an id. */
function listPlaces({ json, out, streams }: Context, { target, roots }: Listing): void {
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
  const cells = rows.map(({ path, id }) => [`${path}/`, '', '', '', id ?? '']);
  for (const line of formatTable(COLUMNS, cells, streams.stdout)) out(line);
}

function listOne({ json, out, tell, streams }: Context, { reader, target, trashed, roots }: Listing): void {
  const single = target.kind === 'folder' ? itemById(reader, target.id) : undefined;
  const isFile = single !== undefined && !isFolderItem(single) && !roots.drives.has(single.id);
  const found = isFile ? [single] : [...itemsIn(reader, target, roots)];
  const items = found.filter((item) => isFile || trashed || !item.trashed).toSorted(byName);
  if (json) {
    const paths = pathsOf(reader);
    for (const item of items) out(JSON.stringify(itemJson(item, paths.pathIn(item))));
    return;
  }
  const rows = items.map((item) => [
    nameOf(reader, item),
    sizeCell(item.size),
    driveTimeCell(item.modifiedTime),
    item.ownerEmail ?? '',
    item.id,
  ]);
  if (rows.length === 0) tell('This folder is empty.');
  else for (const line of formatTable(COLUMNS, rows, streams.stdout)) out(line);
  const hidden = found.length - items.length;
  if (hidden > 0) tell(`and ${String(hidden)} more in the trash; --trashed shows them`);
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(a: Item, b: Item): number {
  return Number(isFolderItem(b)) - Number(isFolderItem(a)) || collator.compare(a.name, b.name);
}

function nameOf(reader: Reader, item: Item): string {
  const name = item.name + (isFolderItem(item) ? '/' : '');
  const target = item.targetId === undefined ? undefined : itemById(reader, item.targetId);
  const arrow = item.targetId === undefined ? '' : ` → ${target?.name ?? '(not in the copy)'}`;
  return `${name}${arrow}${item.trashed ? ' (in the trash)' : ''}`;
}

/** One path per line, unsorted, so that memory grows with the number of folders only. */
function* everyLine({ json }: Context, listing: Listing): Generator<string> {
  const { reader, target, trashed, roots } = listing;
  const isAll = isEverything(target);
  const paths = isAll ? allPaths(reader) : pathsOf(reader);
  const isShown = (item: PathItem): boolean => trashed || !item.trashed;
  if (json) {
    for (const item of isAll ? allItems(reader) : itemsBelow(reader, target, roots))
      if (isShown(item)) yield jsonLine(itemJson(item, paths.pathIn(item)));
  } else {
    for (const item of isAll ? allPathItems(reader) : itemsBelow(reader, target, roots, PATH_COLUMNS))
      if (isShown(item)) yield printable(`${paths.pathIn(item)}${isFolderItem(item) ? '/' : ''}`);
  }
}

function isEverything(target: Target): boolean {
  return target.kind === 'place' && target.place === 'all';
}
