import { FOLDER_TYPE, type SqlValue } from '../model/file';
import type { Reader, Row } from '../store/reader';
import { placeOf, type Ancestor, type Place, type Roots } from './places';
import { filesWhere, inPages } from './pages';
import { toAncestor } from './paths';
import { text } from './row-values';

/** A file, folder or shortcut as lists show it. */
export interface Item extends Ancestor {
  id: string;
  mimeType: string | undefined;
  /** Bytes; bigint beyond 2^53. */
  size: number | bigint | undefined;
  /** What it counts against its owner's quota; only where that was asked for. */
  quotaBytes: number;
  modifiedTime: string | undefined;
  ownerEmail: string | undefined;
  trashed: boolean;
  webViewLink: string | undefined;
  /** What a shortcut points at. */
  targetId: string | undefined;
}

/** What can be listed: a folder or shared drive by its id, a place that is no folder, or all places. */
export type Target = { kind: 'folder'; id: string } | { kind: 'place'; place: Place | 'all' };

/** The columns that an item is made of. */
export const ITEM_COLUMNS = `id, name, parent_id, owned_by_me, drive_id, mime_type, size, modified_time, owner_email, trashed,
  extra ->> '$.webViewLink' AS link, extra ->> '$.shortcutDetails.targetId' AS target`;

/** The columns that a path is made of; the others cost several times as much. */
export const PATH_COLUMNS = 'id, name, parent_id, owned_by_me, drive_id, mime_type, trashed';

/** The columns that say what something takes up. */
export const SPACE_COLUMNS = `${PATH_COLUMNS}, quota_bytes`;

const live = (columns: string): string => `SELECT ${columns} FROM file WHERE removed_at IS NULL`;
const AFTER = 'AND pk > ? ORDER BY pk LIMIT ?';

/** Makes an item of a row with `ITEM_COLUMNS`. */
export function toItem(row: Row): Item {
  return {
    ...toAncestor(row),
    id: String(row['id']),
    mimeType: text(row, 'mime_type'),
    size: toSize(row['size']),
    quotaBytes: Number(row['quota_bytes'] ?? 0),
    modifiedTime: text(row, 'modified_time'),
    ownerEmail: text(row, 'owner_email'),
    trashed: Number(row['trashed'] ?? 0) === 1,
    webViewLink: text(row, 'link'),
    targetId: text(row, 'target'),
  };
}

function toSize(value: SqlValue | undefined): number | bigint | undefined {
  if (value == null || typeof value === 'string') return undefined;
  const size = Number(value);
  return Number.isSafeInteger(size) ? size : value;
}

/** True for a folder. */
export function isFolderItem({ mimeType }: Pick<Item, 'mimeType'>): boolean {
  return mimeType === FOLDER_TYPE;
}

/** The live item with this id; undefined if there is none. */
export function itemById(reader: Reader, id: string): Item | undefined {
  const row = reader.get(`${live(ITEM_COLUMNS)} AND id = ?`, id);
  return row && toItem(row);
}

/** What a line of paths needs to know. */
export type PathItem = Ancestor & Pick<Item, 'mimeType' | 'trashed'>;

/** Everything that exists, in no order, with what its path needs: a million in seconds. */
export function* allPathItems(reader: Reader): Generator<PathItem> {
  const sql = `${live('pk, name, parent_id, owned_by_me, drive_id, mime_type, trashed')} ${AFTER}`;
  const read = (after: number, limit: number) => [...reader.iterateValues(sql, after, limit)];
  for (const [, name, parentId, owned, driveId, mimeType, trashed] of inPages(read, ([pk]) => Number(pk)))
    yield {
      name: typeof name === 'string' ? name : '',
      parentId: typeof parentId === 'string' ? parentId : undefined,
      isMine: owned === 1,
      isOwn: owned === 1 || driveId !== null,
      mimeType: typeof mimeType === 'string' ? mimeType : undefined,
      trashed: trashed === 1,
    };
}

/** Everything that exists, in no order. */
export function* allItems(reader: Reader): Generator<Item> {
  const sql = `${live(`pk, ${ITEM_COLUMNS}`)} ${AFTER}`;
  const read = (after: number, limit: number) => reader.all(sql, after, limit);
  for (const row of inPages(read, ({ pk }) => Number(pk))) yield toItem(row);
}

/** What lies in a folder or in a place, in no order. */
export function* itemsIn(
  reader: Reader,
  target: Target,
  roots: Roots,
  columns = ITEM_COLUMNS,
): Generator<Item> {
  if (target.kind === 'folder') yield* itemsOf(reader, target.id, columns);
  else if (target.place === 'my-drive' && roots.myDrive !== undefined)
    yield* itemsOf(reader, roots.myDrive, columns);
  else if (target.place !== 'all' && target.place !== 'shared-drives')
    for (const { item, place } of unfiled(reader, roots, columns)) if (place === target.place) yield item;
}

function* itemsOf(reader: Reader, folderId: string, columns: string): Generator<Item> {
  const children = { condition: 'parent_id = ?', params: [folderId] };
  for (const row of filesWhere(reader, columns, children)) yield toItem(row);
}

/** Folders that something lies in and that cannot be seen: one look at the index. */
const UNSEEN_PARENTS = /* sql */ `
SELECT parent_id FROM (SELECT DISTINCT parent_id FROM file WHERE removed_at IS NULL AND parent_id IS NOT NULL) AS named
WHERE NOT EXISTS (SELECT 1 FROM file AS folder WHERE folder.id = named.parent_id AND folder.removed_at IS NULL)`;

/** Everything whose folder cannot be seen, with the place where it is shown. */
export function* unfiled(
  reader: Reader,
  roots: Roots,
  columns = PATH_COLUMNS,
): Generator<{ item: Item; place: Place }> {
  for (const row of filesWhere(reader, columns, { condition: 'parent_id IS NULL', params: [] })) {
    const item = toItem(row);
    if (item.id !== roots.myDrive && !roots.drives.has(item.id)) yield { item, place: placeOf(item, roots) };
  }
  for (const { parent_id: parent } of reader.all(UNSEEN_PARENTS)) {
    const id = String(parent);
    if (id === roots.myDrive || roots.drives.has(id)) continue;
    for (const item of itemsOf(reader, id, columns)) yield { item, place: placeOf(item, roots) };
  }
}
