import type Database from 'better-sqlite3';
import { driveIdOf, FOLDER_TYPE, isFolder, valueOf, type FileRecord } from '../../model/file';
import { incompletePage, type ItemFault } from '../../planning/patience';
import { USER_SOURCE } from '../../model/job';
import type { ChangeCommit, ChangeTables } from '../log/change-log';
import type { FolderListing, ListingFault } from './folder-work';
import { FORGET_FAILURES } from '../jobs/source-conditions';
import type { SourceRow } from '../jobs/sources';
import { isConfirmedByWalk, isOthersFolder } from '../walk/walk-rules';

/** How a page of a folder's children was requested. */
export interface ListingRequest {
  listing: FolderListing;
  /** The store's commit number when the page was requested. */
  commitNo: number;
}

/** A decoded page of a folder's children. */
export interface ChildrenPage extends ListingRequest {
  sourceId: string;
  epoch: number;
  files: readonly FileRecord[];
  nextPageToken: string | undefined;
  incompleteSearch: boolean;
  unusable: number;
}

/**
 * Drive's answer for one file: the file, that it does not exist, or a reason why Drive does not tell.
 * `refused`: asking again at once is pointless.
 */
export type FileAnswer =
  | { kind: 'found'; fileId: string; file: FileRecord }
  | { kind: 'gone'; fileId: string }
  | (ItemFault & { kind: 'unknown'; fileId: string });

/** More pages than any folder has: half a million children fit on a fraction of them. */
const MOST_PAGES = 100_000;

/** True for an own folder without a parent: the root of My Drive, or one whose parent was deleted. */
function isOnTop(file: FileRecord): boolean {
  return isFolder(file) && valueOf(file, 'parent_id') === null && valueOf(file, 'owned_by_me') === 1;
}

function isFirst({ pageToken, trashed }: FolderListing): boolean {
  return pageToken === undefined && !trashed;
}

function isEndless({ listing, nextPageToken }: ChildrenPage): boolean {
  return nextPageToken !== undefined && (nextPageToken === listing.pageToken || listing.page > MOST_PAGES);
}

/**
 * In a folder of somebody else that is not in the trash, nobody sees what others have trashed. The user's own
 * files are seen, and those that are in the trash because of another parent.
 */
const MAY_HOLD_TRASH = /* sql */ `
SELECT EXISTS (SELECT 1 FROM file_parent)
  OR EXISTS (SELECT 1 FROM file WHERE parent_id = ? AND trashed = 1 AND removed_at IS NULL)`;

const NOTE_WALK_ONLY = /* sql */ `
UPDATE file SET walk_only = 1
WHERE id = @id AND removed_at IS NULL AND walk_only = 0 AND generation_pk IS NOT @generation AND drive_id IS NULL
  AND EXISTS (SELECT 1 FROM generation WHERE pk = @generation AND crawled_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM seen WHERE seen.generation_pk = @generation AND file_pk = file.pk)
  AND ${isConfirmedByWalk('file')}`;

function statementsOf(db: Database.Database) {
  return {
    mayBeFolder: db
      .prepare<[string], number>(
        `SELECT coalesce((SELECT mime_type = '${FOLDER_TYPE}' FROM file WHERE id = ?), 1)`,
      )
      .pluck(),
    rootId: db.prepare<[string], string | null>('SELECT root_id FROM source WHERE id = ?').pluck(),
    clearFailures: db.prepare(`UPDATE source SET ${FORGET_FAILURES} WHERE pk = ? AND failure IS NOT NULL`),
    mayHoldTrash: db.prepare<[string], number>(MAY_HOLD_TRASH).pluck(),
    noteWalkOnly: db.prepare(NOTE_WALK_ONLY),
    countPage: db.prepare('UPDATE job SET pages = pages + 1 WHERE epoch = ?'),
  };
}

/**
 * Writes listings of folders and answers for single files. Each call runs inside the caller's transaction.
 */
export class FolderPages {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #tables: ChangeTables;

  constructor(db: Database.Database, tables: ChangeTables) {
    this.#sql = statementsOf(db);
    this.#tables = tables;
  }

  /** Writes a page of a folder's children and moves the checkpoint of the listing. */
  commitChildren(page: ChildrenPage, now: number): ChangeCommit {
    const { sources, folderWork, files, recent, walkPlan } = this.#tables;
    const { listing, nextPageToken } = page;
    if (isEndless(page)) return 'circular';
    const source = sources.byId(page.sourceId);
    if (source === undefined || this.#isLate(source, page)) return 'refused';
    const state = source.id === USER_SOURCE ? walkPlan.stateOf(listing.folderId) : undefined;
    const halves = state === 'live' && this.#sql.mayHoldTrash.get(listing.folderId) === 0 ? 1 : 2;
    const fault = incompletePage(page);
    const isFaulty = fault !== undefined;
    if (!folderWork.advance(source.pk, listing, { nextPageToken, halves, isFaulty })) return 'refused';
    files.put(page.files, {
      source,
      by: 'listing',
      now,
      ...(state !== undefined && { walk: { silent: false } }),
    });
    this.#followChildren(source, page, state !== undefined);
    if (isFirst(listing)) folderWork.addBelowLost(source.pk, listing.folderId);
    recent.addListed(source.pk, listing.folderId, listing.mayLag);
    if (isFaulty) folderWork.fail(source.pk, { folderId: listing.folderId, ...fault }, now);
    this.#sql.clearFailures.run(source.pk);
    this.#sql.countPage.run(page.epoch);
    return 'committed';
  }

  /**
   * Restarts a folder's listing after its page token was rejected. Too many rejections make the folder an
   * exception.
   */
  restartListing(sourceId: string, folderId: string, now: number): void {
    const source = this.#tables.sources.byId(sourceId);
    if (source !== undefined && !this.#tables.folderWork.restart(source.pk, folderId))
      this.#tables.folderWork.fail(
        source.pk,
        { folderId, reason: 'page-token-rejected', refused: true },
        now,
      );
  }

  /** Counts a failed request for a folder that only concerns this folder. */
  failListing(sourceId: string, fault: ListingFault, now: number): void {
    const { sources, folderWork } = this.#tables;
    const source = sources.byId(sourceId);
    if (source !== undefined && folderWork.fail(source.pk, fault, now))
      sources.noteTrouble(sourceId, fault.reason);
  }

  /**
   * Drive does not find the folder. A known folder is an exception and a candidate, until Drive says that it
   * is gone too.
   */
  endListing(sourceId: string, folderId: string, now: number): void {
    const { sources, candidates, folderWork } = this.#tables;
    const source = sources.byId(sourceId);
    if (source === undefined) return;
    if (!candidates.isLive(folderId)) return folderWork.end(source.pk, folderId);
    folderWork.fail(source.pk, { folderId, reason: 'not-found', refused: true }, now);
    candidates.ask(folderId, source.pk);
  }

  /** `commitNo`: the store's commit number at the request. The file of a late answer stays a candidate. */
  commitAnswers(
    sourceId: string,
    { answers, commitNo }: { answers: readonly FileAnswer[]; commitNo: number },
    now: number,
  ): void {
    const { sources, candidates, late } = this.#tables;
    const source = sources.byId(sourceId);
    if (source === undefined) return;
    for (const answer of answers) {
      const driveId = answer.kind === 'found' ? driveIdOf(answer.file) : undefined;
      if (late.isLate({ fileId: answer.fileId, sourcePk: source.pk, driveId, commitNo })) continue;
      if (answer.kind === 'found') this.#takeFile(source, answer.file, now);
      else if (answer.kind === 'gone') this.#takeAbsence(source, answer.fileId);
      else candidates.noAnswer(answer, now);
    }
    this.#sql.clearFailures.run(source.pk);
  }

  /** A page is late as a whole. It is requested again, so nothing is lost. */
  #isLate({ pk: sourcePk }: SourceRow, { files, commitNo, listing: { folderId } }: ChildrenPage): boolean {
    const { late } = this.#tables;
    return (
      late.isLate({ fileId: folderId, sourcePk, commitNo }) ||
      files.some((file) => late.isLate({ fileId: file.id, sourcePk, driveId: driveIdOf(file), commitNo }))
    );
  }

  #takeFile(source: SourceRow, file: FileRecord, now: number): void {
    const { candidates, files, recent } = this.#tables;
    candidates.found(file.id);
    if (this.#isRoot(file) && !candidates.isLive(file.id)) return;
    // The crawl missed the file although it lives, so the walk confirms it from now on.
    if (source.id === USER_SOURCE && source.generation_pk !== null)
      this.#sql.noteWalkOnly.run({ id: file.id, generation: source.generation_pk });
    files.put([file], { source, by: 'get', now });
    recent.addAnswer(source.pk, file.id);
  }

  /** Drive does not have the file. The children of a folder that is gone may be gone too. */
  #takeAbsence({ pk }: SourceRow, fileId: string): void {
    const { candidates, folderWork, recent } = this.#tables;
    candidates.notFound(fileId);
    recent.addAnswer(pk, fileId);
    if (this.#sql.mayBeFolder.get(fileId) === 1) folderWork.add(pk, fileId, 'doubt');
  }

  /**
   * A root has no row. It is asked for because it is somebody's parent. Until Drive has named the root of My
   * Drive, any own folder without a parent may be it.
   */
  #isRoot(file: FileRecord): boolean {
    const driveId = driveIdOf(file);
    if (driveId !== undefined) return driveId === file.id;
    const rootId = this.#sql.rootId.get(USER_SOURCE) ?? undefined;
    return rootId === undefined ? isOnTop(file) : file.id === rootId;
  }

  /**
   * Leaves subfolders that others own to the walk. The walk also lists this folder again, to learn what is
   * missing in it.
   */
  #followChildren({ pk, id }: SourceRow, { files, listing }: ChildrenPage, isWalked: boolean): void {
    const { candidates, folderWork, walkPlan } = this.#tables;
    const { folderId, mayLag } = listing;
    const walks = id === USER_SOURCE && walkPlan.isOn;
    if (walks && isWalked && listing.pageToken === undefined) walkPlan.listAgain(folderId, mayLag);
    const others = walks ? files.filter(isOthersFolder) : [];
    walkPlan.addFound(
      others.map((file) => file.id),
      { wave: walkPlan.commitNo, mayLag },
    );
    for (const file of files)
      if (isFolder(file) && !others.includes(file)) folderWork.addOnce(pk, file.id, 'list', mayLag);
    // A listing that lags behind the folder's removal shows children that are gone with it.
    if (files.length > 0 && candidates.isGone(folderId)) folderWork.add(pk, folderId, 'doubt');
  }
}
