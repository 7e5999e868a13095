import type Database from 'better-sqlite3';

/** Entries remembered one by one. Of older ones only the last commit of their source is known. */
const MOST_ENTRIES = 20_000;

/** A file that was looked up, and its request. */
export interface Asked {
  fileId: string;
  /** The source that asked. */
  sourcePk: number;
  /** The shared drive of the file in the answer. */
  driveId?: string | undefined;
  /** The store's commit number when the request was sent. */
  commitNo: number;
}

/**
 * Recognizes late answers: those whose request was sent before the change log reported something newer about
 * the file or of a folder above it. Drive answers with the state of some moment in between, so they must not
 * be written. The entries are kept in memory, because no request outlives the process.
 */
export class LateAnswers {
  readonly #nextCommit: Database.Statement<[], number>;
  readonly #noteSource: Database.Statement<[number, number]>;
  readonly #parents: Database.Statement<[{ id: string }], string | null>;
  readonly #sourceEntry: Database.Statement<[{ id: string; source: number; drive: string | null }], number>;
  readonly #entries = new Map<string, number>();
  /** Commits up to this number are not known file by file. */
  #floor: number;
  #last: number;

  constructor(db: Database.Database) {
    this.#nextCommit = db
      .prepare<[], number>('UPDATE store SET commit_no = commit_no + 1 RETURNING commit_no')
      .pluck();
    this.#noteSource = db.prepare('UPDATE source SET entry_no = ? WHERE pk = ?');
    this.#parents = db
      .prepare<[{ id: string }], string | null>(
        `SELECT parent_id FROM file WHERE id = @id UNION
         SELECT file_parent.parent_id FROM file JOIN file_parent ON file_pk = pk WHERE id = @id`,
      )
      .pluck();
    this.#sourceEntry = db
      .prepare<[{ id: string; source: number; drive: string | null }], number>(/* sql */ `
        SELECT max(entry_no) FROM source
        WHERE pk IN (@source, (SELECT source_pk FROM file WHERE file.id = @id)) OR id = @drive`)
      .pluck();
    this.#floor = db.prepare<[], number>('SELECT commit_no FROM store').pluck().get() ?? 0;
    this.#last = this.#floor;
  }

  /** A commit tells something new of these files, so answers to earlier requests are late. */
  noteCommit(sourcePk: number, fileIds: Iterable<string>): void {
    const commitNo = this.#nextCommit.get() ?? 0;
    this.#last = commitNo;
    this.#noteSource.run(commitNo, sourcePk);
    for (const id of fileIds) {
      // Delete first, so that the map ends with the newest entries.
      this.#entries.delete(id);
      this.#entries.set(id, commitNo);
    }
    this.#forgetOldest();
  }

  /**
   * True if a log has reported something newer about the file, or about a folder above it, since the request.
   */
  isLate({ fileId, sourcePk, driveId, commitNo }: Asked): boolean {
    if (this.#last <= commitNo) return false;
    const last = this.#sourceEntry.get({ id: fileId, source: sourcePk, drive: driveId ?? null }) ?? 0;
    if (last <= commitNo) return false;
    return commitNo < this.#floor || this.#concerns(fileId, commitNo);
  }

  #isChanged(fileId: string, commitNo: number): boolean {
    return (this.#entries.get(fileId) ?? 0) > commitNo;
  }

  #concerns(fileId: string, commitNo: number): boolean {
    const above = new Set([fileId]);
    for (const id of above) {
      if (this.#isChanged(id, commitNo)) return true;
      for (const parent of this.#parents.all({ id })) if (parent !== null) above.add(parent);
    }
    return false;
  }

  #forgetOldest(): void {
    for (const [id, commitNo] of this.#entries) {
      if (this.#entries.size <= MOST_ENTRIES) return;
      this.#entries.delete(id);
      this.#floor = Math.max(this.#floor, commitNo);
    }
  }
}
