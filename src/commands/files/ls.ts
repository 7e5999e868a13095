import { EXIT, UserError } from '../../errors';
import { isFolderItem, itemById, itemsIn, type Item, type Target } from '../../queries/files/items';
import { byName, orderOf, type SortKey } from '../../queries/files/order';
import { pathsOf } from '../../queries/files/paths';
import { PLACES, readRoots, type Place, type Roots } from '../../queries/files/places';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import type { Output } from '../shared/host';
import { itemJson } from './item-json';
import { linesBelow } from './ls-recursive';
import { listLines, type References } from './references';
import { writeLines } from '../render/line-stream';
import { driveTimeCell, sizeCell } from '../render/cells';
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
  checkRecursive(options);
  const { home, config } = context;
  const reader = requireStore(home, config.account);
  try {
    const target = findTarget(reader, named ?? '/');
    const listing = { reader, target, options, roots: readRoots(reader) };
    if (options.recursive === true) await writeLines(linesBelow(context, listing), context);
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
