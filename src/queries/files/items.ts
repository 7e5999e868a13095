import { FOLDER_TYPE } from '../../model/file';
import type { SqlValue } from '../../model/values';
import { childrenOf, isVisible } from '../../store/files/parents';
import type { Reader, Row } from '../../store/reader';
import { placeOf, type Ancestor, type Place, type Roots } from './places';
import { filesWhere, inPages } from './pages';
import { toAncestor } from './paths';
import { text } from '../row-values';

/** A file, folder or shortcut as lists show it. */
export interface Item extends Ancestor {
  mimeType: string | undefined;
  /** Bytes; a bigint beyond 2^53. */
  size: number | bigint | undefined;
  /** Bytes that count against its owner's quota; only if the query requested them. */
  quotaBytes: number;
  modifiedTime: string | undefined;
  ownerEmail: string | undefined;
  trashed: boolean;
  webViewLink: string | undefined;
  /** The file that a shortcut points at. */
  targetId: string | undefined;
}

/** What can be listed: a folder or shared drive by its id, a place that is not a folder, or all places. */
export type Target = { kind: 'folder'; id: string } | { kind: 'place'; place: Place | 'all' };

/** The columns of an item. */
export const ITEM_COLUMNS = `id, name, parent_id, owned_by_me, drive_id, mime_type, size, modified_time, owner_email, trashed,
  extra ->> '$.webViewLink' AS link, extra ->> '$.shortcutDetails.targetId' AS target`;

/** The columns of a path; reading the others costs several times as much. */
export const PATH_COLUMNS = 'id, name, parent_id, owned_by_me, drive_id, mime_type, trashed';

/** The columns that a sum of sizes needs. */
export const SPACE_COLUMNS = `${PATH_COLUMNS}, quota_bytes`;

const live = (columns: string): string => `SELECT ${columns} FROM file WHERE removed_at IS NULL`;
const AFTER = 'AND pk > ? ORDER BY pk LIMIT ?';

/** Makes an item of a row with `ITEM_COLUMNS`. */
export function toItem(row: Row): Item {
  return {
    ...toAncestor(row),
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

/** What a line of paths needs. */
export type PathItem = Ancestor & Pick<Item, 'mimeType' | 'trashed'>;

/** All live items, in no order, with what their paths need. A million take seconds. */
export function* allPathItems(reader: Reader): Generator<PathItem> {
  const sql = `${live('pk, id, name, parent_id, owned_by_me, drive_id, mime_type, trashed')} ${AFTER}`;
  const read = (after: number, limit: number) => [...reader.iterateValues(sql, after, limit)];
  for (const [, id, name, parentId, owned, driveId, mimeType, trashed] of inPages(read, ([pk]) => Number(pk)))
    yield {
      id: String(id),
      name: typeof name === 'string' ? name : '',
      parentId: typeof parentId === 'string' ? parentId : undefined,
      isMine: owned === 1,
      isOwn: owned === 1 || driveId !== null,
      mimeType: typeof mimeType === 'string' ? mimeType : undefined,
      trashed: trashed === 1,
    };
}

/** All live items, in no order. */
export function* allItems(reader: Reader): Generator<Item> {
  const sql = `${live(`pk, ${ITEM_COLUMNS}`)} ${AFTER}`;
  const read = (after: number, limit: number) => reader.all(sql, after, limit);
  for (const row of inPages(read, ({ pk }) => Number(pk))) yield toItem(row);
}

/** The folder of a target; undefined for a place that is not a folder. */
export function folderIdOf(target: Target, { myDrive }: Roots): string | undefined {
  if (target.kind === 'folder') return target.id;
  return target.place === 'my-drive' ? myDrive : undefined;
}

/** The items in a folder or a place, in no order. */
export function* itemsIn(
  reader: Reader,
  target: Target,
  roots: Roots,
  columns = ITEM_COLUMNS,
): Generator<Item> {
  const folderId = folderIdOf(target, roots);
  if (folderId !== undefined) yield* itemsOf(reader, folderId, columns);
  else if (target.kind === 'place' && target.place !== 'all' && target.place !== 'shared-drives')
    for (const { item, place } of unfiled(reader, roots, columns)) if (place === target.place) yield item;
}

/** The plus keeps SQLite from reading all children of the folder for a page of them. */
const IS_CHILD =
  '(+parent_id = ? OR EXISTS (SELECT 1 FROM file_parent WHERE file_pk = file.pk AND file_parent.parent_id = ?))';

function* itemsOf(reader: Reader, folderId: string, columns: string): Generator<Item> {
  const children = {
    condition: `pk IN (${childrenOf('?')})`,
    recheck: IS_CHILD,
    params: [folderId, folderId],
  };
  for (const row of filesWhere(reader, columns, children)) yield toItem(row);
}

/** The items below a target, folder by folder. Each comes once, however many folders it lies in. */
export function* itemsBelow(
  reader: Reader,
  target: Target,
  roots: Roots,
  columns = ITEM_COLUMNS,
): Generator<Item> {
  const isDrives = target.kind === 'place' && target.place === 'shared-drives';
  const queue: Target[] = isDrives
    ? [...roots.drives.keys()].map((id) => ({ kind: 'folder', id }))
    : [target];
  const seen = new Set(queue.map((each) => folderIdOf(each, roots)));
  /** Items met outside of their first folder. That folder may still come. */
  const others = new Map<string, Item>();
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const folderId = folderIdOf(next, roots);
    for (const item of itemsIn(reader, next, roots, columns)) {
      if (folderId === undefined || item.parentId === folderId) yield item;
      else others.set(item.id, item);
      if (!isFolderItem(item) || seen.has(item.id)) continue;
      seen.add(item.id);
      queue.push({ kind: 'folder', id: item.id });
    }
  }
  for (const item of others.values()) if (!seen.has(item.parentId)) yield item;
}

/** Ids of parents that have no live row. It reads only the index. */
export const UNSEEN_PARENTS = /* sql */ `
SELECT parent_id FROM (SELECT DISTINCT parent_id FROM file WHERE removed_at IS NULL AND parent_id IS NOT NULL) AS named
WHERE NOT EXISTS (SELECT 1 FROM file AS folder WHERE folder.id = named.parent_id AND folder.removed_at IS NULL)`;

const IN_NO_OTHER = `NOT EXISTS (SELECT 1 FROM file_parent WHERE file_pk = file.pk AND ${isVisible('file_parent.parent_id')})`;

/** Items without a visible folder, each with the place that shows it. */
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
    for (const row of reader.iterate(`${live(columns)} AND parent_id = ? AND ${IN_NO_OTHER}`, id)) {
      const item = toItem(row);
      yield { item, place: placeOf(item, roots) };
    }
  }
}
