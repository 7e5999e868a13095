import type Database from 'better-sqlite3';
import type { FailureKind } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import type { Pass, TakenWork } from '../../model/pass';
import { OPEN } from '../removals/candidate-words';
import { FOLLOWED, HAS_CRAWL, IS_IN_COPY, LEAVING } from './source-conditions';

/** A change log to be read. */
export interface LogToRead {
  sourceId: string;
  token: string;
  /** Page tokens that Drive has rejected since the last complete reading. */
  deadTokens: number;
  /** Failures in a row. */
  failures: number;
  /** Entries to ask for per page; undefined asks for the largest page. */
  pageSize: number | undefined;
}

/** Why a child workflow gives a source back before it is done. */
export interface Release {
  /** It needs a child workflow of its own. */
  large?: boolean;
  /** It waits until the logs of all sources are read. */
  held?: boolean;
  /** It failed, and is due again later. */
  retry?: { kind?: FailureKind; inMs: number };
}

/** A child workflow reads a longer log. */
export const LONG_LOG_PAGES = 10;
/** Small sources that share a child workflow: a hundred workflows are enough for thousands of new drives. */
const SMALL_SOURCES = 25;

/** The source answers the request, or was given up for it. */
const IS_DONE = /* sql */ `(failed_request >= @target
  OR state = ${FOLLOWED} AND settled_request >= @target AND full_due = 0 AND NOT ${HAS_CRAWL})`;

const IS_OPEN = `${IS_IN_COPY} AND NOT ${IS_DONE}`;
const IS_FREE = 'taken_epoch <> @epoch';
const IS_DUE = 'coalesce(retry_at, 0) <= @now';
const NEEDS_TOKEN = `state = ${FOLLOWED} AND change_token IS NULL AND NOT ${HAS_CRAWL}`;
const NEEDS_READING = `state = ${FOLLOWED} AND change_token IS NOT NULL AND read_request < @target
  AND log_pages < ${String(LONG_LOG_PAGES)} AND NOT ${HAS_CRAWL}`;
const NEEDS_CHILD = `NOT (${NEEDS_TOKEN}) AND NOT (${NEEDS_READING})`;

/**
 * The source's removals are not known yet. A crawl takes too long to wait for, so an open one does not count.
 */
const IS_SETTLING = /* sql */ `(state = ${LEAVING} OR NOT ${HAS_CRAWL}) AND (
  state = ${LEAVING} AND sweep_pk IS NOT NULL
  OR EXISTS (SELECT 1 FROM candidate WHERE source_pk = source.pk AND verdict = ${OPEN})
  OR EXISTS (SELECT 1 FROM folder_work WHERE source_pk = source.pk AND kind IN ('doubt', 'strays') AND open = 1))`;

/** Another source of the pass may still find removals, and is not known to fail. */
const IS_UNREAD = /* sql */ `EXISTS (
  SELECT 1 FROM source WHERE ${IS_OPEN} AND failures = 0 AND retry_at IS NULL AND (${NEEDS_READING} OR ${IS_SETTLING}))`;
/**
 * A source that was held may get new work by a later reading of its log, for example after its job was cut. It must
 * not wait for itself.
 */
const IS_READY = `(held = 0 OR ${IS_SETTLING} OR NOT ${IS_UNREAD})`;
const ORDER = `source.id = '${USER_SOURCE}' DESC, entry_no DESC, source.pk`;

interface LogRow {
  id: string;
  change_token: string;
  dead_tokens: number;
  failures: number;
  log_page_size: number | null;
}

interface PassNow extends Pass {
  now: number;
}

function statementsOf(db: Database.Database) {
  const isOpen = `${IS_OPEN} AND ${IS_FREE}`;
  return {
    withoutToken: db
      .prepare<[{ target: number; now: number; limit: number }], string>(
        `SELECT id FROM source WHERE ${IS_OPEN} AND ${NEEDS_TOKEN} AND ${IS_DUE} ORDER BY ${ORDER} LIMIT @limit`,
      )
      .pluck(),
    logs: db.prepare<[PassNow & { limit: number }], LogRow>(
      `SELECT id, change_token, dead_tokens, failures, log_page_size FROM source WHERE ${isOpen} AND ${NEEDS_READING} AND ${IS_DUE} ORDER BY ${ORDER} LIMIT @limit`,
    ),
    needsChild: db.prepare<
      [PassNow & { limit: number }],
      { id: string; name: string | null; large: number; crawls: number }
    >(/* sql */ `
      SELECT id, name, large OR id = '${USER_SOURCE}' AS large, ${HAS_CRAWL} AS crawls FROM source
      WHERE ${isOpen} AND ${NEEDS_CHILD} AND ${IS_DUE} AND ${IS_READY} ORDER BY large OR id = '${USER_SOURCE}' DESC, ${ORDER} LIMIT @limit`),
    take: db.prepare('UPDATE source SET taken_epoch = ?, held = 0 WHERE id = ?'),
    release: db.prepare(
      `UPDATE source SET taken_epoch = 0, held = @held, large = max(large, @large),
        failure = coalesce(failure, @kind), retry_at = coalesce(@retryAt, retry_at)
      WHERE id = @sourceId`,
    ),
    retryAt: db
      .prepare<[Pass], number | null>(
        `SELECT min(retry_at) FROM source WHERE ${isOpen} AND retry_at IS NOT NULL`,
      )
      .pluck(),
    giveUp: db.prepare(`UPDATE source SET failed_request = @target WHERE id = @sourceId AND ${IS_OPEN}`),
    waiting: db.prepare<[{ target: number }], { id: string; failure: FailureKind | null }>(
      `SELECT id, failure FROM source WHERE ${IS_OPEN} AND retry_at IS NOT NULL`,
    ),
    isUnread: db.prepare<[{ target: number }], number>(`SELECT ${IS_UNREAD}`).pluck(),
    isOpen: db
      .prepare<[{ target: number }], number>(`SELECT EXISTS (SELECT 1 FROM source WHERE ${IS_OPEN})`)
      .pluck(),
  };
}

/**
 * The sources that a pass still has to work on, and the kind of work. Everything follows from the rows of the
 * sources, so that a pass can be cut anywhere. Each call runs inside the caller's transaction.
 */
export class WorkQueue {
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(db: Database.Database) {
    this.#sql = statementsOf(db);
  }

  /** Sources that need a start token for a full crawl now. */
  withoutToken(target: number, limit: number, now: number): string[] {
    return this.#sql.withoutToken.all({ target, limit, now });
  }

  /** Logs to read: the user's own first, then those that changed last. */
  logs(pass: Pass, limit: number, now: number): LogToRead[] {
    const rows = this.#sql.logs.all({ ...pass, now, limit });
    return rows.map((row) => ({
      sourceId: row.id,
      token: row.change_token,
      deadTokens: row.dead_tokens,
      failures: row.failures,
      pageSize: row.log_page_size ?? undefined,
    }));
  }

  /**
   * True while a source of the pass may find removals that are not counted yet. Failing sources do not count.
   */
  mayFindRemovals(target: number): boolean {
    return this.#sql.isUnread.get({ target }) === 1;
  }

  /** Hands out work for one child workflow. No other one of this job start gets it. */
  take(pass: Pass, now: number): TakenWork {
    const [first, ...rest] = this.#sql.needsChild.all({ ...pass, now, limit: SMALL_SOURCES });
    if (first === undefined)
      return {
        kind: 'none',
        retryInMs: this.#retryInMs(pass, now),
        unopened: this.withoutToken(pass.target, 1, now).length > 0,
      };
    const taken = first.large === 1 ? [first] : [first, ...rest];
    for (const { id } of taken) this.#sql.take.run(pass.epoch, id);
    if (first.large !== 1) return { kind: 'small', sourceIds: taken.map(({ id }) => id) };
    const { id: sourceId, name, crawls } = first;
    return { kind: 'large', sourceId, name: name ?? undefined, crawls: crawls === 1 };
  }

  /** Takes a source back from a child workflow that has not finished it. */
  release(sourceId: string, { large = false, held = false, retry }: Release, now: number): void {
    const retryAt = retry === undefined ? null : now + retry.inMs;
    const kind = retry?.kind ?? null;
    this.#sql.release.run({ sourceId, large: Number(large), held: Number(held), kind, retryAt });
  }

  /** Gives a source up for the request that the pass answers; false if it is done already. */
  giveUp(sourceId: string, target: number): boolean {
    return this.#sql.giveUp.run({ target, sourceId }).changes > 0;
  }

  /** Sources that failed and are not done, with the kind of their last failure. */
  waiting(target: number): { sourceId: string; failure: FailureKind | undefined }[] {
    const rows = this.#sql.waiting.all({ target });
    return rows.map(({ id, failure }) => ({ sourceId: id, failure: failure ?? undefined }));
  }

  /** True while a source neither answers the request nor was given up for it. */
  isOpen(target: number): boolean {
    return this.#sql.isOpen.get({ target }) === 1;
  }

  #retryInMs(pass: Pass, now: number): number | undefined {
    const at = this.#sql.retryAt.get(pass) ?? undefined;
    return at === undefined ? undefined : Math.max(0, at - now);
  }
}
