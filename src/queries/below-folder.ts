import type { Reader } from '../store/reader';
import { text } from './row-values';

/** A file as far as it matters where it lies: now, or when it was removed. */
export interface Placed {
  id: string;
  parentId: string | undefined;
}

/**
 * Makes a test whether a file is a folder or lies anywhere below it. It climbs from the file and remembers each folder that it met, so that a
 * few files cost a few look-ups however much lies below the folder. To be made anew when folders may have moved.
 */
export function belowFolder(reader: Reader, folderId: string): (file: Placed) => boolean {
  const known = new Map<string, boolean>([[folderId, true]]);
  const parentOf = (id: string): string | undefined => {
    const row = reader.get('SELECT parent_id FROM file WHERE id = ?', id);
    return row && text(row, 'parent_id');
  };
  return ({ id, parentId }) => {
    if (id === folderId) return true;
    const met: string[] = [];
    let at = parentId;
    while (at !== undefined && !known.has(at)) {
      met.push(at);
      // Folders that lie in each other end the climb when it comes around.
      known.set(at, false);
      at = parentOf(at);
    }
    const isBelow = at !== undefined && known.get(at) === true;
    for (const each of met) known.set(each, isBelow);
    return isBelow;
  };
}
