import type { Window } from '../model/partition';

/** The windows of a source's first crawl: everything outside of the trash, and everything in it. */
export const WHOLE_SOURCE: readonly Window[] = [
  { trashed: false, from: undefined, before: undefined },
  { trashed: true, from: undefined, before: undefined },
];

/**
 * Google recommends an order for large collections:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list
 */
export const NEWEST_FIRST = 'modifiedTime desc';

/** RFC 3339 of a whole second. */
function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * The search query of a window. It always contains `trashed`: Google documents one default, and users report
 * another. The oldest window is the complement of all newer ones, so that it includes files without
 * `modifiedTime`, for which no comparison holds.
 */
export function windowQuery({ trashed, from, before }: Window): string {
  const clauses = [`trashed = ${String(trashed)}`];
  if (from !== undefined) clauses.push(`modifiedTime >= '${instant(from)}'`);
  if (before !== undefined) {
    clauses.push(
      from === undefined ? `not modifiedTime >= '${instant(before)}'` : `modifiedTime < '${instant(before)}'`,
    );
  }
  return clauses.join(' and ');
}

/**
 * True if a file with this time, in ms, belongs to the window. Files without a time belong to the oldest one.
 */
export function isWithin({ from, before }: Window, modifiedMs: number | undefined): boolean {
  if (modifiedMs === undefined) return from === undefined;
  return (
    (from === undefined || modifiedMs >= from * 1000) && (before === undefined || modifiedMs < before * 1000)
  );
}

/** True if the query lists only files modified at or after `from`, in seconds. */
export function listsFrom(q: string, from: number): boolean {
  return q.includes(` modifiedTime >= '${instant(from)}'`);
}

/**
 * Where an ordered window continues after its page token was rejected. It includes the whole second of the
 * frontier, since the lost page may have held more files of that second.
 */
export function windowBelow(window: Window, frontierMs: number): Window {
  const before = Math.floor(frontierMs / 1000) + 1;
  return { ...window, before: window.before === undefined ? before : Math.min(window.before, before) };
}

/**
 * The search query of one half of a folder's children. One folder per query: Drive answers a query for
 * several folders incompletely.
 */
export function folderQuery(folderId: string, trashed: boolean): string {
  const id = folderId.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `'${id}' in parents and trashed = ${String(trashed)}`;
}
