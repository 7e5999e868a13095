import {
  allItems,
  allPathItems,
  isFolderItem,
  itemsBelow,
  PATH_COLUMNS,
  type Item,
  type PathItem,
  type Target,
} from '../../queries/files/items';
import { allPaths, pathsOf } from '../../queries/files/paths';
import type { Roots } from '../../queries/files/places';
import type { Reader } from '../../store/reader';
import { jsonLine } from '../render/json';
import { formatDriveTime, formatSize, printable } from '../render/text';
import type { Context } from '../shared/context';
import { itemJson } from './item-json';

/** What to list: everything below the target. */
interface Below {
  reader: Reader;
  target: Target;
  options: { long?: boolean | undefined; trashed?: boolean | undefined };
  roots: Roots;
}

/** One path per line, unsorted, so that memory grows with the number of folders only. */
export function* linesBelow({ json, streams }: Context, listing: Below): Generator<string> {
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
