/** A store with one job started and one crawl of the user's own source open, and what tests do with it. */
import type Database from 'better-sqlite3';
import { toFileRecord, type FileRecord, type JsonObject } from '../../src/model/file';
import { USER_SOURCE } from '../../src/model/job';
import type { Claim, Fence } from '../../src/model/partition';
import { openForWriting } from '../../src/store/open';
import type { CommitResult, ListedPage } from '../../src/store/partitions';
import { createTransactor, type Transactor } from '../../src/store/transactor';

/** When the crawl was opened. */
export const OPENED_AT = Date.UTC(2026, 0, 1);

type Row = Record<string, unknown>;

/** A store under test. */
export interface TestStore {
  db: Database.Database;
  store: Transactor;
  clock: { now: number };
  epoch: number;
  /** The claim of a lane; throws if it gets none. */
  claim(lane: number, epoch?: number): Claim;
  commit(page: ListedPage): CommitResult;
  /** Ends the open crawl, whose windows are made done, and opens another. */
  nextGeneration(): void;
  rows(sql: string): Row[];
  row(sql: string): Row;
  /** Everything in the store. */
  dump(): Record<string, Row[]>;
}

/** Opens a store and starts its first job. */
export function openTestStore(path: string): TestStore {
  const clock = { now: OPENED_AT };
  const db = openForWriting(path);
  const store = createTransactor(db, () => clock.now);
  store.bindIdentity({ permissionId: 'me', emailAddress: 'me@example.com' });
  const { epoch } = store.startJob({ jobId: 'job-1', attempt: 1, requestedAt: 1 });
  store.openGenerations([{ sourceId: USER_SOURCE, startToken: 'start-1' }]);
  const rows = (sql: string): Row[] => db.prepare<[], Row>(sql).all();
  return {
    db,
    store,
    clock,
    epoch,
    claim(lane, at = epoch) {
      const result = store.claim({ sourceId: USER_SOURCE, epoch: at, lane });
      if (result.kind !== 'claimed') throw new Error(`lane ${String(lane)} got no window: ${result.kind}`);
      return result.claim;
    },
    commit: (each) => store.commitPages([each])[0]!,
    nextGeneration() {
      db.exec("UPDATE partition SET state = 'done' WHERE state = 'open'");
      store.closeGeneration(USER_SOURCE, epoch);
      store.openGenerations([{ sourceId: USER_SOURCE, startToken: 'start-2' }]);
    },
    rows,
    row: (sql) => rows(sql)[0]!,
    dump() {
      const tables = rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
      return Object.fromEntries(tables.map(({ name }) => [name, rows(`SELECT * FROM ${String(name)}`)]));
    },
  };
}

/** A file as a listing brings it; `modified` in ms. */
export function file(id: string, fields: JsonObject & { modified?: number } = {}): FileRecord {
  const { modified, ...rest } = fields;
  const modifiedTime = modified === undefined ? undefined : new Date(modified).toISOString();
  return toFileRecord({ id, version: '1', name: `name of ${id}`, modifiedTime, ...rest })!;
}

/** A page, complete and unsuspicious unless told otherwise. */
export function page(fence: Fence, change: Partial<ListedPage> = {}): ListedPage {
  return { fence, files: [], nextPageToken: undefined, incompleteSearch: false, unusable: 0, ...change };
}
