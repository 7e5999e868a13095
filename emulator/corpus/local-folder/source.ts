import { createReaders, type DriveUser } from '../../drive/drive-file';
import type { FileSource } from '../corpus';
import type { FolderSpec } from '../spec';
import { readFolder } from './files';

/**
 * Presents a local folder as a Drive: https://developers.google.com/workspace/drive/api/guides/about-files
 */
export async function createFolderSource({ path }: FolderSpec, user: DriveUser): Promise<FileSource> {
  const { files, keys, entries } = await readFolder(path, user);
  const slots = new Map(files.map(({ id }, slot) => [id, slot]));
  return {
    // The last file is the folder itself, "My Drive".
    count: files.length - 1,
    rootSlot: files.length - 1,
    modifiedTimes: Float64Array.from(files, ({ modifiedTime }) => Date.parse(modifiedTime ?? '')),
    trash: new Uint8Array(files.length),
    readers: createReaders((field) => (slot) => files[slot]?.[field]),
    localFile: (slot) => {
      const [entry, file] = [entries[slot], files[slot]];
      if (entry === undefined || file?.md5Checksum === undefined) return undefined;
      const { fullPath, size, modifiedMs } = entry;
      return { path: fullPath, size, modifiedMs, revisionId: file.headRevisionId ?? '' };
    },
    key: (slot) => keys[slot] ?? 0,
    slotOf: (id) => slots.get(id),
    parentSlots: (slot) => (files[slot]?.parents ?? []).flatMap((id) => slots.get(id) ?? []),
  };
}
