import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_COLUMNS } from '../../src/model/file';
import { USER_SOURCE } from '../../src/model/job';
import {
  commitPages,
  file,
  openTestStore,
  page,
  OPENED_AT,
  startedEpoch,
  type TestStore,
} from '../support/stores';

const DAY = 86_400_000;
const OLD = OPENED_AT - 100 * DAY;

const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-store-'));
let stores = 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each([
  { kind: 'in memory', path: () => ':memory:' },
  { kind: 'in a file', path: () => join(folder, `store-${String(++stores)}.sqlite`) },
])('a store $kind', ({ path }) => {
  let box: TestStore;

  beforeEach(() => {
    box = openTestStore(path());
  });

  afterEach(() => {
    box.store.close();
  });

  /** Expects the step to leave every table as it is. */
  function changesNothing(step: () => void): void {
    const before = box.dump();
    step();
    expect(box.dump()).toEqual(before);
  }

  /** Lane 0 lists pages of what is not in the trash, from the opening back over so many years of the eighteen. */
  function listedBack(years: number): void {
    box.commit(
      page(box.claim(0).fence, { nextPageToken: 't', files: [file('a', { modified: OPENED_AT - 1 })] }),
    );
    const next = OPENED_AT - years * 365 * 86_400_000;
    const { fence } = box.claim(0);
    box.commit(page(fence, { nextPageToken: 'u', files: [file('b', { modified: next })] }));
  }

  const stored = () => box.row('SELECT version, name, changed_at, generation_pk, removed_at FROM file');
  const seen = () => box.rows('SELECT * FROM seen');
  const kindOf = (lane: number, epoch = box.epoch) =>
    box.store.claim({ sourceId: USER_SOURCE, epoch, lane }).kind;

  describe('commit', () => {
    test('a page writes its rows, its checkpoint and the count of its job together', () => {
      const { fence } = box.claim(0);
      const files = [file('a', { modified: OLD }), file('b', { modified: OLD - DAY })];
      box.clock.now += 5;
      expect(box.commit(page(fence, { files, nextPageToken: 't1' }))).toEqual({
        kind: 'committed',
        disordered: false,
        next: {
          fence: { ...fence, page: 1 },
          driveId: undefined,
          position: { q: 'trashed = false', orderBy: 'modifiedTime desc', pageToken: 't1' },
          failures: 0,
        },
      });
      expect(box.rows('SELECT id, first_seen_at, changed_at, generation_pk FROM file')).toEqual(
        ['a', 'b'].map((id) => ({
          id,
          first_seen_at: OPENED_AT + 5,
          changed_at: OPENED_AT + 5,
          generation_pk: 1,
        })),
      );
      expect(box.row(`SELECT * FROM partition WHERE pk = ${String(fence.partition)}`)).toMatchObject({
        state: 'open',
        page: 1,
        page_token: 't1',
        files: 2,
        frontier_ms: OLD - DAY,
        committed_at: OPENED_AT + 5,
      });
      expect(box.row('SELECT pages, files FROM job')).toEqual({ pages: 1, files: 2 });
    });

    test('a page that cannot be written leaves neither rows nor a checkpoint', () => {
      const { fence } = box.claim(0);
      const bad = file('bad');
      bad.values[RECORD_COLUMNS.indexOf('id')] = '';
      changesNothing(() => {
        expect(() =>
          commitPages(box.store, [page(fence, { files: [file('good'), bad], nextPageToken: 't1' })]),
        ).toThrow(/CHECK constraint/);
      });
    });

    test('the page without a token ends its window', () => {
      const { fence } = box.claim(0);
      expect(box.commit(page(fence, { files: [file('a')] }))).toEqual({
        kind: 'committed',
        disordered: false,
        next: undefined,
      });
      expect(box.row(`SELECT state FROM partition WHERE pk = ${String(fence.partition)}`)).toEqual({
        state: 'done',
      });
      expect(box.claim(0).position.q).toBe('trashed = true');
    });

    test('the same page a second time is refused and changes nothing', () => {
      const { fence } = box.claim(0);
      const first = page(fence, { files: [file('a')], nextPageToken: 't1' });
      box.commit(first);
      changesNothing(() => {
        expect(box.commit(first)).toEqual({ kind: 'refused' });
      });
    });

    test('the last page a second time is refused and changes nothing', () => {
      const last = page(box.claim(0).fence, { files: [file('a')] });
      box.commit(last);
      changesNothing(() => {
        expect(box.commit(last)).toEqual({ kind: 'refused' });
      });
    });

    test('the successors of a refused page are refused with it, in one group or later', () => {
      const { fence } = box.claim(0);
      box.claim(0);
      const chain = [0, 1, 2].map((number) =>
        page(
          { ...fence, page: number },
          { files: [file(`f${String(number)}`)], nextPageToken: 't' + number },
        ),
      );
      changesNothing(() => {
        const refused = chain.map(() => ({ kind: 'refused' }));
        expect(commitPages(box.store, chain)).toEqual(refused);
        expect(chain.map((each) => box.commit(each))).toEqual(refused);
      });
    });

    test('a page that runs ahead of its predecessor is refused', () => {
      const { fence } = box.claim(0);
      changesNothing(() => {
        expect(box.commit(page({ ...fence, page: 1 }, { files: [file('a')] }))).toEqual({ kind: 'refused' });
      });
    });

    test('a refused page in a group leaves the pages of other windows standing', () => {
      const stale = box.claim(0).fence;
      box.claim(0);
      const results = commitPages(box.store, [
        page(stale, { files: [file('stale')] }),
        page(box.claim(1).fence, { files: [file('good')] }),
      ]);
      expect(results.map(({ kind }) => kind)).toEqual(['refused', 'committed']);
      expect(box.rows('SELECT id FROM file')).toEqual([{ id: 'good' }]);
    });

    test('an attempt whose lane claimed again commits nothing, and the new attempt goes on', () => {
      const old = box.claim(0);
      box.commit(page(old.fence, { nextPageToken: 't1' }));
      const fresh = box.claim(0);
      expect(fresh).toEqual({
        ...old,
        fence: { ...old.fence, lease: old.fence.lease + 1, page: 1 },
        position: { ...old.position, pageToken: 't1' },
      });
      const late = page({ ...old.fence, page: 1 }, { files: [file('late')] });
      changesNothing(() => {
        expect(box.commit(late)).toEqual({ kind: 'refused' });
        expect(box.store.rejectToken(late.fence)).toBe('refused');
        expect(box.store.recordFailure(late.fence, 'network', 9)).toBe(0);
      });
      expect(box.commit(page(fresh.fence)).kind).toBe('committed');
    });

    test.each([
      { name: 'the token just asked', tokens: ['a', 'a'], circularAt: 1 },
      { name: 'a circle of two tokens', tokens: ['a', 'b', 'a', 'b'], circularAt: 3 },
      { name: 'a circle after a way', tokens: ['x', 'a', 'b', 'c', 'a', 'b', 'c'], circularAt: 6 },
    ])('a listing that runs into $name is stopped without a trace', ({ tokens, circularAt }) => {
      let { fence } = box.claim(0);
      const kinds: string[] = [];
      for (const nextPageToken of tokens.slice(0, circularAt)) {
        const { kind } = box.commit(page(fence, { nextPageToken }));
        kinds.push(kind);
        fence = { ...fence, page: fence.page + 1 };
      }
      expect(kinds).toEqual(kinds.map(() => 'committed'));
      changesNothing(() => {
        const next = page(fence, { files: [file('x')], nextPageToken: tokens[circularAt] });
        expect(box.commit(next)).toEqual({ kind: 'circular' });
      });
    });
  });

  describe('versions', () => {
    const v5 = { version: '5', name: 'stored', size: '9007199254740993' };

    beforeEach(() => {
      box.commit(page(box.claim(0).fence, { files: [file('a', v5)] }));
      box.nextGeneration();
      box.clock.now += 1_000;
    });

    const list = (fields: object) =>
      box.commit(page(box.claim(0).fence, { files: [file('a', { ...v5, ...fields })] }));
    const UNTOUCHED = {
      version: 5,
      name: 'stored',
      changed_at: OPENED_AT,
      generation_pk: 1,
      removed_at: null,
    };
    const WRITTEN = { ...UNTOUCHED, changed_at: OPENED_AT + 1_000, generation_pk: 2 };

    test.each([
      {
        name: 'an older version is ignored',
        fields: { version: '4', name: 'older' },
        row: UNTOUCHED,
        marks: 1,
      },
      { name: 'no version at all is ignored', fields: { version: undefined }, row: UNTOUCHED, marks: 1 },
      { name: 'an equal version with equal content is not rewritten', fields: {}, row: UNTOUCHED, marks: 1 },
      {
        name: 'an equal version with different content is written',
        fields: { name: 'same version' },
        row: { ...WRITTEN, name: 'same version' },
        marks: 0,
      },
      {
        name: 'a higher version is written',
        fields: { version: '6' },
        row: { ...WRITTEN, version: 6 },
        marks: 0,
      },
    ])('$name', ({ fields, row, marks }) => {
      list(fields);
      expect(stored()).toEqual(row);
      expect(seen()).toHaveLength(marks);
    });

    test('an unchanged row is noted as seen once, however often it is listed', () => {
      const twice = [file('a', v5), file('a', v5)];
      box.commit(page(box.claim(0).fence, { files: twice }));
      expect(seen()).toEqual([{ generation_pk: 2, file_pk: 1 }]);
    });

    test('a difference in a field without a column counts as different content', () => {
      list({ properties: { a: 'b' } });
      expect(stored()).toEqual(WRITTEN);
    });

    test('a content that differs only beyond 2^53 counts as different', () => {
      list({ size: '9007199254740992' });
      expect(stored()).toEqual(WRITTEN);
    });

    test.each(['5', '6'])('a removed file listed again in version %s is live again', (version) => {
      box.db.exec('UPDATE file SET removed_at = 5');
      list({ version });
      expect(stored()).toEqual({ ...WRITTEN, version: Number(version) });
      expect(box.rows('SELECT id FROM files')).toEqual([{ id: 'a' }]);
    });

    test('a file listed twice on one page is one row with the higher version', () => {
      const files = [file('b', { version: '3', name: 'new' }), file('b', { version: '2', name: 'old' })];
      box.commit(page(box.claim(0).fence, { files }));
      expect(box.rows("SELECT version, name FROM file WHERE id = 'b'")).toEqual([
        { version: 3, name: 'new' },
      ]);
    });
  });

  describe('claim', () => {
    test('a lane gets its own window again, another lane another, a third none', () => {
      const own = box.claim(0).fence.partition;
      const other = box.claim(1).fence.partition;
      expect(other).not.toBe(own);
      expect(kindOf(2)).toBe('busy');
      expect(box.claim(1).fence.partition).toBe(other);
      expect(box.claim(0).fence.partition).toBe(own);
    });

    test('a newer job start takes the windows of an older one, which is told that it is superseded', () => {
      const held = [box.claim(0), box.claim(1)];
      const epoch = startedEpoch(box.store.startJob({ jobId: 'job-2', attempt: 1, requestedAt: 2 }));
      expect(epoch).toBe(box.epoch + 1);
      changesNothing(() => {
        expect([kindOf(0), kindOf(1), kindOf(2)]).toEqual(['superseded', 'superseded', 'superseded']);
      });
      const taken = [box.claim(5, epoch), box.claim(6, epoch)];
      expect(taken.map(({ fence }) => fence.partition)).toEqual(held.map(({ fence }) => fence.partition));
      changesNothing(() => {
        for (const { fence } of held) expect(box.commit(page(fence)).kind).toBe('refused');
      });
    });

    test('an epoch that was never given is superseded too', () => {
      expect(kindOf(0, box.epoch + 1)).toBe('superseded');
      expect(kindOf(0, 0)).toBe('superseded');
    });

    const HOUR_BEFORE = new Date(OPENED_AT - 3_600_000).toISOString().replace('.000', '');
    const RECENT = ['false', 'true'].map(
      (trashed) => `trashed = ${trashed} and modifiedTime >= '${HOUR_BEFORE}'`,
    );

    test('a source whose windows are all done lists the hour before its crawl once more, and then has no work left', () => {
      for (const lane of [0, 1]) box.commit(page(box.claim(lane).fence));
      const again = [box.claim(0), box.claim(1)];
      expect(again.map(({ position }) => position.q)).toEqual(RECENT);
      for (const { fence } of again) box.commit(page(fence));
      expect(kindOf(0)).toBe('done');
    });

    test('beside the last pages of another lane, the hour before the crawl is listed already', () => {
      box.claim(0);
      box.commit(page(box.claim(1).fence));
      listedBack(9);
      expect([box.claim(1), box.claim(2)].map(({ position }) => position.q)).toEqual(RECENT);
      expect(kindOf(3)).toBe('busy');
    });

    test('while more is left, it is shared, and nothing listed again', () => {
      box.claim(0);
      box.commit(page(box.claim(1).fence));
      listedBack(1);
      expect(box.claim(1).position.q).toMatch(/^trashed = false and not modifiedTime >= /);
    });

    test('while a window has shown nothing yet, nothing is listed again', () => {
      box.claim(0);
      box.claim(1);
      listedBack(17);
      expect(kindOf(2)).toBe('busy');
    });

    test('a crawl on top of a copy lists nothing again: its log is live', () => {
      for (const lane of [0, 1]) box.commit(page(box.claim(lane).fence));
      box.db.exec('UPDATE generation SET start_token = NULL');
      expect(kindOf(0)).toBe('done');
    });

    test('a source that is not followed has no work', () => {
      const claimant = { sourceId: 'unknown', epoch: box.epoch, lane: 0 };
      expect(box.store.claim(claimant)).toEqual({ kind: 'done' });
    });
  });
});
