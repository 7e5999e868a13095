import type { JsonObject } from '../../model/values';
import { formatCount } from './text';

/**
 * Permission ids that stand for everybody:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions
 */
const EVERYBODY = new Map([
  ['anyone', 'anyone'],
  ['anyoneWithLink', 'anyone who has the link'],
]);

/** The lines on sharing for `info`. None if Drive names nobody. */
export function sharingLines(file: JsonObject): string[] {
  const words = sharedWith(file);
  if (words === undefined) return [];
  // A request for names would shrink every page of a listing to 100 files.
  return /\d/.test(words) ? [words, '(the copy counts people and groups; it has no names)'] : [words];
}

/** With whom a file is shared besides its owner, in words; undefined if Drive names nobody. */
export function sharedWith(file: JsonObject): string | undefined {
  const ids = file['permissionIds'];
  if (!Array.isArray(ids)) return file['shared'] === true ? 'yes' : undefined;
  const owners = ownersOf(file);
  const named = ids.filter((id) => !EVERYBODY.has(String(id)) && !owners.has(id)).length;
  const parts = [...EVERYBODY].flatMap(([id, words]) => (ids.includes(id) ? [words] : []));
  if (named > 0) parts.push(peopleOrGroups(named));
  return parts.length === 0 ? undefined : `with ${parts.join(' and ')}`;
}

/** `1 person or group`, `3 people or groups`: an id does not show which of them it is. */
function peopleOrGroups(count: number): string {
  return count === 1 ? '1 person or group' : `${formatCount(count)} people or groups`;
}

function ownersOf(file: JsonObject): ReadonlySet<unknown> {
  const owners = Array.isArray(file['owners']) ? (file['owners'] as JsonObject[]) : [];
  return new Set(owners.map((owner) => owner['permissionId']));
}
