import type Database from 'better-sqlite3';
import { FOLLOWED } from '../jobs/source-conditions';

/**
 * Whether the indexes on files and the search index are there. `building`: the indexes are, and the search
 * index is being filled.
 */
export type IndexState = 'none' | 'building' | 'ready';

/** The progress of the build. `later`: a first crawl is open and comes first. */
export interface IndexProgress {
  state: 'later' | 'building' | 'ready';
  /** Files in the search index. */
  indexed: number;
}

/** Indexes that find files by other columns than the id, and sum them up without reading whole rows. */
const INDEXES = {
  file_in_folder: 'file (parent_id, mime_type, quota_bytes, owned_by_me, trashed, removed_at, size)',
  file_modified: 'file (modified_time)',
  file_state: 'file (source_pk, removed_at, trashed)',
} as const;

const INDEX_NAMES = Object.keys(INDEXES) as (keyof typeof INDEXES)[];

/** Indexes of older versions, by those that replace them. */
const REPLACED: Partial<Record<keyof typeof INDEXES, string>> = { file_in_folder: 'file_child' };

function createIndex(name: keyof typeof INDEXES): string {
  const create = `CREATE INDEX IF NOT EXISTS ${name} ON ${INDEXES[name]}`;
  const replaced = REPLACED[name];
  return replaced === undefined ? create : `${create}; DROP INDEX IF EXISTS ${replaced}`;
}

/** Creates the index on parents. Work on folders may need it before the others. */
export function createChildIndex(db: Database.Database): void {
  db.exec(createIndex('file_in_folder'));
}

/**
 * Creates the index on states. With many sources, finding the files of one would otherwise scan the files of
 * all.
 */
export function createStateIndex(db: Database.Database): void {
  db.exec(createIndex('file_state'));
}

/**
 * The function that removes accents exists on the writing connection only. ASCII names, with as many bytes as
 * characters, skip it.
 */
const folded = (column: string): string =>
  `iif(octet_length(${column}) = length(${column}), ${column}, search_fold(${column}))`;
const searchedValues = (row: string): string =>
  `char(2) || ${folded(`${row}.name`)} || char(3), ${folded(`${row}.description`)}`;

/** The columns that an entry of the search index and its rank come from. */
export const SEARCHED_COLUMNS = ['name', 'description', 'modified_time'] as const;

/**
 * Files that one step adds to the search index, in most of a second. Each step writes one segment, and a
 * million files make fewer segments than FTS5 merges.
 */
const FILES_A_STEP = 100_000;
/** Stale files that one step updates. */
const MENDED_A_STEP = 10_000;

/**
 * Files without a time come first; `index_time` is null until then. A stale file may have been added already.
 */
const fill = (files: string): string => /* sql */ `
INSERT INTO search_doc (file_pk, name, description)
SELECT pk, ${searchedValues('file')} FROM file WHERE ${files} ON CONFLICT (file_pk) DO NOTHING`;
const STALE = 'file_pk <= @last';
const IS_STALE = `file_pk IN (SELECT file_pk FROM search_stale WHERE ${STALE})`;
const TIMELESS = 'modified_time IS NULL';
const DATED = '(modified_time, pk) > (@time, @pk)';

/**
 * How many segments FTS5 merges into one, and the size in bytes at which it writes a segment:
 * https://www.sqlite.org/fts5.html#the_automerge_configuration_option.
 * Few and large segments save a third of the time while the index is filled and cost queries tenths of a
 * millisecond. Afterwards the defaults apply.
 */
const PARTS = {
  filling: { automerge: 16, hashsize: 1 << 24 },
  ready: { automerge: 4, hashsize: 1 << 20 },
};

interface FillPosition {
  time: string;
  pk: number;
}

function statementsOf(db: Database.Database, filesAStep: number) {
  return {
    state: db.prepare<[], { indexed: IndexState; index_time: string | null; index_pk: number | null }>(
      'SELECT indexed, index_time, index_pk FROM store',
    ),
    crawling: db
      .prepare<[], number>(/* sql */ `
        SELECT EXISTS (SELECT 1 FROM generation JOIN source ON source.pk = source_pk
          WHERE closed_at IS NULL AND current_at IS NULL AND source.state = ${FOLLOWED})`)
      .pluck(),
    hasIndex: db
      .prepare<[string], number>("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?")
      .pluck(),
    fillTimeless: db.prepare(fill(TIMELESS)),
    last: db.prepare<[FillPosition], FillPosition>(/* sql */ `
      SELECT modified_time AS time, pk FROM file WHERE ${DATED} ORDER BY modified_time, pk LIMIT 1 OFFSET ${String(filesAStep - 1)}`),
    fillTo: db.prepare<[FillPosition & { lastTime: string; lastPk: number }]>(
      fill(`${DATED} AND (modified_time, pk) <= (@lastTime, @lastPk) ORDER BY modified_time, pk`),
    ),
    fillRest: db.prepare<[FillPosition]>(fill(`${DATED} ORDER BY modified_time, pk`)),
    lastStale: db
      .prepare<[], number | null>(
        `SELECT max(file_pk) FROM (SELECT file_pk FROM search_stale ORDER BY file_pk LIMIT ${String(MENDED_A_STEP)})`,
      )
      .pluck(),
    // An external content index must be told what to delete:
    // https://www.sqlite.org/fts5.html#external_content_tables.
    removeStaleText: db.prepare<[{ last: number }]>(/* sql */ `
      INSERT INTO search_text (search_text, rowid, name, description)
      SELECT 'delete', rank, name, description FROM search_doc WHERE ${IS_STALE} ORDER BY rank`),
    removeStale: db.prepare<[{ last: number }]>(`DELETE FROM search_doc WHERE ${IS_STALE}`),
    addStale: db.prepare<[{ last: number }]>(
      fill(`pk IN (SELECT file_pk FROM search_stale WHERE ${STALE}) ORDER BY modified_time, pk`),
    ),
    forgetStale: db.prepare<[{ last: number }]>(`DELETE FROM search_stale WHERE ${STALE}`),
    configure: db.prepare<[string, number]>(
      'INSERT INTO search_text (search_text, rank) VALUES (?, CAST(? AS INTEGER))',
    ),
    note: db.prepare<[{ state: IndexState; time: string | null; pk: number | null }]>(
      'UPDATE store SET indexed = @state, index_time = @time, index_pk = @pk',
    ),
    addText: db.prepare<[number]>(
      'INSERT INTO search_text (rowid, name, description) SELECT rank, name, description FROM search_doc WHERE rank > ?',
    ),
    lastRank: db.prepare<[], number>('SELECT coalesce(max(rank), 0) FROM search_doc').pluck(),
  };
}

/**
 * Builds what would slow a first crawl down: secondary indexes and the search index, a part at a time. Each
 * call runs inside the caller's transaction and continues after the last committed step.
 */
export class IndexBuild {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(db: Database.Database, filesAStep = FILES_A_STEP) {
    this.#db = db;
    this.#sql = statementsOf(db, filesAStep);
  }

  step(): IndexProgress {
    const row = this.#sql.state.get();
    const isNew = row === undefined || row.indexed === 'none';
    if (isNew && this.#sql.crawling.get() === 1) return { state: 'later', indexed: 0 };
    // A store of an older version may lack an index.
    const missing = INDEX_NAMES.find((name) => this.#sql.hasIndex.get(name) === 0);
    if (missing !== undefined) return this.#create(missing);
    if (isNew) return this.#beginFilling();
    return row.indexed === 'ready' ? this.#mendSome() : this.#fillSome(row.index_time, row.index_pk ?? 0);
  }

  #progress(state: IndexProgress['state']): IndexProgress {
    // Nearly the exact count, and cheap.
    return { state, indexed: this.#sql.lastRank.get() ?? 0 };
  }

  #writeParts({ automerge, hashsize }: (typeof PARTS)['ready']): void {
    this.#sql.configure.run('automerge', automerge);
    this.#sql.configure.run('hashsize', hashsize);
  }

  /** Adds files to `search_doc`, which gives them the next ranks, then to the search index. */
  #index(add: () => void): void {
    const last = this.#sql.lastRank.get() ?? 0;
    add();
    this.#sql.addText.run(last);
  }

  /** A renamed or modified file gets the highest rank. */
  #mendSome(): IndexProgress {
    const last = this.#sql.lastStale.get() ?? null;
    if (last === null) return this.#progress('ready');
    this.#sql.removeStaleText.run({ last });
    this.#sql.removeStale.run({ last });
    this.#index(() => this.#sql.addStale.run({ last }));
    this.#sql.forgetStale.run({ last });
    return this.#progress('building');
  }

  #create(index: keyof typeof INDEXES): IndexProgress {
    this.#db.exec(createIndex(index));
    return this.#progress('building');
  }

  #beginFilling(): IndexProgress {
    this.#writeParts(PARTS.filling);
    this.#sql.note.run({ state: 'building', time: null, pk: null });
    return { state: 'building', indexed: 0 };
  }

  #fillSome(time: string | null, pk: number): IndexProgress {
    if (time === null) {
      this.#index(() => this.#sql.fillTimeless.run());
      this.#sql.note.run({ state: 'building', time: '', pk: 0 });
      return this.#progress('building');
    }
    const place = { time, pk };
    const last = this.#sql.last.get(place);
    if (last === undefined) {
      this.#index(() => this.#sql.fillRest.run(place));
      this.#writeParts(PARTS.ready);
      this.#sql.note.run({ state: 'ready', time: null, pk: null });
      return this.#progress('building');
    }
    this.#index(() => this.#sql.fillTo.run({ ...place, lastTime: last.time, lastPk: last.pk }));
    this.#sql.note.run({ state: 'building', ...last });
    return this.#progress('building');
  }
}
