import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** An entry of a folder; times are in ms. */
export interface FolderEntry {
  /** The path relative to the root folder, which is ''. */
  path: string;
  parent: string;
  fullPath: string;
  name: string;
  type: 'file' | 'folder' | 'link';
  size: number;
  createdMs: number;
  modifiedMs: number;
  /** The target of a link, relative to the root folder; undefined if it is outside or missing. */
  target?: string;
  targetIsFolder?: boolean;
}

/**
 * Lists everything below a folder and, last, the folder itself. It does not follow links. It skips sockets,
 * devices and entries that vanish meanwhile. Unreadable folders look empty.
 * @throws if the folder itself is missing or is not a folder.
 */
export async function walkFolder(root: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  const base = await realpath(root);
  await readdir(base);
  await walk({ base, entries }, '');
  entries.push(toEntry(await lstat(base), { base, parent: '', name: '' }));
  return entries;
}

interface Walking {
  base: string;
  entries: FolderEntry[];
}

async function walk(walking: Walking, parent: string): Promise<void> {
  const { base, entries } = walking;
  const names = await readNames(join(base, parent));
  const found = await Promise.all(names.map((name) => readEntry({ base, parent, name })));
  for (const entry of found) {
    if (entry === undefined) continue;
    entries.push(entry);
    if (entry.type === 'folder') await walk(walking, entry.path);
  }
}

/** Sorts the names, so that a folder looks the same on every file system. */
async function readNames(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch {
    return [];
  }
}

interface Place {
  base: string;
  parent: string;
  name: string;
}

async function readEntry(place: Place): Promise<FolderEntry | undefined> {
  const { base, parent, name } = place;
  try {
    const stats = await lstat(join(base, parent, name));
    if (stats.isSymbolicLink()) return { ...toEntry(stats, place), ...(await readTarget(place)) };
    return stats.isFile() || stats.isDirectory() ? toEntry(stats, place) : undefined;
  } catch {
    return undefined;
  }
}

function toEntry(stats: Stats, { base, parent, name }: Place): FolderEntry {
  const { size, birthtimeMs, mtimeMs } = stats;
  const type = stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'folder' : 'file';
  // Some file systems do not store the creation time.
  const createdMs = birthtimeMs > 0 ? birthtimeMs : mtimeMs;
  const path = parent === '' ? name : `${parent}/${name}`;
  return { path, parent, fullPath: join(base, path), name, type, size, createdMs, modifiedMs: mtimeMs };
}

async function readTarget({
  base,
  parent,
  name,
}: Place): Promise<Pick<FolderEntry, 'target' | 'targetIsFolder'>> {
  try {
    const target = await realpath(join(base, parent, name));
    const targetIsFolder = (await stat(target)).isDirectory();
    const path = relative(base, target);
    return path.startsWith('..') ? { targetIsFolder } : { target: path.split(sep).join('/'), targetIsFolder };
  } catch {
    return {};
  }
}
