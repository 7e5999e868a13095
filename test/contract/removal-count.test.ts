/** How many files may go without a person's consent, and how little is counted to say so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CandidateTable } from '../../src/store/removals/candidates';
import { eventTable } from '../../src/store/files/events';
import { openForWriting } from '../../src/store/sqlite/open';
import { SourceTable, type SourceRow } from '../../src/store/jobs/sources';

const directory = mkdtempSync(join(tmpdir(), 'gdrive-sync-removals-'));
const path = join(directory, 'store.db');
let db: Database.Database;
/** The statements that were carried out. */
let done: string[];
let candidates: CandidateTable;
let source: SourceRow;

beforeEach(() => {
  openForWriting(path).close();
  done = [];
  db = new Database(path, { verbose: (sql) => done.push(String(sql)) });
  candidates = new CandidateTable(db, eventTable(db));
  const sources = new SourceTable(db);
  sources.addUser();
  source = sources.byId('user')!;
});
afterEach(() => {
  db.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
});
afterAll(() => rmSync(directory, { recursive: true }));

function fill({ live, gone }: { live: number; gone: number }): void {
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${String(live)})`;
  db.exec(/* sql */ `
    INSERT INTO file (source_pk, first_seen_at, changed_at, id) ${numbers} SELECT ${String(source.pk)}, 1, 1, 'f' || i FROM n;
    INSERT INTO candidate (file_id, source_pk, verdict, cause) SELECT id, source_pk, 'gone', 'log' FROM file LIMIT ${String(gone)};
    INSERT INTO candidate (file_id, source_pk, verdict, cause) VALUES ('never seen', ${String(source.pk)}, 'gone', 'log')`);
}

test.each([
  { live: 1_000, gone: 1_000, tooMany: false },
  { live: 1_001, gone: 1_001, tooMany: true },
  { live: 12_005, gone: 1_200, tooMany: false },
  { live: 12_005, gone: 1_201, tooMany: true },
  { live: 12_000, gone: 1_200, tooMany: false },
])('of $live files $gone are gone: too many is $tooMany', ({ tooMany, ...files }) => {
  fill(files);
  expect(candidates.tooMany(source, 1)).toBe(tooMany);
  expect(candidates.tooMany({ ...source, accepted: 1 }, 1)).toBe(false);
});

test('what a person has accepted is not counted, and what is too much is counted no further', () => {
  fill({ live: 5_000, gone: 5_000 });
  done = [];
  expect(candidates.tooMany({ ...source, accepted: 1 }, 1)).toBe(false);
  expect(done).toEqual([]);
  expect(candidates.tooMany(source, 1)).toBe(true);
  expect(done.filter((sql) => sql.includes('candidate')).map((sql) => /LIMIT (.*)\)/.exec(sql)?.[1])).toEqual(
    ['1001.0', '1001.0'],
  );
});
