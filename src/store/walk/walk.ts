import type Database from 'better-sqlite3';
import { driveIdOf, type FileRecord } from '../../model/file';
import { USER_SOURCE } from '../../model/job';
import { incompletePage, type ItemFault } from '../../planning/patience';
import type { OpenCandidate } from '../removals/candidates';
import type { ChangeCommit, ChangeTables } from '../log/change-log';
import type { FileAnswer } from '../folders/folder-pages';
import type { SourceRow } from '../jobs/sources';
import { WalkCandidates } from './walk-candidates';
import { WalkFolders, type WalkFolder } from './walk-folders';
import { IS_PAUSED, IS_WALK_DUE, isOthersFolder } from './walk-rules';

/**
 * What the walk needs next. `superseded`: a newer run owns the lease. `more`: the store did a part of its own
 * work. `wait`: failed items are due again then. `commitNo`: requests from now on carry it, so that the store
 * recognizes late answers.
 */
export type WalkWork =
  | { kind: 'superseded' }
  | { kind: 'more' }
  | { kind: 'done' }
  | { kind: 'list'; folders: WalkFolder[]; commitNo: number }
  | { kind: 'ask'; files: OpenCandidate[]; commitNo: number }
  | { kind: 'wait'; waitMs: number };

/** How a page of the walk was requested. */
export interface WalkRequest {
  lease: number;
  folder: WalkFolder;
  /** The store's commit number when the page was requested. */
  commitNo: number;
  /** Drive's clock when the page was requested, ms since 1970. */
  sentAt: number;
}

/** A decoded page of a folder's children. */
export interface WalkPage extends WalkRequest {
  files: readonly FileRecord[];
  nextPageToken: string | undefined;
  incompleteSearch: boolean;
  /** Items without an id. */
  unusable: number;
}

/** A person's decision on the removals of the walk. */
export interface WalkDecision {
  acceptRemovals?: boolean | undefined;
}

const FOLDERS_AT_ONCE = 256;
const FILES_AT_ONCE = 400;
/** More pages than any folder has. */
const MOST_PAGES = 100_000;

function statementsOf(db: Database.Database) {
  return {
    nextLease: db
      .prepare<[], number>('UPDATE store SET walk_lease = walk_lease + 1 RETURNING walk_lease')
      .pluck(),
    lease: db.prepare<[], number>('SELECT walk_lease FROM store').pluck(),
    isPaused: db.prepare<[], number>(`SELECT ${IS_PAUSED}`).pluck(),
    isDue: db.prepare<[{ now: number }], number>(`SELECT ${IS_WALK_DUE}`).pluck(),
    noteWalked: db.prepare<[number, string]>('UPDATE source SET walked_at = ? WHERE id = ?'),
    countPage: db.prepare('UPDATE store SET walk_pages = walk_pages + 1'),
    countUnits: db.prepare<[number]>('UPDATE store SET walk_units = walk_units + ?'),
  };
}

function isEndless({ folder, nextPageToken }: WalkPage): boolean {
  return nextPageToken !== undefined && (nextPageToken === folder.pageToken || folder.page > MOST_PAGES);
}

/** The walk of folders shared by others. Each call runs inside the caller's transaction. */
export class Walk {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #tables: ChangeTables;
  readonly #folders: WalkFolders;
  readonly #missed: WalkCandidates;

  constructor(db: Database.Database, tables: ChangeTables) {
    this.#sql = statementsOf(db);
    this.#tables = tables;
    this.#folders = new WalkFolders(db);
    this.#missed = new WalkCandidates(db, tables.events);
  }

  /** Starts a run of the walk. From now on, writes of older runs are refused. */
  claim({ acceptRemovals }: WalkDecision): number {
    if (acceptRemovals !== undefined) this.#missed.decide({ accepted: acceptRemovals });
    return this.#sql.nextLease.get() ?? 0;
  }

  /** True if the walk has work. */
  isDue(now: number): boolean {
    return this.#sql.isDue.get({ now }) === 1;
  }

  /** Does a part of the store's own work, or says what is needed of Drive. */
  work(lease: number, now: number): WalkWork {
    const { walkPlan } = this.#tables;
    if (!this.#owns(lease)) return { kind: 'superseded' };
    if (!walkPlan.isOn || this.#sql.isPaused.get() === 1) return { kind: 'done' };
    if (walkPlan.isOpen) {
      walkPlan.step();
      return { kind: 'more' };
    }
    const { commitNo } = walkPlan;
    const files = this.#missed.open(FILES_AT_ONCE, now);
    if (files.length > 0) return { kind: 'ask', files, commitNo };
    if (this.#removeSome(now) || this.#propagateSome(now)) return { kind: 'more' };
    const folders = this.#folders.next(now, FOLDERS_AT_ONCE);
    if (folders.length > 0) return { kind: 'list', folders, commitNo };
    const retryAt = Math.min(this.#folders.retryAt() ?? Infinity, this.#missed.retryAt() ?? Infinity);
    if (retryAt < Infinity) return { kind: 'wait', waitMs: Math.max(1, retryAt - now) };
    this.#sql.noteWalked.run(now, USER_SOURCE);
    return { kind: 'done' };
  }

  /** Writes a page of a folder's children and moves the checkpoint of the listing. */
  commitPage(page: WalkPage, now: number): ChangeCommit {
    const { sources, files, folderWork, recent, walkPlan } = this.#tables;
    const { folder, nextPageToken } = page;
    const { folderId, first, mayLag } = folder;
    if (isEndless(page)) return 'circular';
    const source = sources.byId(USER_SOURCE);
    if (source === undefined || !this.#owns(page.lease) || this.#isLate(source, page)) return 'refused';
    if (walkPlan.stateOf(folderId) !== (folder.trashed ? 'trashed' : 'live')) return 'refused';
    const fault = incompletePage(page);
    const isFaulty = fault !== undefined;
    if (!this.#folders.advance(folder, { nextPageToken, sentAt: page.sentAt, isFaulty })) return 'refused';
    files.put(page.files, { source, by: 'listing', now, walk: { silent: first } });
    this.#follow(source, page);
    const isLast = nextPageToken === undefined;
    recent.addListed(source.pk, folderId, mayLag && isLast);
    if (isFaulty) this.#folders.refuse(folderId, fault, now);
    else if (isLast) {
      this.#folders.finish(folderId);
      // The source may have failed to list the folder before.
      folderWork.end(source.pk, folderId);
    }
    this.#sql.countPage.run();
    return 'committed';
  }

  /** Restarts a folder's listing after its page token was rejected. */
  restart(lease: number, folderId: string, now: number): void {
    if (this.#owns(lease)) this.#folders.restart(folderId, now);
  }

  /** Counts a failed try to list a folder. If Drive does not find the folder, the walk asks for it. */
  refuse(lease: number, { folderId, ...fault }: ItemFault & { folderId: string }, now: number): void {
    const source = this.#tables.sources.byId(USER_SOURCE);
    if (source === undefined || !this.#owns(lease)) return;
    this.#folders.refuse(folderId, fault, now);
    if (fault.reason !== 'not-found') return;
    this.#missed.add(folderId);
    this.#tables.recent.addListed(source.pk, folderId, false);
  }

  /** Writes Drive's answers for single files. The file of a late answer stays a candidate. */
  commitAnswers(
    lease: number,
    { answers, commitNo }: { answers: readonly FileAnswer[]; commitNo: number },
    now: number,
  ): void {
    const { sources, files, late, recent } = this.#tables;
    const source = sources.byId(USER_SOURCE);
    if (source === undefined || !this.#owns(lease)) return;
    for (const answer of answers) {
      const { fileId, kind } = answer;
      const driveId = kind === 'found' ? driveIdOf(answer.file) : undefined;
      if (late.isLate({ fileId, sourcePk: source.pk, driveId, commitNo })) continue;
      if (kind === 'unknown') {
        this.#missed.noAnswer(answer, now);
        continue;
      }
      if (kind === 'gone') this.#missed.gone(fileId);
      else {
        this.#missed.found(fileId);
        files.put([answer.file], { source, by: 'get', now });
      }
      recent.addAnswer(source.pk, fileId);
    }
  }

  /** Counts quota units of the walk. */
  noteUnits(units: number): void {
    this.#sql.countUnits.run(units);
  }

  #owns(lease: number): boolean {
    return this.#sql.lease.get() === lease;
  }

  /** A page is late as a whole. It is requested again, so nothing is lost. */
  #isLate({ pk: sourcePk }: SourceRow, { files, commitNo, folder }: WalkPage): boolean {
    const { late } = this.#tables;
    return (
      late.isLate({ fileId: folder.folderId, sourcePk, commitNo }) ||
      files.some((file) => late.isLate({ fileId: file.id, sourcePk, driveId: driveIdOf(file), commitNo }))
    );
  }

  #follow({ pk }: SourceRow, { files, folder: { folderId, wave, mayLag } }: WalkPage): void {
    const { walkPlan, candidates, folderWork } = this.#tables;
    this.#folders.see(
      folderId,
      files.map(({ id }) => id),
    );
    walkPlan.addFound(
      files.filter(isOthersFolder).map(({ id }) => id),
      { wave, mayLag },
    );
    // A listing that lags behind the folder's removal shows children that are gone with it.
    if (files.length > 0 && candidates.isGone(folderId)) folderWork.add(pk, folderId, 'doubt');
  }

  /** Spreads the trash state of folders of others to the user's own files in them. */
  #propagateSome(now: number): boolean {
    const { sources, folderWork } = this.#tables;
    const source = sources.byId(USER_SOURCE);
    if (source === undefined || !folderWork.has(source.pk, 'trash')) return false;
    folderWork.propagateSome(source.pk, now);
    return true;
  }

  #removeSome(now: number): boolean {
    const { sources, late } = this.#tables;
    const removed = this.#missed.removeSome(now);
    const source = sources.byId(USER_SOURCE);
    // An answer to a request from before the removal must not undo it.
    if (removed.length > 0 && source !== undefined) late.noteCommit(source.pk, removed);
    return removed.length > 0;
  }
}
