import type Database from 'better-sqlite3';

/** Entries that are remembered one by one; of older ones only their source's last commit is known. */
const MOST_ENTRIES = 20_000;

/** A file that Drive was asked about, and what is known of the request. */
export interface Asked {
  fileId: string;
  /** The source that asked. */
  sourcePk: number;
  /** The shared drive that the answer puts the file in. */
  driveId?: string | undefined;
  /** The store's commit number when the request was sent. */
  commitNo: number;
}

/**
 * Tells late answers: those to requests that were sent before the change log said something newer of the same file or of a folder above it. They must not
 * be written, because Drive gives the state of an unknown moment in between. Kept in memory: requests do not outlive the process either.
 */
export class LateAnswers {
  readonly #nextCommit: Database.Statement<[], number>;
  readonly #noteSource: Database.Statement<[number, number]>;
  readonly #parents: Database.Statement<[{ id: string }], string | null>;
  readonly #sourceEntry: Database.Statement<[{ id: string; source: number; drive: string | null }], number>;
  readonly #entries = new Map<string, number>();
  /** What was committed up to here is not known file by file. */
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

  /** A commit says something new of these files: what was requested before is late. */
  noteCommit(sourcePk: number, fileIds: Iterable<string>): void {
    const commitNo = this.#nextCommit.get() ?? 0;
    this.#last = commitNo;
    this.#noteSource.run(commitNo, sourcePk);
    for (const id of fileIds) {
      // Deleted first, so that the newest entries are the last ones of the map.
      this.#entries.delete(id);
      this.#entries.set(id, commitNo);
    }
    this.#forgetOldest();
  }

  /** True if the answer is older than what a log has said of the file or of a folder above it. */
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
