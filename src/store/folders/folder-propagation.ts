import type Database from 'better-sqlite3';
import { FOLDER_TYPE } from '../../model/file';
import type { FolderWork } from '../../planning/reconcile';
import type { EventTable } from '../files/events';
import { createChildIndex } from '../search/index-build';
import { ADD_OPEN } from '../removals/candidate-statements';
import { CHECKED, OPEN } from '../removals/candidate-words';
import { childrenOf, HAS_ONE_PARENT, ROOT_IDS, STEP_UP } from '../files/parents';

/** Children that one step works on: a folder may have half a million. */
const MOST_CHILDREN = 5_000;

/** The work that the store does itself, in this order. */
export const PROPAGATED = ['trash', 'doubt', 'strays'] as const satisfies readonly FolderWork[];

type PropagatedWork = (typeof PROPAGATED)[number];

/** A folder whose state propagates to its children. Children up to the key `cursor` are done. */
export interface PropagationWork {
  kind: PropagatedWork;
  sourcePk: number;
  folder: string;
  cursor: number;
}

/**
 * A child whose trash state differs from what its folders imply. `becomes` is null if the folders disagree.
 */
interface WrongChild {
  pk: number;
  id: string;
  mime_type: string | null;
  trashed: number | null;
  becomes: number | null;
}

/** The children of one step that are still in the folder. */
interface Part {
  folder: string;
  /** JSON list of keys of `file`. */
  children: string;
}

const PART = /* sql */ `
pk IN (SELECT value FROM json_each(@children)) AND removed_at IS NULL
AND (parent_id = @folder OR EXISTS (SELECT 1 FROM file_parent WHERE file_pk = file.pk AND file_parent.parent_id = @folder))`;

const CHILDREN = /* sql */ `
SELECT DISTINCT pk FROM (${childrenOf('@folder')}) WHERE pk > @cursor ORDER BY pk`;

/** 1 for a folder in the trash, 0 for one outside of it, null for an unknown one. */
const STATE = /* sql */ `
CASE WHEN folder.pk IS NOT NULL THEN coalesce(folder.trashed, 0) WHEN file_parent.parent_id IN (${ROOT_IDS}) THEN 0 END`;

/** The state on which all parents agree; null if they disagree or one is unknown. */
const AGREED = /* sql */ `
SELECT iif(count(*) = count(${STATE}) AND min(${STATE}) = max(${STATE}), max(${STATE}), NULL)
FROM file_parent LEFT JOIN file AS folder ON folder.id = file_parent.parent_id AND folder.removed_at IS NULL
WHERE file_pk = file.pk`;

/**
 * Drive does not document what becomes of a file if only some of its parents are in the trash, so it is
 * asked.
 */
const WRONG_CHILDREN = /* sql */ `
SELECT * FROM (
  SELECT pk, id, mime_type, trashed,
    CASE WHEN explicitly_trashed = 1 THEN 1 WHEN ${HAS_ONE_PARENT} THEN @trashed ELSE (${AGREED}) END AS becomes
  FROM file WHERE ${PART})
WHERE becomes IS NOT coalesce(trashed, 0)`;

/**
 * True for a folder below one that somebody else owns or that the user does not see. If that one is in its
 * owner's trash, other people's files below it cannot be seen.
 */
const IS_BELOW_OTHERS = /* sql */ `
WITH RECURSIVE above (id) AS (SELECT @folder UNION ${STEP_UP})
SELECT EXISTS (SELECT 1 FROM above LEFT JOIN file AS folder ON folder.id = above.id AND folder.removed_at IS NULL
  WHERE above.id <> @folder AND above.id NOT IN (${ROOT_IDS}) AND coalesce(folder.owned_by_me, folder.drive_id IS NOT NULL) = 0)`;

/** Children that belong to other people. */
const OF_OTHERS = `${PART} AND owned_by_me = 0 AND drive_id IS NULL`;

/** Children whose home is another one than that of the folder. */
const STRAYS = `${PART} AND source_pk <> (SELECT source_pk FROM file AS folder WHERE folder.id = @folder AND folder.removed_at IS NULL)`;

const askFor = (children: string): string => /* sql */ `
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause)
SELECT id, @source, ${OPEN}, ${CHECKED} FROM file WHERE ${children}`;

/** Live files in lost folders below a folder: no listing of a folder above shows them. */
const BELOW_LOST = /* sql */ `
WITH RECURSIVE lost (id) AS (
  SELECT id FROM file WHERE parent_id = ? AND removed_at IS NOT NULL AND mime_type = '${FOLDER_TYPE}'
  UNION SELECT file.id FROM lost JOIN file ON parent_id = lost.id WHERE removed_at IS NOT NULL AND mime_type = '${FOLDER_TYPE}')
SELECT file.id, mime_type = '${FOLDER_TYPE}' AS folder FROM lost JOIN file ON parent_id = lost.id WHERE removed_at IS NULL`;

/** Prepares the statements that find files by their parents. */
function propagationStatements(db: Database.Database) {
  return {
    children: db.prepare<[{ folder: string; cursor: number }], number>(CHILDREN).pluck(),
    trashedOf: db
      .prepare<[string], number>('SELECT coalesce(trashed, 0) FROM file WHERE id = ? AND removed_at IS NULL')
      .pluck(),
    belowLost: db.prepare<[string], { id: string; folder: number }>(BELOW_LOST),
    wrong: db.prepare<[Part & { trashed: number }], WrongChild>(WRONG_CHILDREN),
    setTrashed: db.prepare('UPDATE file SET trashed = ?, changed_at = ? WHERE pk = ?'),
    ask: db.prepare<[string, number]>(ADD_OPEN),
    isBelowOthers: db.prepare<[{ folder: string }], number>(IS_BELOW_OTHERS).pluck(),
    askForOthers: db.prepare<[Part & { source: number }]>(askFor(OF_OTHERS)),
    followFolders: db.prepare<[Part & { source: number }]>(/* sql */ `
      INSERT OR IGNORE INTO folder_work (source_pk, folder_id, kind)
      SELECT @source, id, 'trash' FROM file WHERE ${PART} AND trashed = 1 AND mime_type = '${FOLDER_TYPE}'`),
    doubtFolders: db.prepare<[Part & { source: number }]>(/* sql */ `
      INSERT OR IGNORE INTO folder_work (source_pk, folder_id, kind)
      SELECT @source, id, 'doubt' FROM file WHERE ${PART} AND mime_type = '${FOLDER_TYPE}'`),
    doubt: db.prepare<[Part & { source: number }]>(askFor(PART)),
    askForStrays: db.prepare<[Part & { source: number }]>(askFor(STRAYS)),
  };
}

/**
 * Propagates the state of a folder to its children, a part at a time. Each call runs inside the caller's
 * transaction.
 */
export class FolderPropagation {
  readonly #db: Database.Database;
  readonly #events: EventTable;
  #prepared: ReturnType<typeof propagationStatements> | undefined;
  /** The remaining children of the last folder. Finding them again would take longer than a step. */
  #rest: { folder: string; cursor: number; children: number[] } | undefined;

  constructor(db: Database.Database, events: EventTable) {
    this.#db = db;
    this.#events = events;
  }

  /** Makes live files in lost folders below a folder candidates. Returns the folders among them. */
  askBelowLost(sourcePk: number, folder: string): string[] {
    const { belowLost, ask } = this.#sql;
    const found = belowLost.all(folder);
    for (const { id } of found) ask.run(id, sourcePk);
    return found.filter((each) => each.folder === 1).map(({ id }) => id);
  }

  /**
   * Only this class finds children by parent, so it creates the index on first use, after the first crawl;
   * again if the transaction that created it was rolled back.
   */
  get #sql(): ReturnType<typeof propagationStatements> {
    createChildIndex(this.#db);
    return (this.#prepared ??= propagationStatements(this.#db));
  }

  /**
   * Works on a part of a folder's children. Returns the key up to which they are done, undefined after the
   * last one, and the folders among them whose own children come next.
   */
  step(work: PropagationWork, now: number): { cursor: number | undefined; flipped: string[] } {
    const { children, isLast } = this.#next(work);
    const part = { folder: work.folder, children: JSON.stringify(children) };
    const flipped = work.kind === 'trash' ? this.#propagateTrash(work, part, now) : [];
    const source = work.sourcePk;
    if (work.kind === 'doubt') this.#propagateDoubt({ ...part, source });
    if (work.kind === 'strays') this.#sql.askForStrays.run({ ...part, source });
    return { cursor: isLast ? undefined : children.at(-1), flipped };
  }

  #next({ folder, cursor }: PropagationWork): { children: number[]; isLast: boolean } {
    const { folder: known, cursor: at, children: rest } = this.#rest ?? {};
    const all = known === folder && at === cursor && rest ? rest : this.#sql.children.all({ folder, cursor });
    const children = all.slice(0, MOST_CHILDREN);
    const last = children.at(-1);
    const isLast = last === undefined || children.length === all.length;
    this.#rest = isLast ? undefined : { folder, cursor: last, children: all.slice(MOST_CHILDREN) };
    return { children, isLast };
  }

  #propagateTrash({ sourcePk, folder }: PropagationWork, part: Part, now: number): string[] {
    const { trashedOf, isBelowOthers, wrong, ask } = this.#sql;
    const trashed = trashedOf.get(folder);
    // The children of a folder that is gone are doubted instead.
    if (trashed === undefined) return [];
    if (trashed === 1 && isBelowOthers.get({ folder }) === 1)
      this.#askForOthers({ ...part, source: sourcePk });
    const flipped: string[] = [];
    for (const { becomes, ...child } of wrong.all({ ...part, trashed })) {
      if (becomes === null) ask.run(child.id, sourcePk);
      else {
        this.#setTrashed(child, becomes, now);
        if (child.mime_type === FOLDER_TYPE) flipped.push(child.id);
      }
    }
    return flipped;
  }

  /** Looks up other people's files in a folder, and has the folders below it do the same. */
  #askForOthers(part: Part & { source: number }): void {
    this.#sql.askForOthers.run(part);
    this.#sql.followFolders.run(part);
  }

  #setTrashed({ pk, trashed }: Omit<WrongChild, 'becomes'>, becomes: number, now: number): void {
    this.#sql.setTrashed.run(becomes, now, pk);
    const kind = becomes === 1 ? 'trashed' : 'restored';
    const changes = { trashed: [trashed, becomes] as [unknown, unknown] };
    this.#events.add(pk, { kind, inherited: true, changes }, now);
  }

  #propagateDoubt(part: Part & { source: number }): void {
    this.#sql.doubtFolders.run(part);
    this.#sql.doubt.run(part);
  }
}
