/** The look for rows that may be gone, with the index on states and without it. */
import { createStateIndex } from '../../src/store/search/index-build';
import { SourceTable } from '../../src/store/jobs/sources';
import { BY_STATE, Sweep, sweepStatements, type SweptRows } from '../../src/store/crawl/sweep';
import { commitPages, file, openTestStore, page, type TestStore } from '../support/stores';

let box: TestStore;

beforeEach(() => {
  box = openTestStore(':memory:');
  box.db.exec("INSERT INTO source (pk, id) VALUES (2, '0Team')");
  box.db.pragma('foreign_keys = OFF');
});

afterEach(() => {
  box.db.close();
});

/** Files that the open crawl has listed. */
function list(...files: ReturnType<typeof file>[]): void {
  commitPages(box.store, [page(box.claim(0).fence, { files, nextPageToken: 'more' })]);
}

/** Makes files what an earlier crawl had found. */
function age(...ids: string[]): void {
  const older = box.db.prepare('UPDATE file SET generation_pk = NULL WHERE id = ?');
  for (const id of ids) expect(older.run(id).changes).toBe(1);
}

/** Sweeps to the end; returns the ids of the candidates and how many steps it took. */
function sweep(rows: SweptRows, sourceId = 'user'): { ids: string[]; steps: number } {
  const sources = new SourceTable(box.db);
  const sweeps = new Sweep(box.db);
  box.db.prepare('UPDATE source SET sweep_pk = 0 WHERE id = ?').run(sourceId);
  for (let steps = 1; steps < 1_000; steps++) {
    sweeps.step(sources.byId(sourceId)!, rows);
    if (sources.byId(sourceId)!.sweep_pk !== null) continue;
    const ids = box
      .rows('SELECT file_id FROM candidate ORDER BY file_id')
      .map((row) => String(row['file_id']));
    return { ids, steps };
  }
  throw new Error('the sweep does not end');
}

describe.each([
  { name: 'without the index on states', indexed: false },
  { name: 'with the index on states', indexed: true },
])('$name', ({ indexed }) => {
  beforeEach(() => {
    if (indexed) createStateIndex(box.db);
  });

  test('what the crawl has not seen may be gone, trashed or not or unknown', () => {
    const old = [file('unknown'), file('live', { trashed: false }), file('trashed', { trashed: true })];
    list(...old, file('listed'), file('unchanged', { trashed: true }), file('removed'));
    age('unknown', 'live', 'trashed', 'unchanged', 'removed');
    box.db.exec("UPDATE file SET removed_at = 1 WHERE id = 'removed'");
    box.db.exec(
      "INSERT INTO seen (generation_pk, file_pk) SELECT generation.pk, file.pk FROM generation, file WHERE file.id = 'unchanged'",
    );
    expect(sweep('unseen').ids).toEqual(['live', 'trashed', 'unknown']);
  });

  test('folders that are not known are asked for too where folders were lost', () => {
    list(
      file('folder'),
      file('inside', { parents: ['folder'] }),
      file('lost', { parents: ['unheard'] }),
      file('both', { parents: ['folder', 'unseen'] }),
    );
    expect(sweep('unseen').ids).toEqual([]);
    expect(sweep('unseen-and-unknown').ids).toEqual(['unheard', 'unseen']);
  });

  test('all rows of a drive that is left, and no others, in as many steps as they fill', () => {
    list(file('mine'), file('first'), file('second', { trashed: true }), file('last'));
    box.db.exec("UPDATE file SET source_pk = 2 WHERE id <> 'mine'");
    box.db.exec("UPDATE file SET pk = pk + 1000000 WHERE id IN ('mine', 'last')");
    const { ids, steps } = sweep('all', '0Team');
    expect(ids).toEqual(['first', 'last', 'second']);
    expect(steps).toBe(3);
    expect(box.rows('SELECT DISTINCT verdict, cause FROM candidate')).toEqual([
      { verdict: 'open', cause: 'checked' },
    ]);
  });

  test('what is not wanted is gone', () => {
    list(file('a'));
    expect(sweep('unwanted').ids).toEqual(['a']);
    expect(box.rows('SELECT verdict, cause FROM candidate')).toEqual([{ verdict: 'gone', cause: 'scope' }]);
  });
});

test('a step looks at its own part of the index only', () => {
  createStateIndex(box.db);
  const { next, addUnseen } = sweepStatements(box.db, BY_STATE);
  const planOf = (sql: string): string =>
    box.db
      .prepare<object, { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all({ from: 0, to: 1, source: 1, generation: 1, verdict: 'open', cause: 'checked' })
      .map(({ detail }) => detail)
      .join('\n');
  const upTo = 'COVERING INDEX file_state (source_pk=? AND removed_at=? AND trashed=? AND rowid>?';
  expect(planOf(addUnseen.source)).toContain(`${upTo} AND rowid<?)`);
  expect(planOf(next.source)).toContain(`${upTo})`);
});

test('the index is there as soon as there is a second source', () => {
  const hasIndex = () => box.row("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'file_state'")['n'];
  expect(hasIndex()).toBe(0);
  box.store.followDrives([{ id: '0New', name: 'New' }]);
  expect(hasIndex()).toBe(1);
});
