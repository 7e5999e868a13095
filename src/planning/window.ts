import type { Window } from '../model/partition';

/** The windows that a source's crawl starts with: everything that is not in the trash, and everything that is. */
export const WHOLE_SOURCE: readonly Window[] = [
  { trashed: false, from: undefined, before: undefined },
  { trashed: true, from: undefined, before: undefined },
];

/** Google's advice for large collections: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export const NEWEST_FIRST = 'modifiedTime desc';

/** RFC 3339 of a whole second. */
function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * The search query of a window. The state of the trash is always said: whether a query without it finds trashed files is
 * documented one way and reported the other. The lowest window is the complement of all later ones, so that files
 * without `modifiedTime`, for which no comparison holds, are in it.
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

/** True for a file of the window, by its time in ms; those without one belong to the window without a lower end. */
export function isWithin({ from, before }: Window, modifiedMs: number | undefined): boolean {
  if (modifiedMs === undefined) return from === undefined;
  return (
    (from === undefined || modifiedMs >= from * 1000) && (before === undefined || modifiedMs < before * 1000)
  );
}

/** True if the query lists nothing that was modified before `from`, in seconds. */
export function listsFrom(q: string, from: number): boolean {
  return q.includes(` modifiedTime >= '${instant(from)}'`);
}

/**
 * Where an ordered window goes on after its page token was rejected: the second of the oldest file that is relied upon is asked again, since
 * more files of that same second may have been on the page that never came.
 */
export function windowBelow(window: Window, frontierMs: number): Window {
  const before = Math.floor(frontierMs / 1000) + 1;
  return { ...window, before: window.before === undefined ? before : Math.min(window.before, before) };
}

/** The search query of one half of a folder's children. One folder a query: a query for several is answered incompletely. */
export function folderQuery(folderId: string, trashed: boolean): string {
  const id = folderId.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `'${id}' in parents and trashed = ${String(trashed)}`;
}
