import type { EmulatedDrive, Shelf } from '../drive/emulated-drive';
import { invalidValue } from '../http/api-error';
import type { Parameters } from '../http/parameters';
import type { Ground } from '../listing/walk';
import type { Predicate } from '../query/predicate';
import { conjuncts, type Query } from '../query/query';
import { driveParameters } from './drive-parameters';

/** Which files a listing is about, apart from its query. */
export interface ListScope {
  ground: Ground;
  shows: Predicate;
}

const CORPORA = ['user', 'domain', 'drive', 'allDrives'];
/** A folder that nothing lies in. */
const NO_SLOT = -1;

/**
 * Finds out what a listing is about.
 * @throws ApiError for parameters that contradict each other, and for a drive of which the user is no member.
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

/** Children are shown by their folder, whether they are in the flat listing or not. */
function childrenShown({ corpus, visibility }: Shelf, folder: number, includesDrives: boolean): Predicate {
  if (folder === NO_SLOT || !visibility.isAccessible(folder)) return () => false;
  return (slot) => visibility.isReachable(slot) && (includesDrives || corpus.driveId(slot) === undefined);
}

/** The folder that all files of a query must lie in. */
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
