import { FOLDER_TYPE } from '../../model/file';
import type { Reader } from '../../store/reader';
import { folderIdOf, unfiled, type Target } from './items';
import type { Roots } from './places';

const CHILDREN = 'SELECT pk, mime_type = ? FROM file WHERE parent_id = ? AND removed_at IS NULL';
const OTHER_CHILDREN = /* sql */ `
SELECT pk, mime_type = ? FROM file_parent JOIN file ON pk = file_pk
WHERE file_parent.parent_id = ? AND removed_at IS NULL`;
/** Keys of files with several parents. */
const SEVERAL = 'SELECT DISTINCT file_pk AS pk FROM file_parent';
const BY_IDS = /* sql */ `
SELECT pk, mime_type = ? FROM file WHERE id IN (SELECT value FROM json_each(?)) AND removed_at IS NULL`;

/**
 * The keys of the live files of a target, folder by folder, each once: a file alone, or everything below a
 * folder or place. It reads little but an index, so it is several times as fast as `itemsBelow`.
 */
export function* keysBelow(reader: Reader, target: Target, roots: Roots): Generator<number> {
  const several = new Set(reader.all(SEVERAL).map(({ pk }) => Number(pk)));
  const tops = topsOf(reader, target, roots);
  const folders = [...tops.folders];
  const met = new Set(folders);
  const taken = new Set<number>();
  function* take(rows: Iterable<unknown[]>, isSeveral: boolean): Generator<number> {
    for (const [key, isFolder] of rows) {
      const pk = Number(key);
      if (several.has(pk) !== isSeveral || taken.has(pk)) continue;
      if (isSeveral) taken.add(pk);
      if (isFolder === 1) enqueue(String(reader.get('SELECT id FROM file WHERE pk = ?', pk)?.['id']));
      yield pk;
    }
  }
  function enqueue(id: string): void {
    if (met.has(id)) return;
    met.add(id);
    folders.push(id);
  }
  const loose = [...reader.iterateValues(BY_IDS, FOLDER_TYPE, JSON.stringify(tops.items))];
  yield* take(loose, false);
  yield* take(loose, true);
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    // All at once: an open statement would keep the write-ahead log from being reused.
    yield* take([...reader.iterateValues(CHILDREN, FOLDER_TYPE, next)], false);
    if (several.size > 0) yield* take([...reader.iterateValues(OTHER_CHILDREN, FOLDER_TYPE, next)], true);
  }
}

/** Where to begin: folders whose contents are wanted, and items that are wanted themselves. */
function topsOf(reader: Reader, target: Target, roots: Roots): { folders: string[]; items: string[] } {
  const id = folderIdOf(target, roots);
  if (id !== undefined)
    return roots.myDrive === id || roots.drives.has(id) ? { folders: [id], items: [] } : belowOne(reader, id);
  if (target.kind === 'folder' || target.place === 'all') return { folders: [], items: [] };
  if (target.place === 'shared-drives') return { folders: [...roots.drives.keys()], items: [] };
  const items = [...unfiled(reader, roots)].filter(({ place }) => place === target.place);
  return { folders: [], items: items.map(({ item }) => item.id) };
}

/** A folder stands for what is in it, a file for itself. */
function belowOne(reader: Reader, id: string): { folders: string[]; items: string[] } {
  const isFolder = reader.get('SELECT mime_type FROM file WHERE id = ?', id)?.['mime_type'] === FOLDER_TYPE;
  return isFolder ? { folders: [id], items: [] } : { folders: [], items: [id] };
}
