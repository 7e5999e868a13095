import type Database from 'better-sqlite3';
import type { FolderWork } from '../../planning/reconcile';
import { smallerAfter } from '../../planning/page-size';
import { afterFailure, type ItemFault } from '../../planning/patience';
import type { EventTable } from '../files/events';
import { FolderPropagation, PROPAGATED } from './folder-propagation';
import { folderStatements, type ListingRow } from './folder-statements';

/** A folder whose children are to be listed, with its checkpoint. */
export interface FolderListing {
  folderId: string;
  trashed: boolean;
  pageToken: string | undefined;
  /** Pages committed; part of the compare-and-swap. */
  page: number;
  /** The change is so new that the listing may lag behind it. */
  mayLag: boolean;
  /** Files to ask for per page; undefined asks for the largest page. */
  pageSize: number | undefined;
  /** Failed requests in a row. */
  tries: number;
}

function toListing(row: ListingRow): FolderListing {
  return {
    folderId: row.folder_id,
    trashed: row.trashed === 1,
    pageToken: row.page_token ?? undefined,
    page: row.page,
    mayLag: row.fresh === 1,
    pageSize: row.page_size ?? undefined,
    tries: row.tries,
  };
}

/** A folder that could not be listed, and why. */
export interface ListingFault extends ItemFault {
  folderId: string;
}

/** Page tokens that Drive may reject before the folder becomes an exception. */
const MOST_RESTARTS = 3;

/**
 * The durable list of folders whose change concerns their children. Each call runs inside the caller's
 * transaction.
 */
export class FolderWorkTable {
  readonly #propagation: FolderPropagation;
  readonly #sql: ReturnType<typeof folderStatements>;

  constructor(db: Database.Database, events: EventTable) {
    this.#propagation = new FolderPropagation(db, events);
    this.#sql = folderStatements(db);
  }

  /** Puts a folder on the list, again if it was worked off: something new has happened to it. */
  add(sourcePk: number, folderId: string, kind: FolderWork, mayLag = false): void {
    this.#sql.add.run(sourcePk, folderId, kind, Number(mayLag));
  }

  /** Puts a folder on the list, unless it was worked off since the list was last cleared. */
  addOnce(sourcePk: number, folderId: string, kind: FolderWork, mayLag = false): void {
    this.#sql.addOnce.run(sourcePk, folderId, kind, Number(mayLag));
  }

  has(sourcePk: number, kind: FolderWork): boolean {
    return this.#sql.has.get(sourcePk, kind) === 1;
  }

  /** Folders to list next. Those that have failed come last, so that they block no other. */
  listings(sourcePk: number, limit: number): FolderListing[] {
    const { nextUntried, next } = this.#sql;
    const untried = nextUntried.all(sourcePk, 'list', limit);
    return (untried.length > 0 ? untried : next.all(sourcePk, 'list', limit)).map(toListing);
  }

  /**
   * Moves the checkpoint past a page; false if the page does not come from there. `halves`: 1 to list only
   * the children outside the trash, 2 to list those in it afterwards. `isFaulty`: the page may be incomplete,
   * and the caller calls `fail` next.
   */
  advance(
    sourcePk: number,
    { folderId: folder, page, trashed }: FolderListing,
    {
      nextPageToken,
      halves,
      isFaulty,
    }: { nextPageToken: string | undefined; halves: 1 | 2; isFaulty: boolean },
  ): boolean {
    const half = Number(trashed);
    const halfDone = nextPageToken === undefined;
    const { changes } = this.#sql.advance.run({
      source: sourcePk,
      folder,
      page,
      half,
      next: nextPageToken ?? null,
      trashed: halfDone ? 1 : half,
      open: Number(isFaulty || !halfDone || (halves === 2 && !trashed)),
    });
    return changes > 0;
  }

  /** Restarts a listing from its first page; false after too many rejected page tokens. */
  restart(sourcePk: number, folderId: string): boolean {
    return this.#sql.restart.run(sourcePk, folderId, MOST_RESTARTS).changes > 0;
  }

  /**
   * Counts a failed request for a folder. A refusal, or too many failures, make the folder an exception that
   * rests for a while. Returns true if the next request asks for a smaller page that may help.
   */
  fail(sourcePk: number, { folderId: folder, ...fault }: ListingFault, now: number): boolean {
    const row = this.#sql.listing.get(sourcePk, folder);
    if (row === undefined) return false;
    const { tries, restMs } = afterFailure(row.tries, fault);
    const size = smallerAfter(row.page_size ?? undefined, fault.reason);
    this.#sql.fail.run({
      source: sourcePk,
      folder,
      tries,
      reason: fault.reason,
      retryAt: restMs === undefined ? null : now + restMs,
      open: Number(restMs === undefined),
      size: size ?? null,
    });
    return size !== undefined;
  }

  /** Puts exceptions back on the list: those that are due, or all. */
  askAgain({ all, now }: { all: boolean; now: number }): void {
    this.#sql.reopen.run({ all: Number(all), now });
  }

  /** Ends a listing without a page, because the folder is gone. */
  end(sourcePk: number, folderId: string): void {
    this.#sql.close.run(sourcePk, folderId, 'list');
  }

  /** True if a folder's state is still to be propagated to its children. */
  hasPropagation(sourcePk: number): boolean {
    return PROPAGATED.some((kind) => this.has(sourcePk, kind));
  }

  /** Propagates the state of one folder to a part of its children. */
  propagateSome(sourcePk: number, now: number): void {
    for (const kind of PROPAGATED) {
      const [row] = this.#sql.next.all(sourcePk, kind, 1);
      if (row === undefined) continue;
      const { folder_id: folder } = row;
      const { cursor, flipped } = this.#propagation.step({ kind, sourcePk, folder, cursor: row.cursor }, now);
      if (cursor === undefined) this.#sql.close.run(sourcePk, folder, kind);
      else this.#sql.moveCursor.run(cursor, sourcePk, folder, kind);
      for (const each of flipped) this.add(sourcePk, each, 'trash');
      return;
    }
  }

  /** Makes files in lost folders below a listed folder candidates, and lists the folders among them. */
  addBelowLost(sourcePk: number, folderId: string): void {
    for (const each of this.#propagation.askBelowLost(sourcePk, folderId))
      this.addOnce(sourcePk, each, 'list');
  }

  /** Deletes exceptions whose folders are gone. */
  forgetGone(sourcePk: number): void {
    this.#sql.forgetGone.run(sourcePk);
  }

  /** Deletes what was worked off, except for exceptions, so that new changes can add it again. */
  clear(sourcePk: number): void {
    this.#sql.clear.run(sourcePk);
  }
}
