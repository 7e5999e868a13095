import type Database from 'better-sqlite3';
import { FOLDER_TYPE } from '../model/file';
import type { FolderWork } from '../planning/file-write';
import type { EventTable } from './events';
import { childStatements, folderStatements, MOST_CHILDREN, type WrongChild } from './folder-statements';

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
  readonly #db: Database.Database;
  readonly #events: EventTable;
  readonly #sql: ReturnType<typeof folderStatements>;
  #childSql: ReturnType<typeof childStatements> | undefined;

  constructor(db: Database.Database, events: EventTable) {
    this.#db = db;
    this.#events = events;
    this.#sql = folderStatements(db);
  }

  /** Children are found by their parent only here, so the index is made when there is first need of it, after the first crawl. */
  get #children(): ReturnType<typeof childStatements> {
    return (this.#childSql ??= childStatements(this.#db));
  }

  /** Puts a folder on the list, once more if it was worked off: something new has happened to it. */
  add(sourcePk: number, folderId: string, kind: FolderWork, fresh = false): void {
    this.#sql.add.run(sourcePk, folderId, kind, Number(fresh));
  }

  /** Puts a folder on the list unless it was worked off since the list was last cleared. */
  addOnce(sourcePk: number, folderId: string, kind: FolderWork, fresh = false): void {
    this.#sql.addOnce.run(sourcePk, folderId, kind, Number(fresh));
  }

  /** Puts all folders on the list that others share with the user. */
  addShared(sourcePk: number): void {
    this.#sql.addShared.run(sourcePk);
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

  /** Moves a listing past a page; false if it is not where the page came from any more. */
  advance(sourcePk: number, listing: FolderListing, nextPageToken: string | undefined): boolean {
    const { folderId: folder, page, trashed } = listing;
    const half = Number(trashed);
    const halfDone = nextPageToken === undefined;
    const { changes } = this.#sql.advance.run({
      source: sourcePk,
      folder,
      page,
      half,
      next: nextPageToken ?? null,
      trashed: halfDone ? 1 : half,
      open: Number(!halfDone || !trashed),
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
      const isDone =
        kind === 'trash' ? this.#spreadTrash(sourcePk, folder, now) : this.#spreadDoubt(sourcePk, folder);
      if (isDone) this.#sql.close.run(sourcePk, folder, kind);
      return;
    }
  }

  /** Forgets what was worked off: what comes now may concern it again. */
  clear(sourcePk: number): void {
    this.#sql.clear.run(sourcePk);
  }

  /** Recomputes a part of a folder's children from it; true when all of them are right. */
  #spreadTrash(sourcePk: number, folder: string, now: number): boolean {
    const { trashedOf, wrong, unclear } = this.#children;
    const children = wrong.all({ folder, trashed: trashedOf.get(folder) ?? 0 });
    for (const child of children) {
      this.#setTrashed(child, now);
      if (child.mime_type === FOLDER_TYPE) this.add(sourcePk, child.id, 'trash');
    }
    // With several parents Drive alone knows what follows.
    unclear.run({ folder, source: sourcePk });
    return children.length < MOST_CHILDREN;
  }

  #setTrashed({ pk, trashed, becomes }: WrongChild, now: number): void {
    this.#children.setTrashed.run(becomes, now, pk);
    const kind = becomes === 1 ? 'trashed' : 'restored';
    const changes = { trashed: [trashed, becomes] as [unknown, unknown] };
    this.#events.add(pk, { kind, inherited: true, changes }, now);
  }

  /** Children that are candidates already are not found again, so that each step gets further. */
  #spreadDoubt(sourcePk: number, folder: string): boolean {
    const place = { folder, source: sourcePk };
    this.#children.doubtFolders.run(place);
    return this.#children.doubt.run(place).changes < MOST_CHILDREN;
  }
}
