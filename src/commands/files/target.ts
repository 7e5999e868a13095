import { UserError } from '../../errors';
import { itemById, itemsIn, PATH_COLUMNS, type Item, type Target } from '../../queries/files/items';
import { splitPath } from '../../queries/files/path-text';
import { PLACES, readRoots, type Place, type Roots } from '../../queries/files/places';
import type { Reader } from '../../store/reader';

const PLACE_ADDRESSES: ReadonlyMap<string, Place> = new Map([
  ['my-drive', 'my-drive'],
  ['shared-with-me', 'shared-with-me'],
  ['shared-drives', 'shared-drives'],
]);
const SHOWN_IDS = 5;
/** `…/folders/ID`, `…/file/d/ID/view`, `…/document/d/ID/edit` and so on. */
const ADDRESS_ID = /\/(?:folders|d)\/([\w-]{10,})(?:\/|$)/;

const TRASH_HINT = '`gdrive-sync search is:trashed` finds what is in the trash';

/**
 * Finds what a person names: an id, a path as `ls` prints it, or an address copied from the browser. A path
 * may lack its first slash. If it begins with no top-level folder then, it is a path below My Drive.
 * @throws UserError if the store has no match, or more than one.
 */
export function findTarget(reader: Reader, named: string): Target {
  const roots = readRoots(reader);
  if (/^https?:\/\//i.test(named)) return fromAddress(reader, named, roots);
  if (named.startsWith('/')) return fromPath(reader, splitPath(named), roots);
  if (isKnown(reader, named, roots)) return { kind: 'folder', id: named };
  const names = splitPath(named);
  const isWhole = placeNamed(names[0] ?? '') !== undefined;
  return fromPath(reader, isWhole ? names : [PLACES['my-drive'], ...names], roots);
}

function placeNamed(name: string): Place | undefined {
  return (Object.keys(PLACES) as Place[]).find((each) => isSame(PLACES[each], name));
}

function fromAddress(reader: Reader, address: string, roots: Roots): Target {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const place = PLACE_ADDRESSES.get(url?.pathname.split('/').at(-1) ?? '');
  if (place !== undefined) return { kind: 'place', place };
  const id = url && idIn(url);
  if (id === undefined)
    throw new UserError('this is not the address of a file or folder in Google Drive', {
      hint: 'copy the address of the file or folder from the browser, or use its id',
    });
  if (isKnown(reader, id, roots)) return { kind: 'folder', id };
  throw new UserError(`there is no file with the id ${id} in the store`, {
    hint: 'if it is new, run `gdrive-sync sync` to bring the copy up to date',
  });
}

function idIn({ pathname, searchParams }: URL): string | undefined {
  return ADDRESS_ID.exec(pathname)?.[1] ?? searchParams.get('id') ?? undefined;
}

function isKnown(reader: Reader, id: string, { myDrive, drives }: Roots): boolean {
  return id === myDrive || drives.has(id) || itemById(reader, id) !== undefined;
}

function fromPath(reader: Reader, names: readonly string[], roots: Roots): Target {
  const [first, ...rest] = names;
  if (first === undefined) return { kind: 'place', place: 'all' };
  const place = placeNamed(first);
  if (place === undefined) throw noSuchPlace(first);
  let at: Target = { kind: 'place', place };
  let path = `/${PLACES[place]}`;
  for (const name of rest) {
    at = step(reader, { at, path, roots }, name);
    path = `${path}/${name}`;
  }
  return at;
}

/** What people call the trash, which is not a folder. */
function isTrash(name: string): boolean {
  return isSame(name, 'Trash') || isSame(name, 'Bin');
}

function noSuchPlace(name: string): UserError {
  if (isTrash(name)) return new UserError('the trash is not a folder of the copy', { hint: TRASH_HINT });
  const places = Object.values(PLACES).map((each) => `/${each}`);
  return new UserError(`there is no top-level folder ${JSON.stringify(`/${name}`)}`, {
    hint: `paths begin with ${places.join(', ')}`,
  });
}

/** Follows one name of a path. */
function step(
  reader: Reader,
  { at, path, roots }: { at: Target; path: string; roots: Roots },
  name: string,
): Target {
  const found =
    at.kind === 'place' && at.place === 'shared-drives'
      ? [...roots.drives].filter(([, each]) => isSame(each, name)).map(([id]) => id)
      : pick([...itemsIn(reader, at, roots, PATH_COLUMNS)], name);
  const [id] = found;
  if (id === undefined)
    throw new UserError(`there is no ${JSON.stringify(name)} in ${path}`, {
      hint: isTrash(name)
        ? TRASH_HINT
        : '`gdrive-sync ls` lists a folder, and `gdrive-sync search` finds a file anywhere',
    });
  if (found.length > 1)
    throw new UserError(`${String(found.length)} items in ${path} are named ${JSON.stringify(name)}`, {
      hint: `use an id instead: ${found.slice(0, SHOWN_IDS).join(', ')}`,
    });
  return { kind: 'folder', id };
}

/** The ids of the items with the name: exact matches before others, untrashed items before trashed ones. */
function pick(items: readonly Item[], name: string): string[] {
  const exact = items.filter((item) => item.name === name);
  const alike = exact.length > 0 ? exact : items.filter((item) => isSame(item.name, name));
  const alive = alike.filter(({ trashed }) => !trashed);
  return (alive.length > 0 ? alive : alike).map(({ id }) => id);
}

/** Compares names without regard to case and Unicode normalization. */
function isSame(a: string, b: string): boolean {
  return a === b || a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

/**
 * The item that a target names.
 * @throws UserError if it is a place, or a root folder that has no row in the store.
 */
export function requireItem(reader: Reader, target: Target, named: string): Item {
  const item = target.kind === 'folder' ? itemById(reader, target.id) : undefined;
  if (item !== undefined) return item;
  throw new UserError(`${JSON.stringify(named)} is not a file or folder with details to show`, {
    hint: '`gdrive-sync ls` lists what is in it',
  });
}
