import type Database from 'better-sqlite3';
import type { FolderWork } from '../planning/file-write';
import type { EventTable } from './events';
import { FolderSpread } from './folder-spread';
import { folderStatements } from './folder-statements';

/** A folder whose children are to be listed, and how far that has come. */
export interface FolderListing {
  folderId: string;
  trashed: boolean;
  pageToken: string | undefined;
  /** Pages committed; part of the compare-and-swap. */
  page: number;
  /** What happened is so new that the listing may lag behind it. */
  fresh: boolean;
}

/** Page tokens that Drive may reject before a listing is given up. */
const MOST_RESTARTS = 3;

/**
 * The durable list of folders whose change concerns what is in them. Each call is one step of a transaction that the caller opened.
 */
export class FolderWorkTable {
  readonly #spread: FolderSpread;
  readonly #sql: ReturnType<typeof folderStatements>;

  constructor(db: Database.Database, events: EventTable) {
    this.#spread = new FolderSpread(db, events);
    this.#sql = folderStatements(db);
  }

  /** Puts a folder on the list, once more if it was worked off: something new has happened to it. */
  add(sourcePk: number, folderId: string, kind: FolderWork, fresh = false): void {
    this.#sql.add.run(sourcePk, folderId, kind, Number(fresh));
  }

  /** Puts a folder on the list unless it was worked off since the list was last cleared. */
  addOnce(sourcePk: number, folderId: string, kind: FolderWork, fresh = false): void {
    this.#sql.addOnce.run(sourcePk, folderId, kind, Number(fresh));
  }

  has(sourcePk: number, kind: FolderWork): boolean {
    return this.#sql.has.get(sourcePk, kind) === 1;
  }

  listings(sourcePk: number, limit: number): FolderListing[] {
    return this.#sql.next.all(sourcePk, 'list', limit).map((row) => ({
      folderId: row.folder_id,
      trashed: row.trashed === 1,
      pageToken: row.page_token ?? undefined,
      page: row.page,
      fresh: row.fresh === 1,
    }));
  }

  /**
   * Moves a listing past a page; false if it is not where the page came from any more. `halves`: 1 where only children outside the trash are
   * listed, 2 where those in it follow.
   */
  advance(
    sourcePk: number,
    { folderId: folder, page, trashed }: FolderListing,
    { nextPageToken, halves }: { nextPageToken: string | undefined; halves: 1 | 2 },
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
      open: Number(!halfDone || (halves === 2 && !trashed)),
    });
    return changes > 0;
  }

  /** Starts a listing again from its first page; false if it has been tried often enough, and is given up. */
  restart(sourcePk: number, folderId: string): boolean {
    if (this.#sql.restart.run(sourcePk, folderId, MOST_RESTARTS).changes > 0) return true;
    this.end(sourcePk, folderId);
    return false;
  }

  /** Ends a listing without a page: the folder is gone. */
  end(sourcePk: number, folderId: string): void {
    this.#sql.close.run(sourcePk, folderId, 'list');
  }

  /** Works on one folder whose children follow from it, a part at a time. */
  spreadSome(sourcePk: number, now: number): void {
    for (const kind of ['trash', 'doubt'] as const) {
      const [row] = this.#sql.next.all(sourcePk, kind, 1);
      if (row === undefined) continue;
      const { folder_id: folder } = row;
      const { cursor, flipped } = this.#spread.step({ kind, sourcePk, folder, cursor: row.cursor }, now);
      if (cursor === undefined) this.#sql.close.run(sourcePk, folder, kind);
      else this.#sql.moveCursor.run(cursor, sourcePk, folder, kind);
      for (const each of flipped) this.add(sourcePk, each, 'trash');
      return;
    }
  }

  /** Forgets what was worked off: what comes now may concern it again. */
  clear(sourcePk: number): void {
    this.#sql.clear.run(sourcePk);
  }
}
