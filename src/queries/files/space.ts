import { FOLDER_TYPE } from '../../model/file';
import type { SqlValue } from '../../model/values';
import { HAS_ONE_PARENT, isVisible, stepDown } from '../../store/files/parents';
import type { Reader, Row } from '../../store/reader';
import { folderIdOf, isFolderItem, itemById, itemsIn, SPACE_COLUMNS, unfiled, type Target } from './items';
import { PLACES, type Place, type Roots } from './places';
import { text } from '../row-values';

/**
 * The space that files take. `bytes` count against the quota of their owners, `ownBytes` against the user's
 * own.
 */
export interface Space {
  bytes: number;
  ownBytes: number;
  files: number;
}

/** A group of files and its space. */
export interface SpacePart extends Space {
  key: string;
  /** Of the folder, drive or file; undefined for other groups. */
  id: string | undefined;
}

/** What files are grouped by. */
export type SpaceKey = 'type' | 'owner' | 'drive' | 'age';

/** The files to add up: everything below some folders, and some files. Undefined means everything. */
export interface SpaceScope {
  folders: readonly string[];
  files: readonly string[];
}

// `total` and not `sum`: `sum` fails on sizes near 2^63, which a file may claim to have.
const SPACE =
  'total(quota_bytes) AS bytes, total(iif(owned_by_me, quota_bytes, 0)) AS own, count(*) AS files';

const KEYS: Readonly<Record<SpaceKey, string>> = {
  type: "coalesce(mime_type, 'unknown')",
  owner: "coalesce(owner_email, iif(drive_id IS NULL, 'unknown', 'shared drives'))",
  drive:
    "coalesce((SELECT coalesce(name, id) FROM source WHERE source.id = file.drive_id), file.drive_id, 'no shared drive')",
  age: `CASE WHEN modified_time IS NULL THEN 'unknown' WHEN modified_time >= ? THEN 'less than 30 days'
    WHEN modified_time >= ? THEN '30 days to 1 year' WHEN modified_time >= ? THEN '1 to 2 years'
    WHEN modified_time >= ? THEN '2 to 5 years' ELSE 'more than 5 years' END`,
};
const AGES_IN_DAYS = [30, 365, 730, 1826];
const DAY_MS = 86_400_000;

const IS_FOLDER = `mime_type = '${FOLDER_TYPE}' AND removed_at IS NULL`;

/**
 * A file in several folders counts in one of them, the one with the lowest id, so that no sum counts it
 * twice.
 */
const COUNTED = /* sql */ `
counted (file_pk, parent_id) AS MATERIALIZED (
  SELECT file_pk, min(parent_id) FROM file_parent WHERE ${isVisible('file_parent.parent_id')} GROUP BY file_pk)`;

/**
 * Folders below folders, each with the folder that it was reached from. A cycle ends because no pair comes
 * twice.
 */
const BELOW = /* sql */ `
WITH RECURSIVE ${COUNTED}, below (id, top) AS (
  SELECT value, value FROM json_each(?)
  UNION SELECT file.id, top FROM below JOIN file ON file.parent_id = below.id WHERE ${IS_FOLDER} AND ${HAS_ONE_PARENT}
  UNION SELECT file.id, top FROM below JOIN counted ON counted.parent_id = below.id JOIN file ON file.pk = file_pk WHERE ${IS_FOLDER}
)`;
const IN_SCOPE = /* sql */ `
removed_at IS NULL AND (
  parent_id IN (SELECT id FROM below) AND ${HAS_ONE_PARENT}
  OR file.pk IN (SELECT file_pk FROM counted JOIN below ON below.id = counted.parent_id)
  OR file.id IN (SELECT value FROM json_each(?)))`;

/** The ids of folders and of all folders below them, through every parent. */
export function folderIdsBelow(reader: Reader, folders: readonly string[]): string[] {
  const sql = /* sql */ `
    WITH RECURSIVE below (id) AS (SELECT value FROM json_each(?) UNION ${stepDown(IS_FOLDER)})
    SELECT id FROM below`;
  return reader.all(sql, JSON.stringify(folders)).map((row) => String(row['id']));
}

/** The space of all files in a scope, with and without the trash. */
export function totalSpace(reader: Reader, scope: SpaceScope | undefined): { all: Space; trashed: Space } {
  const of = (condition: string): Space =>
    scope === undefined
      ? toSpace(reader.get(`SELECT ${SPACE} FROM file WHERE removed_at IS NULL${condition}`))
      : toSpace(
          reader.get(`${BELOW} SELECT ${SPACE} FROM file WHERE ${IN_SCOPE}${condition}`, ...params(scope)),
        );
  return { all: of(''), trashed: of(' AND trashed = 1') };
}

/** The space of the files in a scope, grouped by a key. */
export function spaceBy(
  reader: Reader,
  key: SpaceKey,
  scope: SpaceScope | undefined,
  now: number,
): SpacePart[] {
  const ages = key === 'age' ? AGES_IN_DAYS.map((days) => new Date(now - days * DAY_MS).toISOString()) : [];
  const select = `SELECT ${KEYS[key]} AS key, ${SPACE} FROM file WHERE`;
  const rows =
    scope === undefined
      ? reader.all(`${select} removed_at IS NULL GROUP BY 1`, ...ages)
      : reader.all(
          `${BELOW} ${select} ${IN_SCOPE} GROUP BY 1`,
          JSON.stringify(scope.folders),
          ...ages,
          JSON.stringify(scope.files),
        );
  return rows.map((row) => ({ key: text(row, 'key') ?? '', id: undefined, ...toSpace(row) }));
}

/**
 * The space of each item in a folder, with everything below it. Items that count in another folder are left
 * out.
 */
export function spaceByFolder(reader: Reader, target: Target, roots: Roots): SpacePart[] {
  const isTop = target.kind === 'place' && (target.place === 'all' || target.place === 'shared-drives');
  if (isTop) return spaceByPlace(reader, target.place === 'all', roots);
  const elsewhere = countedElsewhere(reader, folderIdOf(target, roots));
  const items = [...itemsIn(reader, target, roots)].filter(({ id }) => !elsewhere.has(id));
  const folders = items.filter(isFolderItem).map(({ id }) => id);
  const spaces = spaceBelow(reader, folders);
  const sizes = sizesOf(
    reader,
    items.filter((item) => !isFolderItem(item)).map(({ id }) => id),
  );
  return items.map((item) => {
    const space = isFolderItem(item) ? spaces.get(item.id) : sizes.get(item.id);
    return { key: isFolderItem(item) ? `${item.name}/` : item.name, id: item.id, ...(space ?? NOTHING) };
  });
}

const NOTHING: Space = { bytes: 0, ownBytes: 0, files: 0 };

function spaceByPlace(reader: Reader, all: boolean, { myDrive, drives }: Roots): SpacePart[] {
  const spaces = spaceBelow(reader, [...drives.keys(), ...(all && myDrive !== undefined ? [myDrive] : [])]);
  const parts = [...drives].map(([id, name]) => ({
    key: all ? `/${PLACES['shared-drives']}/${name}/` : `${name}/`,
    id,
    ...(spaces.get(id) ?? NOTHING),
  }));
  if (!all) return parts;
  const loose = spaceOfUnfiled(reader, { myDrive, drives });
  const own = myDrive === undefined ? loose('my-drive') : (spaces.get(myDrive) ?? NOTHING);
  return [
    { key: `/${PLACES['my-drive']}/`, id: myDrive, ...own },
    { key: `/${PLACES['shared-with-me']}/`, id: undefined, ...loose('shared-with-me') },
    { key: `/${PLACES['no-folder']}/`, id: undefined, ...loose('no-folder') },
    ...parts,
  ];
}

/** The space of items without a visible folder, by place, each folder with everything below it. */
function spaceOfUnfiled(reader: Reader, roots: Roots): (place: Place) => Space {
  const sums = new Map<Place, Space>();
  const folders = new Map<string, Place>();
  const add = (place: Place, { bytes, ownBytes, files }: Space): void => {
    const sum = sums.get(place) ?? NOTHING;
    sums.set(place, {
      bytes: sum.bytes + bytes,
      ownBytes: sum.ownBytes + ownBytes,
      files: sum.files + files,
    });
  };
  for (const { item, place } of unfiled(reader, roots, SPACE_COLUMNS)) {
    const { quotaBytes, isMine } = item;
    add(place, { bytes: quotaBytes, ownBytes: isMine ? quotaBytes : 0, files: 1 });
    if (isFolderItem(item)) folders.set(item.id, place);
  }
  for (const [id, space] of spaceBelow(reader, [...folders.keys()]))
    add(folders.get(id) ?? 'no-folder', space);
  return (place) => sums.get(place) ?? NOTHING;
}

/** The ids of files in a folder that count in another one. */
function countedElsewhere(reader: Reader, folderId: string | undefined): Set<string> {
  if (folderId === undefined) return new Set();
  const sql = /* sql */ `
    WITH ${COUNTED}
    SELECT file.id FROM file_parent JOIN counted USING (file_pk) JOIN file ON file.pk = file_pk
    WHERE file_parent.parent_id = ? AND counted.parent_id <> file_parent.parent_id`;
  return new Set(reader.all(sql, folderId).map((row) => String(row['id'])));
}

/** `CROSS JOIN` goes folder by folder; SQLite would otherwise scan all files. */
function spaceBelow(reader: Reader, folders: readonly string[]): Map<string, Space> {
  const sql = /* sql */ `
    ${BELOW} SELECT top, ${SPACE} FROM (
      SELECT top, quota_bytes, owned_by_me FROM below CROSS JOIN file ON file.parent_id = below.id
      WHERE removed_at IS NULL AND ${HAS_ONE_PARENT}
      UNION ALL
      SELECT top, quota_bytes, owned_by_me FROM below JOIN counted ON counted.parent_id = below.id JOIN file ON file.pk = file_pk
      WHERE removed_at IS NULL)
    GROUP BY top`;
  const rows = reader.all(sql, JSON.stringify(folders));
  return new Map(rows.map((row) => [String(row['top']), toSpace(row)]));
}

function sizesOf(reader: Reader, files: readonly string[]): Map<string, Space> {
  const sql = `SELECT file.id, ${SPACE} FROM json_each(?) JOIN file ON file.id = value GROUP BY file.id`;
  const rows = reader.all(sql, JSON.stringify(files));
  return new Map(rows.map((row) => [String(row['id']), toSpace(row)]));
}

/** The scope of a target, the target itself included if it is a file. Undefined means everything. */
export function scopeOf(reader: Reader, target: Target, roots: Roots): SpaceScope | undefined {
  if (target.kind === 'folder') {
    const item = itemById(reader, target.id);
    const isFile = item !== undefined && !isFolderItem(item);
    return isFile ? { folders: [], files: [target.id] } : { folders: [target.id], files: [] };
  }
  if (target.place === 'all') return undefined;
  if (target.place === 'shared-drives') return { folders: [...roots.drives.keys()], files: [] };
  if (target.place === 'my-drive' && roots.myDrive !== undefined)
    return { folders: [roots.myDrive], files: [] };
  return unfiledScope(reader, target.place, roots);
}

function unfiledScope(reader: Reader, place: Place, roots: Roots): SpaceScope {
  const items = [...unfiled(reader, roots)].filter((each) => each.place === place).map(({ item }) => item);
  return { folders: items.filter(isFolderItem).map(({ id }) => id), files: items.map(({ id }) => id) };
}

function params({ folders, files }: SpaceScope): SqlValue[] {
  return [JSON.stringify(folders), JSON.stringify(files)];
}

function toSpace(row: Row | undefined): Space {
  return {
    bytes: Number(row?.['bytes'] ?? 0),
    ownBytes: Number(row?.['own'] ?? 0),
    files: Number(row?.['files'] ?? 0),
  };
}
