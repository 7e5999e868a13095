import type Database from 'better-sqlite3';
import type { PlaceMark } from '../model/marks';
import type { DocumentKind } from '../model/kind';
import { CONTENT_REASONS, type ContentReason } from '../model/state';
import { quietIn, restAfter } from '../planning/patience';
import { isShared } from '../planning/policy';

/** A file whose text is to be fetched, with its stamp from before the fetch. */
export interface DueDocument {
  fileId: string;
  stamp: string;
  /** The file's row in the metadata store. */
  filePk: number;
}

/** The text of a file, as the extractor's process returned it. */
export interface FetchedText {
  kind: DocumentKind;
  chars: number;
  truncated: boolean;
  marks: readonly PlaceMark[];
  /** Compressed with deflateRaw. */
  text: Uint8Array;
  terms: Uint8Array;
  sha256: string;
}

/** What became of a document that was taken. */
export type DocumentResult = { fileId: string; stamp: string } & (
  | { ok: true; text: FetchedText }
  | { ok: false; reason: ContentReason }
);

/** A run of the contents, and both clocks: ours, and Drive's, in ms since 1970. */
export interface ContentTurn {
  lease: number;
  now: number;
  driveNow: number;
}

/** What is left. `nextAt`: when something that waits is due, in ms since 1970. */
export interface ContentOutlook {
  due: number;
  waiting: number;
  nextAt: number | undefined;
}

interface DueRow {
  file_id: string;
  file_pk: number;
  stamp: string;
  modified: string;
  due_since: number | null;
  body_pk: number | null;
}

const DUE = /* sql */ `
SELECT file_id, file_pk, stamp, modified, due_since, body_pk FROM document
WHERE state = 'due' AND coalesce(retry_at, 0) <= @now AND lease < @lease
ORDER BY rank, modified DESC LIMIT @limit`;

const KEEP = /* sql */ `
INSERT INTO body (key, kind, chars, truncated, marks, text) VALUES (@key, @kind, @chars, @truncated, @marks, @text)
ON CONFLICT DO NOTHING RETURNING pk`;

function statementsOf(db: Database.Database) {
  return {
    due: db.prepare<[{ now: number; lease: number; limit: number }], DueRow>(DUE),
    mark: db.prepare<[{ id: string; lease: number }]>(
      'UPDATE document SET lease = @lease WHERE file_id = @id',
    ),
    inFlight: db
      .prepare<[{ stamp: string; lease: number }], number>(
        "SELECT EXISTS (SELECT 1 FROM document WHERE stamp = @stamp AND state = 'due' AND lease = @lease)",
      )
      .pluck(),
    giveBack: db.prepare<[number]>("UPDATE document SET lease = 0 WHERE state = 'due' AND lease = ?"),
    wait: db.prepare<[{ id: string; at: number }]>(
      "UPDATE document SET reason = 'edited', retry_at = @at WHERE file_id = @id",
    ),
    known: db.prepare<[string], { stamp: string | null; state: string; failures: number }>(
      'SELECT stamp, state, failures FROM document WHERE file_id = ?',
    ),
    bodyOf: db.prepare<[string], number>('SELECT pk FROM body WHERE key = ?').pluck(),
    keep: db.prepare<[object], number>(KEEP).pluck(),
    index: db.prepare<[number, string]>('INSERT INTO body_index (rowid, text) VALUES (?, ?)'),
    done: db.prepare(/* sql */ `
      UPDATE document SET state = 'done', reason = NULL, body_pk = @body, failures = 0, due_since = NULL, retry_at = NULL,
        done_at = @now WHERE file_id = @id`),
    doneAlike: db.prepare(/* sql */ `
      UPDATE document SET state = 'done', reason = NULL, body_pk = @body, failures = 0, due_since = NULL, retry_at = NULL,
        done_at = @now WHERE stamp = @stamp AND state = 'due'`),
    final: db.prepare(/* sql */ `
      UPDATE document SET state = @state, reason = @reason, body_pk = NULL, failures = @failures, retry_at = NULL,
        due_since = NULL WHERE file_id = @id`),
    rest: db.prepare(/* sql */ `
      UPDATE document SET reason = 'retry', failures = @failures, retry_at = @at WHERE file_id = @id`),
    nextLease: db.prepare<[], number>('UPDATE content_store SET lease = lease + 1 RETURNING lease').pluck(),
    lease: db.prepare<[], number>('SELECT lease FROM content_store').pluck(),
    outlook: db.prepare<
      [{ now: number }],
      { due: number; waiting: number; next_at: number | null }
    >(/* sql */ `
      SELECT count(*) FILTER (WHERE coalesce(retry_at, 0) <= @now) AS due,
        count(*) FILTER (WHERE retry_at > @now) AS waiting, min(retry_at) FILTER (WHERE retry_at > @now) AS next_at
      FROM document WHERE state = 'due'`),
  };
}

/** The documents and their texts. Each call runs inside the caller's transaction. */
export class DocumentTable {
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(db: Database.Database) {
    this.#sql = statementsOf(db);
  }

  /** Starts a run. From now on, the results of older runs are refused. */
  claim(): number {
    return this.#sql.nextLease.get() ?? 0;
  }

  /** True if no newer run has started. */
  owns(lease: number): boolean {
    return this.#sql.lease.get() === lease;
  }

  /**
   * Takes documents for this run, the most useful first. One that has a text and is being edited is left until
   * it is quiet.
   */
  take({ lease, now, driveNow }: ContentTurn, limit: number): DueDocument[] {
    const taken: DueDocument[] = [];
    for (const row of this.#sql.due.all({ now, lease, limit })) {
      // Another file with this content is being fetched, and its text will be that of this one.
      if (isShared(row.stamp) && this.#sql.inFlight.get({ stamp: row.stamp, lease }) === 1) continue;
      const waitMs = row.body_pk === null || isShared(row.stamp) ? 0 : quietMs(row, now, driveNow);
      this.#sql.mark.run({ id: row.file_id, lease: waitMs > 0 ? 0 : lease });
      if (waitMs > 0) this.#sql.wait.run({ id: row.file_id, at: now + waitMs });
      else taken.push({ fileId: row.file_id, stamp: row.stamp, filePk: row.file_pk });
    }
    return taken;
  }

  /** Writes a result, unless the file has changed since it was taken. */
  commit(result: DocumentResult, now: number): void {
    const known = this.#sql.known.get(result.fileId);
    if (known === undefined || known.state !== 'due' || known.stamp !== result.stamp) return;
    if (result.ok) this.#keep(result, now);
    else this.#fail(result, known.failures + 1, now);
  }

  /** Gives back what an earlier turn of the run took and did not finish: it broke off. */
  giveBackAll(lease: number): void {
    this.#sql.giveBack.run(lease);
  }

  /** Gives a document back that was taken and not fetched. */
  release(fileId: string): void {
    this.#sql.mark.run({ id: fileId, lease: 0 });
  }

  outlook(now: number): ContentOutlook {
    const { due = 0, waiting = 0, next_at: nextAt } = this.#sql.outlook.get({ now }) ?? {};
    return { due, waiting, nextAt: nextAt ?? undefined };
  }

  #keep({ fileId, stamp, text }: Extract<DocumentResult, { ok: true }>, now: number): void {
    const body = this.#bodyOf(isShared(stamp) ? stamp : `t:${text.sha256}`, text);
    this.#sql.done.run({ id: fileId, body, now });
    if (isShared(stamp)) this.#sql.doneAlike.run({ stamp, body, now });
  }

  #bodyOf(key: string, { kind, chars, truncated, marks, text, terms }: FetchedText): number {
    const known = this.#sql.bodyOf.get(key);
    if (known !== undefined) return known;
    const values = { key, kind, chars, truncated: Number(truncated), marks: JSON.stringify(marks), text };
    const pk = this.#sql.keep.get(values);
    if (pk === undefined) throw new Error('a body has two keys');
    this.#sql.index.run(pk, Buffer.from(terms.buffer, terms.byteOffset, terms.byteLength).toString());
    return pk;
  }

  #fail({ fileId, reason }: Extract<DocumentResult, { ok: false }>, failures: number, now: number): void {
    const restMs = restAfter(reason, failures);
    if (restMs !== undefined) this.#sql.rest.run({ id: fileId, failures, at: now + restMs });
    else this.#sql.final.run({ id: fileId, reason, failures, state: CONTENT_REASONS[reason].state });
  }
}

function quietMs({ modified, due_since: dueSince }: DueRow, now: number, driveNow: number): number {
  const modifiedAt = Date.parse(modified);
  if (Number.isNaN(modifiedAt)) return 0;
  return quietIn({ modifiedAt, driveNow, dueSince: dueSince ?? now, now });
}
