import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { FOLDER, SHORTCUT, type DriveFile, type DriveUser } from '../../drive/drive-file';
import { typeOfExtension } from '../seed/file-kind';
import { grant } from '../seed/sharing';
import { checksumFile, type Checksums } from './checksum';
import { walkFolder, type FolderEntry } from './walk';

/** The files of a folder and their sort keys. The folder itself comes last. */
export interface FolderFiles {
  files: DriveFile[];
  keys: number[];
  /** The entry of each file. */
  entries: FolderEntry[];
}

const CONCURRENCY = 16;

/**
 * Reads a folder with the checksums of all its files. Symbolic links become shortcuts and are not followed.
 * Unreadable files have no checksums. Files that vanish meanwhile are left out.
 */
export async function readFolder(path: string, user: DriveUser): Promise<FolderFiles> {
  const found = await walkFolder(path);
  const checksums = await checksumAll(found);
  const files: DriveFile[] = [];
  const keys: number[] = [];
  const entries: FolderEntry[] = [];
  const known = new Set(found.map(({ path: entryPath }) => entryPath));
  for (const entry of found) {
    const sums = checksums.get(entry);
    if (sums === 'vanished') continue;
    files.push(toDriveFile(entry, { user, sums, known }));
    keys.push(keyOf(entry.path));
    entries.push(entry);
  }
  return { files, keys, entries };
}

async function checksumAll(
  entries: readonly FolderEntry[],
): Promise<Map<FolderEntry, Checksums | 'unreadable' | 'vanished'>> {
  const results = new Map<FolderEntry, Checksums | 'unreadable' | 'vanished'>();
  const queue = entries.filter(({ type }) => type === 'file').values();
  const worker = async (): Promise<void> => {
    for (const entry of queue) results.set(entry, await checksumFile(entry.fullPath, entry.size));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}

interface EntryContext {
  user: DriveUser;
  sums: Checksums | 'unreadable' | undefined;
  known: ReadonlySet<string>;
}

function toDriveFile(entry: FolderEntry, context: EntryContext): DriveFile {
  const id = idOf(entry.path);
  const isRoot = entry.path === '';
  const { user } = context;
  return {
    kind: 'drive#file',
    id,
    name: isRoot ? 'My Drive' : entry.name,
    mimeType: mimeTypeOf(entry),
    starred: false,
    trashed: false,
    explicitlyTrashed: false,
    ...(!isRoot && { parents: [idOf(entry.parent)] }),
    spaces: ['drive'],
    // The modification time grows with every change of the file, like Drive's version.
    version: String(Math.max(1, Math.floor(entry.modifiedMs))),
    createdTime: instant(entry.createdMs),
    modifiedTime: instant(entry.modifiedMs),
    modifiedByMe: true,
    modifiedByMeTime: instant(entry.modifiedMs),
    viewedByMe: false,
    shared: false,
    ownedByMe: true,
    owners: [user],
    lastModifyingUser: user,
    permissions: [grant(user, 'owner')],
    permissionIds: [user.permissionId],
    quotaBytesUsed: entry.type === 'file' ? String(entry.size) : '0',
    webViewLink: webViewLink(entry, id),
    isAppAuthorized: false,
    writersCanShare: true,
    ...contentOf(entry, context),
  };
}

function contentOf(entry: FolderEntry, { sums, known }: EntryContext): Partial<DriveFile> {
  if (entry.type === 'folder') return {};
  if (entry.type === 'link') {
    const inside = entry.target !== undefined && known.has(entry.target);
    const targetMimeType =
      entry.targetIsFolder === true ? FOLDER : typeOfExtension(extname(entry.target ?? '').slice(1));
    return {
      shortcutDetails: {
        targetId: idOf(inside ? (entry.target ?? '') : `outside:${entry.path}`),
        targetMimeType,
      },
    };
  }
  const extension = extname(entry.name).slice(1);
  return {
    size: String(entry.size),
    originalFilename: entry.name,
    ...(extension !== '' && { fileExtension: extension, fullFileExtension: extension }),
    headRevisionId: `0B${digest(`${entry.path} ${String(entry.modifiedMs)}`).toString('base64url')}`,
    ...(sums !== 'unreadable' && sums),
  };
}

function mimeTypeOf({ type, name }: FolderEntry): string {
  if (type === 'folder') return FOLDER;
  return type === 'link' ? SHORTCUT : typeOfExtension(extname(name).slice(1));
}

function webViewLink({ type }: FolderEntry, id: string): string {
  return type === 'folder'
    ? `https://drive.google.com/drive/folders/${id}`
    : `https://drive.google.com/file/d/${id}/view?usp=drivesdk`;
}

function instant(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** An id of 33 characters that depends only on the path. */
function idOf(path: string): string {
  return `1${digest(path).toString('base64url').slice(0, 32)}`;
}

/** 48 bits from the end of the digest; the id starts with its beginning. */
function keyOf(path: string): number {
  return digest(path).readUIntBE(24, 6);
}
