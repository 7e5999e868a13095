import type { Reader } from '../../store/reader';

const PARENTS = /* sql */ `
SELECT parent_id FROM file WHERE id = ?
UNION SELECT file_parent.parent_id FROM file JOIN file_parent ON file_pk = pk WHERE id = ?`;

/**
 * Returns a test whether a file is the folder or lies anywhere below it, now or when it was removed, through
 * any of its parents. The test climbs from the file and remembers every folder on its way, so a few files
 * cost a few look-ups however much the folder holds. Folders may move, so use one test for one question only.
 */
export function belowFolder(reader: Reader, folderId: string): (id: string) => boolean {
  const known = new Map<string, boolean>([[folderId, true]]);
  const parentsOf = (id: string): string[] =>
    reader
      .all(PARENTS, id, id)
      .flatMap(({ parent_id: parent }) => (typeof parent === 'string' ? [parent] : []));

  /**
   * Climbs through every parent up to what is known or has no parent, then decides for everything on the way,
   * top down.
   */
  function learn(id: string): void {
    const children = new Map<string, string[]>();
    const met = new Set([id]);
    for (const each of met) {
      if (known.has(each)) continue;
      for (const parent of parentsOf(each)) {
        children.set(parent, [...(children.get(parent) ?? []), each]);
        met.add(parent);
      }
    }
    const below = new Set([...met].filter((each) => known.get(each) === true));
    for (const each of below) for (const child of children.get(each) ?? []) below.add(child);
    for (const each of met) known.set(each, below.has(each));
  }

  return (id) => {
    if (!known.has(id)) learn(id);
    return known.get(id) === true;
  };
}
