import { FOLDER_TYPE } from '../../model/file';
import type { Reader, Row } from '../../store/reader';
import { escapeName } from './path-text';
import { placeOf, PLACES, readRoots, type Ancestor, type Roots } from './places';
import { text } from '../row-values';

/**
 * Paths of files and folders. None is stored. A file in several folders has the path through the first
 * visible one.
 */
export interface Paths {
  /** The path of a file or folder; undefined if it has no live row and is not a root. */
  pathOf(id: string): string | undefined;
  /** The path of an item with this name and parent. */
  pathIn(file: Ancestor): string;
}

const COLUMNS = 'id, name, parent_id, owned_by_me, drive_id';

/** Paths for a handful of files: looks folders up one by one and caches them. */
export function pathsOf(reader: Reader): Paths {
  const sql = `SELECT ${COLUMNS} FROM file WHERE id = ? AND removed_at IS NULL`;
  return new PathFinder(reader, (id) => {
    const row = reader.get(sql, id);
    return row && toAncestor(row);
  });
}

/**
 * A function that gives the path of a row, or the last one of a removed row, whose folders may be gone too.
 * The row has the columns of `toAncestor` and `removed_at`.
 */
export function lastPathsOf(reader: Reader): (row: Row) => string {
  const live = pathsOf(reader);
  const sql = `SELECT ${COLUMNS} FROM file WHERE id = ?`;
  const last = new PathFinder(reader, (id) => {
    const row = reader.get(sql, id);
    return row && toAncestor(row);
  });
  return (row) => (row['removed_at'] === null ? live : last).pathIn(toAncestor(row));
}

/** The path that a removed file had; undefined if the store has never seen the file. */
export function lastPathOf(reader: Reader, id: string): string | undefined {
  const row = reader.get(`SELECT ${COLUMNS}, removed_at FROM file WHERE id = ?`, id);
  return row && lastPathsOf(reader)(row);
}

/** Paths for all files: holds the folders in memory, a hundred bytes each. */
export function allPaths(reader: Reader): Paths {
  // An index has the keys of folders; reading all rows for them would take far longer.
  const sql = `SELECT ${COLUMNS} FROM file WHERE pk IN (SELECT pk FROM file WHERE mime_type = ? AND removed_at IS NULL)`;
  const folders = new Map<string, Ancestor>();
  for (const row of reader.iterate(sql, FOLDER_TYPE)) folders.set(String(row['id']), toAncestor(row));
  return new PathFinder(reader, (id) => folders.get(id));
}

/** Reads the columns that paths need. */
export function toAncestor(row: Row): Ancestor {
  const isMine = Number(row['owned_by_me'] ?? 0) === 1;
  return {
    id: String(row['id']),
    name: text(row, 'name') ?? '',
    parentId: text(row, 'parent_id'),
    isOwn: isMine || row['drive_id'] !== null,
    isMine,
  };
}

const PARENTS = /* sql */ `
SELECT file_parent.parent_id AS id FROM file JOIN file_parent ON file_pk = pk WHERE file.id = ? ORDER BY 1`;

class PathFinder implements Paths {
  readonly #reader: Reader;
  readonly #roots: Roots;
  readonly #look: (id: string) => Ancestor | undefined;
  /** Paths of folders; undefined in a circle. JavaScript shares the common beginnings. */
  readonly #known = new Map<string, string | undefined>();

  constructor(reader: Reader, look: (id: string) => Ancestor | undefined) {
    const roots = readRoots(reader);
    this.#reader = reader;
    this.#roots = roots;
    this.#look = look;
    if (roots.myDrive !== undefined) this.#known.set(roots.myDrive, `/${PLACES['my-drive']}`);
    for (const [id, name] of roots.drives)
      this.#known.set(id, `/${PLACES['shared-drives']}/${escapeName(name)}`);
  }

  pathOf(id: string): string | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const file = this.#look(id);
    return file && this.pathIn(file);
  }

  pathIn(file: Ancestor): string {
    const parentId = this.#parentOf(file);
    const folder = parentId === undefined ? undefined : this.#folder(parentId);
    const isInCircle = folder === undefined && parentId !== undefined && this.#isVisible(parentId);
    const place = isInCircle ? 'no-folder' : placeOf(file, this.#roots);
    return `${folder ?? `/${PLACES[place]}`}/${escapeName(file.name)}`;
  }

  /** The first folder of a file, or another one if the first is not visible. */
  #parentOf({ id, parentId }: Ancestor): string | undefined {
    if (parentId === undefined || this.#isVisible(parentId)) return parentId;
    const others = this.#reader.all(PARENTS, id).map((row) => String(row['id']));
    return others.find((other) => this.#isVisible(other)) ?? parentId;
  }

  #isVisible(id: string): boolean {
    return this.#known.has(id) || this.#look(id) !== undefined;
  }

  /** The path of a folder; undefined if it is not visible, or lies in a circle of folders. */
  #folder(id: string): string | undefined {
    const { above, at } = this.#climb(id);
    const top = above.at(-1)?.folder;
    let path = at === undefined ? undefined : this.#known.get(at);
    const isCircle = path === undefined && at !== undefined && this.#isVisible(at);
    if (path === undefined && top !== undefined && !isCircle) path = `/${PLACES[placeOf(top, this.#roots)]}`;
    for (const { id: each, folder } of above.toReversed()) {
      if (path !== undefined) path = `${path}/${escapeName(folder.name)}`;
      this.#known.set(each, path);
    }
    return path;
  }

  /**
   * The folders from one upwards, to where the path is known, ends or comes round. There may be thousands, so
   * no recursion.
   */
  #climb(id: string): { above: { id: string; folder: Ancestor }[]; at: string | undefined } {
    const above: { id: string; folder: Ancestor }[] = [];
    const seen = new Set<string>();
    let at: string | undefined = id;
    while (at !== undefined && !this.#known.has(at) && !seen.has(at)) {
      const folder: Ancestor | undefined = this.#look(at);
      if (folder === undefined) break;
      seen.add(at);
      above.push({ id: at, folder });
      at = this.#parentOf(folder);
    }
    return { above, at };
  }
}
