import type { EmulatedDrive, Shelf } from '../drive/emulated-drive';
import { invalidValue } from '../http/api-error';
import type { Parameters } from '../http/parameters';
import type { Ground } from '../listing/walk';
import type { Predicate } from '../query/predicate';
import { conjuncts, type Query } from '../query/query';
import { driveParameters } from './drive-parameters';

/** The files that a listing covers, apart from its query. */
export interface ListScope {
  ground: Ground;
  shows: Predicate;
}

const CORPORA = ['user', 'domain', 'drive', 'allDrives'];
/** The slot of a folder that does not exist. */
const NO_SLOT = -1;

/**
 * Finds the files that a listing covers.
 * @throws ApiError for contradictory parameters, and for a shared drive of which the user is not a member.
 */
export function listScope(
  drive: EmulatedDrive,
  shelf: Shelf,
  params: Parameters,
): (query?: Query) => ListScope {
  const corpora = params.text('corpora') ?? 'user';
  if (!CORPORA.includes(corpora)) throw invalidValue('corpora');
  const { driveId, includesDrives } = driveParameters(params);
  if ((corpora === 'drive') !== (driveId !== undefined)) throw invalidValue('driveId');
  if ((corpora === 'drive' || corpora === 'allDrives') && !includesDrives)
    throw invalidValue('includeItemsFromAllDrives');
  const { visibility } = shelf;
  if (driveId !== undefined) {
    const { id } = drive.drives.require(driveId);
    const shows = (slot: number): boolean => visibility.isInDrive(slot, id);
    return (query) => ({ ground: folderIn(shelf, query) ?? { kind: 'drive', id }, shows });
  }
  return (query) => {
    const folder = folderIn(shelf, query);
    if (folder !== undefined)
      return { ground: folder, shows: childrenShown(shelf, folder.slot, includesDrives) };
    const all = (slot: number): boolean =>
      visibility.isListed(slot, true) ||
      (shelf.corpus.driveId(slot) !== undefined && visibility.isReachable(slot));
    const listed = (slot: number): boolean => visibility.isListed(slot, includesDrives);
    return { ground: { kind: 'everything' }, shows: corpora === 'allDrives' ? all : listed };
  };
}

/** A query for a folder's children shows all of them, even those that are not in the flat listing. */
function childrenShown({ corpus, visibility }: Shelf, folder: number, includesDrives: boolean): Predicate {
  if (folder === NO_SLOT || !visibility.isAccessible(folder)) return () => false;
  return (slot) => visibility.isReachable(slot) && (includesDrives || corpus.driveId(slot) === undefined);
}

/** The folder to which a query limits its files. */
function folderIn(
  { corpus }: Shelf,
  query: Query | undefined,
): Extract<Ground, { kind: 'folder' }> | undefined {
  for (const clause of query === undefined ? [] : conjuncts(query)) {
    if (clause.kind === 'in' && clause.collection === 'parents')
      return { kind: 'folder', slot: corpus.slotOf(clause.value) ?? NO_SLOT };
  }
  return undefined;
}
