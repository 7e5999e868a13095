/** A store with one job started and one crawl of the user's own source open, and what tests do with it. */
import type Database from 'better-sqlite3';
import { toFileRecord, type FileRecord } from '../../src/model/file';
import type { JsonObject } from '../../src/model/values';
import { USER_SOURCE, type SourceOutcome } from '../../src/model/job';
import type { Claim, Fence } from '../../src/model/partition';
import { openForWriting } from '../../src/store/sqlite/open';
import type { Pass, SourceTurn } from '../../src/model/pass';
import type { ChangePage } from '../../src/store/log/change-log';
import type { StartedJob } from '../../src/store/jobs/jobs';
import type { LogCommit, PageGroup } from '../../src/store/page-group';
import type { CommitResult, ListedPage } from '../../src/store/crawl/partitions';
import { createTransactor, type Transactor } from '../../src/store/transactor';

/** When the crawl was opened. */
export const OPENED_AT = Date.UTC(2026, 0, 1);

type Row = Record<string, unknown>;

/** A store under test. */
export interface TestStore {
  db: Database.Database;
  store: Transactor;
  clock: { now: number };
  /** The pass of the job that owns the store. */
  pass: Pass;
  readonly epoch: number;
  /** The claim of a lane; throws if it gets none. */
  claim(lane: number, epoch?: number): Claim;
  commit(page: ListedPage): CommitResult;
  /** Opens another crawl in place of the open one. */
  nextGeneration(): void;
  /** Brings a source, else the user's, to its end: windows that are open hold nothing, and nothing has changed. */
  settle(sourceId?: string): SourceOutcome;
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
  const pass = startedPass(store.startJob({ jobId: 'job-1', attempt: 1, requestedAt: 1 }));
  const open = (startToken: string, replaces?: string) =>
    store.openGenerations(pass.epoch, [{ sourceId: USER_SOURCE, startToken, openedAt: clock.now, replaces }]);
  open('start-1');
  const rows = (sql: string): Row[] => db.prepare<[], Row>(sql).all();
  const box: TestStore = {
    db,
    store,
    clock,
    pass,
    get epoch() {
      return box.pass.epoch;
    },
    claim(lane, at = box.epoch) {
      const result = store.claim({ sourceId: USER_SOURCE, epoch: at, lane });
      if (result.kind !== 'claimed') throw new Error(`lane ${String(lane)} got no window: ${result.kind}`);
      return result.claim;
    },
    commit: (each) => commitPages(store, [each])[0]!,
    nextGeneration() {
      open('start-2', 'start-1');
    },
    settle(sourceId = USER_SOURCE) {
      const turn = { sourceId, ...box.pass };
      for (let step = 0; ; step++) {
        const work = store.advanceSource(turn);
        if (step > 1_000) throw new Error(`the source does not come to its end: ${JSON.stringify(work)}`);
        if (work.kind === 'done') return work.outcome;
        if (work.kind === 'crawl') {
          for (const lane of [0, 1, 2]) {
            const claimed = store.claim({ ...turn, lane });
            if (claimed.kind === 'claimed') commitPages(store, [page(claimed.claim.fence)]);
          }
        } else if (work.kind === 'changes') commitChanges(store, changes(turn, work.token));
        else if (work.kind !== 'more') throw new Error(`the source needs ${work.kind}`);
      }
    },
    rows,
    row: (sql) => rows(sql)[0]!,
    dump() {
      const tables = rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
      return Object.fromEntries(tables.map(({ name }) => [name, rows(`SELECT * FROM ${String(name)}`)]));
    },
  };
  return box;
}

/** Writes pages in one transaction. */
function inOneGroup<T>(store: Transactor, write: (group: PageGroup) => T): T {
  const group = store.openPages();
  try {
    const result = write(group);
    group.commit();
    return result;
  } catch (error) {
    group.rollBack();
    throw error;
  }
}

/** Commits pages of crawls in one transaction. */
export function commitPages(store: Transactor, pages: readonly ListedPage[]): CommitResult[] {
  return inOneGroup(store, (group) => pages.map((each) => group.addPage(each)));
}

/** Commits a page of a change log. */
export function commitChanges(store: Transactor, changePage: ChangePage & Pass): LogCommit {
  return inOneGroup(store, (group) => group.addChanges(changePage));
}

/** The pass of a job that has started; throws if it is paused. */
export function startedPass(job: StartedJob): Pass {
  if (job.kind !== 'started') throw new Error('the job is paused');
  return { epoch: job.epoch, target: job.target };
}

/** The epoch of a job that has started; throws if it is paused. */
export function startedEpoch(job: StartedJob): number {
  return startedPass(job).epoch;
}

/** A file as a listing brings it; `modified` in ms. */
export function file(id: string, fields: JsonObject & { modified?: number } = {}): FileRecord {
  const { modified, ...rest } = fields;
  const modifiedTime = modified === undefined ? undefined : new Date(modified).toISOString();
  return toFileRecord({ id, version: '1', name: `name of ${id}`, modifiedTime, ...rest })!;
}

/** A page of a change log: its end, with nothing on it, unless told otherwise. */
export function changes(
  turn: SourceTurn,
  asked: string,
  change: Partial<ChangePage> = {},
): ChangePage & Pass {
  return {
    ...turn,
    asked: { token: asked, requestNo: turn.target, sentAt: OPENED_AT },
    entries: [],
    token: asked,
    isEnd: true,
    unknown: 0,
    unusable: 0,
    oldestMs: undefined,
    ...change,
  };
}

/** A page, complete and unsuspicious unless told otherwise. */
export function page(
  fence: Fence,
  {
    files = [],
    ...change
  }: Partial<Omit<ListedPage, 'files' | 'times'>> & { files?: readonly FileRecord[] } = {},
): ListedPage {
  const times = files.map(({ modifiedMs }) => modifiedMs);
  return {
    fence,
    files,
    times,
    nextPageToken: undefined,
    incompleteSearch: false,
    unusable: 0,
    ...change,
  };
}
