import { FOLDER_TYPE } from '../../model/file';
import type { ContentSettings } from '../../model/settings';
import { kindOf } from '../model/kind';
import type { ContentReason } from '../model/state';

/** What the plan knows of a file, from the metadata alone. Times are RFC 3339. */
export interface PlannedFile {
  id: string;
  name: string;
  mimeType: string;
  size: number | undefined;
  md5: string | undefined;
  modifiedTime: string;
  trashed: boolean;
  ownedByMe: boolean | undefined;
  removed: boolean;
  /** The settings `include` and `exclude` leave it out. */
  leftOut?: boolean;
}

/** How a file's bytes are obtained: as they are, or exported as another type. */
export type Route = { route: 'download' } | { route: 'export'; mimeType: string };

/**
 * What to do with a file: nothing to keep a text of, a reason to leave it out, or a fetch. `stamp` names the
 * content: a file with another stamp has another content. `rank`: the lowest are fetched first.
 */
export type FileVerdict =
  | { kind: 'none' }
  | { kind: 'skip'; reason: ContentReason }
  | { kind: 'fetch'; stamp: string; rank: number; native: boolean };

const GOOGLE_TYPE = 'application/vnd.google-apps.';
const SHORTCUT_TYPE = `${GOOGLE_TYPE}shortcut`;
const OFFICE = 'application/vnd.openxmlformats-officedocument.';

/**
 * The types as which Google's own documents are exported. A spreadsheet's text forms hold its first sheet only,
 * and a presentation's hold no places.
 * https://developers.google.com/workspace/drive/api/guides/ref-export-formats
 */
const EXPORTS: ReadonlyMap<string, string> = new Map([
  [`${GOOGLE_TYPE}document`, 'text/plain'],
  [`${GOOGLE_TYPE}spreadsheet`, `${OFFICE}spreadsheetml.sheet`],
  [`${GOOGLE_TYPE}presentation`, `${OFFICE}presentationml.presentation`],
]);

const SMALL_BYTES = 1_000_000;
const MEDIUM_BYTES = 25_000_000;

/** How to fetch a file of this type. */
export function routeOf(mimeType: string): Route {
  const exported = EXPORTS.get(mimeType);
  return exported === undefined ? { route: 'download' } : { route: 'export', mimeType: exported };
}

/** The part of a name after its last dot, in lower case; empty without a dot. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** Decides what to do with a file. */
export function verdictOf(file: PlannedFile, settings: ContentSettings): FileVerdict {
  if (file.removed || file.mimeType === FOLDER_TYPE) return { kind: 'none' };
  const reason = reasonToSkip(file, settings);
  if (reason !== undefined) return { kind: 'skip', reason };
  const native = routeOf(file.mimeType).route === 'export';
  return { kind: 'fetch', stamp: stampOf(file, native), rank: native ? 0 : rankOf(file.size ?? 0), native };
}

function reasonToSkip(file: PlannedFile, settings: ContentSettings): ContentReason | undefined {
  const { mimeType, trashed, ownedByMe, leftOut = false } = file;
  if (mimeType === SHORTCUT_TYPE) return 'shortcut';
  if (trashed && !settings.trashed) return 'trashed';
  if (settings.ownOnly && ownedByMe !== true) return 'owner';
  return leftOut ? 'policy' : reasonWithoutText(file, settings);
}

function reasonWithoutText(
  { mimeType, name, size }: PlannedFile,
  { maxBytes }: ContentSettings,
): ContentReason | undefined {
  if (EXPORTS.has(mimeType)) return undefined;
  if (kindOf(mimeType, extensionOf(name)) === undefined) return 'type';
  if (size === 0) return 'no-text';
  return (size ?? 0) > maxBytes ? 'size' : undefined;
}

/**
 * Equal checksums mean equal contents, so a copy, a rename, a move or a change of sharing has the same stamp.
 * Google's own documents have no checksum.
 */
function stampOf({ md5, size, modifiedTime }: PlannedFile, native: boolean): string {
  if (native) return `t:${modifiedTime}`;
  return md5 === undefined ? `s:${String(size)}:${modifiedTime}` : `m:${md5}:${String(size)}`;
}

/** True if files with this stamp have the same content. */
export function isShared(stamp: string): boolean {
  return stamp.startsWith('m:');
}

function rankOf(size: number): number {
  if (size <= SMALL_BYTES) return 1;
  return size <= MEDIUM_BYTES ? 2 : 3;
}
