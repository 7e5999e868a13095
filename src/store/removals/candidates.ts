import type Database from 'better-sqlite3';
import type { Authority } from '../../planning/reconcile';
import { afterFailure, type ItemFault } from '../../planning/patience';
import { countedAsRecent, removalHour, removalLimit } from '../../planning/removal-guard';
import type { CandidateVerdict } from '../../model/reasons';
import { candidateStatements } from './candidate-statements';
import type { EventTable } from '../files/events';
import type { SourceRow } from '../jobs/sources';

/** A file to ask Drive for. */
export interface OpenCandidate {
  fileId: string;
  /** Drive may need it to answer for a file that is shared by link. */
  resourceKey: string | undefined;
  /** Requests in a row whose answer said nothing. */
  tries: number;
}

/** A file for which Drive does not say whether it still exists, and why. */
export interface UnansweredFile extends ItemFault {
  fileId: string;
}

const MOST_REMOVED = 2_000;

/**
 * Files that may be gone. They are removed only at the end of a source's work, when their number is known.
 * Each call runs inside the caller's transaction.
 */
export class CandidateTable {
  readonly #sql: ReturnType<typeof candidateStatements>;
  readonly #events: EventTable;

  constructor(db: Database.Database, events: EventTable) {
    this.#sql = candidateStatements(db);
    this.#events = events;
  }

  any(): boolean {
    return this.#sql.any.get() === 1;
  }

  has(sourcePk: number, verdict: CandidateVerdict): boolean {
    return this.#sql.has.get(sourcePk, verdict) === 1;
  }

  isLive(fileId: string): boolean {
    return this.#sql.isLive.get(fileId) === 1;
  }

  /** True for a file that is gone, removed or not yet. */
  isGone(fileId: string): boolean {
    return this.#sql.isGone.get({ id: fileId }) === 1;
  }

  /** The change log says that the file is gone. */
  gone(fileId: string, sourcePk: number): void {
    this.#sql.addGone.run(fileId, sourcePk);
  }

  /** The file has to be looked up. */
  ask(fileId: string, sourcePk: number): void {
    this.#sql.addOpen.run(fileId, sourcePk);
  }

  /** The file was seen. If the log said that it is gone, the listing may lag behind, so Drive is asked. */
  seenAlive(fileId: string, by: Authority): void {
    const { forget, forgetDoubt, reopen } = this.#sql;
    if (by !== 'listing') forget.run(fileId);
    else if (reopen.run(fileId).changes === 0) forgetDoubt.run(fileId);
  }

  /** Drive has the file. */
  found(fileId: string): void {
    this.#sql.forget.run(fileId);
  }

  /** Drive does not have the file. */
  notFound(fileId: string): void {
    if (this.isLive(fileId)) this.#sql.notFound.run(fileId);
    else this.#sql.forget.run(fileId);
  }

  /**
   * Drive gives no answer. After some tries the file is kept, as an exception that is looked up again later.
   */
  noAnswer({ fileId, ...fault }: UnansweredFile, now: number): void {
    if (!this.isLive(fileId)) {
      this.#sql.forget.run(fileId);
      return;
    }
    const { tries, restMs } = afterFailure(this.#sql.tries.get(fileId) ?? 0, fault);
    const verdict = restMs === undefined ? 'open' : 'kept';
    this.#sql.noAnswer.run({
      fileId,
      verdict,
      tries,
      reason: fault.reason,
      retryAt: restMs === undefined ? null : now + restMs,
    });
  }

  /** Files to ask for next. Those that failed before come last, so that they block no other. */
  open(sourcePk: number, limit: number): OpenCandidate[] {
    const { openUntried, open } = this.#sql;
    const untried = openUntried.all(sourcePk, limit);
    const rows = untried.length > 0 ? untried : open.all(sourcePk, limit);
    return rows.map(({ file_id: fileId, key, tries }) => ({ fileId, resourceKey: key ?? undefined, tries }));
  }

  /**
   * True if a person must consent first: too many files of the source, or of the account within a day, are
   * gone.
   */
  tooMany(source: SourceRow, now: number): boolean {
    if (this.#isAccepted(source)) return false;
    return this.#isTooMuchOf(source.pk) || this.#isTooMuchOfAccount(now);
  }

  #isAccepted({ accepted }: SourceRow): boolean {
    return accepted === 1 || this.#sql.jobAccepts.get() === 1;
  }

  /** Counts only up to the limit, because every part of the removals asks for it. */
  #isTooMuchOf(pk: number): boolean {
    const { countGone, countLive } = this.#sql;
    const hasMore = (limit: number): boolean => (countGone.get(pk, Math.floor(limit) + 1) ?? 0) > limit;
    return hasMore(removalLimit(0)) && hasMore(removalLimit(countLive.get(pk) ?? 0));
  }

  #isTooMuchOfAccount(now: number): boolean {
    const { countAllGone, countAllLive, countRecent } = this.#sql;
    const recent = countRecent.get(countedAsRecent(now)) ?? 0;
    const hasMore = (limit: number): boolean =>
      recent + (countAllGone.get(Math.floor(limit) + 1) ?? 0) > limit;
    // Files removed within the day were a part of the account.
    return hasMore(removalLimit(0)) && hasMore(removalLimit((countAllLive.get() ?? 0) + recent));
  }

  /** A person has decided: earlier removals no longer count. */
  forgetRecent(): void {
    this.#sql.forgetRecent.run();
  }

  /**
   * Asks again for kept files, those that are due or all, and with `gone` for files that wait to be removed.
   */
  askAgain({ all, gone, now }: { all: boolean; gone: boolean; now: number }): void {
    this.#sql.reopenKept.run({ all: Number(all), now });
    if (gone) this.#sql.reopenGone.run();
  }

  /**
   * Removes a part of the files that are gone and returns their ids. The last part also deletes candidates
   * without a row.
   */
  removeSome(source: SourceRow, now: number): string[] {
    const { pk: sourcePk, generation_pk: generation } = source;
    const rows = this.#sql.gone.all(sourcePk, MOST_REMOVED);
    for (const { pk, id, cause, inherited } of rows) {
      this.#sql.remove.run(now, cause, now, pk);
      this.#events.add(pk, { kind: 'removed', inherited: inherited === 1, changes: {} }, now);
      this.#sql.forget.run(id);
      this.#sql.forgetWalk.run(id);
    }
    if (rows.length > 0 && !this.#isAccepted(source)) this.#noteRecent(rows.length, now);
    const unreported = rows.filter(({ cause }) => cause === 'checked').length;
    if (generation !== null) this.#sql.countRemoved.run(unreported, generation);
    if (rows.length < MOST_REMOVED) this.#sql.forgetGone.run(sourcePk);
    return rows.map(({ id }) => id);
  }

  #noteRecent(files: number, now: number): void {
    this.#sql.pruneRecent.run(countedAsRecent(now));
    this.#sql.noteRecent.run(removalHour(now), files);
  }
}
