import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { USER_SOURCE } from '../../src/model/job';
import {
  commitChanges,
  changes,
  file,
  openTestStore,
  page,
  OPENED_AT,
  startedPass,
  type TestStore,
} from '../support/stores';

const DAY = 86_400_000;
const OLD = Date.UTC(2025, 5, 1, 0, 0, 10, 500);
const RESUMED = "trashed = false and not modifiedTime >= '2025-06-01T00:00:11Z'";

const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-jobs-'));
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

  const partition = (columns: string) => box.row(`SELECT ${columns} FROM partition WHERE pk = 1`);
  const listOne = (next: string, modified: number) =>
    box.commit(page(box.claim(0).fence, { files: [file(next, { modified })], nextPageToken: next }));
  const rejectNext = () => box.store.rejectToken(box.claim(0).fence);
  const finish = (change: Parameters<typeof page>[1] = {}) => {
    box.commit(page(box.claim(0).fence, change));
    return box.settle();
  };
  const job = (id: string) =>
    box.row(`SELECT attempt, state, reason, message, started_at, ended_at FROM job WHERE id = '${id}'`);
  const struggle = () => {
    listOne('t1', OLD);
    for (let i = 0; i < 3; i++) rejectNext();
    box.store.recordFailure(box.claim(1).fence, 'transient', 9);
  };
  const patience = () => box.rows('SELECT state, failures, restarts FROM partition ORDER BY pk');

  describe('failures', () => {
    test('failures in a row are counted with their reason, and the next commit forgets them', () => {
      const { fence } = box.claim(0);
      expect(box.store.recordFailure(fence, 'network', 111)).toBe(1);
      expect(box.store.recordFailure(fence, 'transient', 222)).toBe(2);
      expect(partition('failures, failure, retry_at')).toEqual({
        failures: 2,
        failure: 'transient',
        retry_at: OPENED_AT + 222,
      });
      const again = box.claim(0);
      expect(again.failures).toBe(2);
      expect(box.commit(page(again.fence, { nextPageToken: 't' }))).toMatchObject({ next: { failures: 0 } });
      expect(partition('failures, failure, retry_at')).toEqual({
        failures: 0,
        failure: null,
        retry_at: null,
      });
    });

    test('progress shows the failure that the job waits for', () => {
      box.store.recordFailure(box.claim(0).fence, 'rate-limited', 333);
      expect(box.store.progress('job-1').open).toEqual([
        expect.objectContaining({ failure: 'rate-limited', failures: 1, retryAt: OPENED_AT + 333 }),
      ]);
    });
  });

  describe('rejected tokens', () => {
    test('an ordered window goes on below its frontier and the old hold is void', () => {
      listOne('t1', OLD);
      const held = box.claim(0);
      expect(box.store.rejectToken(held.fence)).toBe('restarted');
      expect(box.store.rejectToken(held.fence)).toBe('refused');
      expect(box.commit(page(held.fence)).kind).toBe('refused');
      expect(box.claim(0).position).toEqual({
        q: RESUMED,
        orderBy: 'modifiedTime desc',
        pageToken: undefined,
      });
    });

    test('the last page before a rejected token is asked for again', () => {
      listOne('t1', OLD);
      listOne('t2', OLD - 900 * DAY);
      rejectNext();
      expect(box.claim(0).position.q).toBe(RESUMED);
    });

    test('rows that were committed stay and are not doubled when the second is listed again', () => {
      listOne('t1', OLD);
      rejectNext();
      listOne('t1', OLD);
      expect(box.rows('SELECT id FROM file')).toEqual([{ id: 't1' }]);
    });

    test('a window whose token is rejected twice without progress is partial and is not claimed again', () => {
      listOne('t1', OLD);
      expect([rejectNext(), rejectNext(), rejectNext()]).toEqual(['restarted', 'restarted', 'partial']);
      expect(partition('state, failure')).toEqual({ state: 'partial', failure: 'page-token-rejected' });
      expect(box.claim(0).position.q).toBe('trashed = true');
    });

    test('a window that gets further between rejections never gives up', () => {
      for (let round = 0; round < 13; round++) {
        listOne(`t${String(round)}`, OLD - round * DAY);
        expect(rejectNext()).toBe('restarted');
      }
      expect(partition('restarts, state')).toEqual({ restarts: 0, state: 'open' });
    });

    test('a page out of order reopens the windows that relied on it at their own bounds', () => {
      listOne('t1', OLD);
      rejectNext();
      const { fence } = box.claim(0);
      const files = [file('x', { modified: OLD - DAY }), file('y', { modified: OLD - 1 })];
      expect(box.commit(page(fence, { files }))).toMatchObject({ kind: 'committed', next: undefined });
      expect(box.row('SELECT ordered FROM generation')).toEqual({ ordered: 0 });
      expect(partition('state, q, page_token, frontier_ms')).toEqual({
        state: 'open',
        q: 'trashed = false',
        page_token: null,
        frontier_ms: null,
      });
      expect(box.rows('SELECT id FROM file ORDER BY id')).toEqual([{ id: 't1' }, { id: 'x' }, { id: 'y' }]);
    });

    test('a finished window that relied on an order seen broken elsewhere is open again', () => {
      listOne('t1', OLD);
      rejectNext();
      box.commit(page(box.claim(0).fence));
      expect(partition('state')).toEqual({ state: 'done' });
      const files = [file('x', { modified: OLD - DAY }), file('y', { modified: OLD })];
      box.commit(page(box.claim(1).fence, { files }));
      expect(partition('state, q')).toEqual({ state: 'open', q: 'trashed = false' });
    });

    test('a window that only follows its token does not mind disorder', () => {
      const { fence } = box.claim(0);
      const files = [file('x', { modified: OLD - DAY }), file('y', { modified: OLD })];
      expect(box.commit(page(fence, { files, nextPageToken: 't1' }))).toMatchObject({
        next: { position: { q: 'trashed = false', pageToken: 't1' } },
      });
    });

    test('files modified since the crawl began are no disorder', () => {
      const files = [file('x', { modified: OLD }), file('y', { modified: OPENED_AT + 1 })];
      box.commit(page(box.claim(0).fence, { files, nextPageToken: 't1' }));
      expect(box.row('SELECT ordered FROM generation')).toEqual({ ordered: 1 });
    });
  });

  test('what is resumed where no worker runs is looked at once more by the next one', () => {
    box.db.exec("INSERT INTO candidate (file_id, source_pk, verdict, cause) VALUES ('f', 1, 'gone', 'log')");
    box.store.setJobState({ jobId: 'job-1', state: 'waiting', reason: 'needs-confirmation' });
    expect(box.rows('SELECT verdict FROM candidate')).toEqual([{ verdict: 'gone' }]);
    box.store.setJobState({ jobId: 'job-1', state: 'pending' });
    expect(box.rows('SELECT verdict FROM candidate')).toEqual([{ verdict: 'open' }]);
  });

  describe('the end of a crawl', () => {
    test('a complete crawl makes its source current as of its start token', () => {
      box.commit(page(box.claim(0).fence));
      box.clock.now += 7;
      expect(box.settle()).toEqual({ kind: 'current' });
      expect(box.row('SELECT change_token, current_at FROM source')).toEqual({
        change_token: 'start-1',
        current_at: OPENED_AT + 7,
      });
      expect(box.store.takeWork(box.pass)).toEqual({ kind: 'none', retryInMs: undefined, unopened: false });
    });

    test.each([
      { change: { incompleteSearch: true }, reason: 'incomplete-search' },
      { change: { unusable: 3 }, reason: 'unusable-items' },
      { change: { unusable: 1, incompleteSearch: true }, reason: 'incomplete-search' },
    ])('a crawl with $change is partial for $reason and its source not current', ({ change, reason }) => {
      expect(finish(change)).toEqual({ kind: 'partial', reason });
      expect(box.row('SELECT gap, current_at FROM source')).toEqual({ gap: reason, current_at: null });
    });

    test('a crawl with a window given up is partial', () => {
      listOne('t1', OLD);
      for (let i = 0; i < 3; i++) rejectNext();
      expect(box.settle()).toEqual({ kind: 'partial', reason: 'page-token-rejected' });
    });

    test('a partial source stays so until a later crawl is complete, and a reset starts one', () => {
      const partial = { kind: 'partial', reason: 'incomplete-search' };
      expect(finish({ incompleteSearch: true, unusable: 2 })).toEqual(partial);
      expect(box.settle()).toEqual(partial);
      box.pass = startedPass(box.store.startJob({ jobId: 'job-1', attempt: 2, requestedAt: 1 }));
      expect(box.settle()).toEqual({ kind: 'current' });
      expect(box.row('SELECT gap, change_token FROM source')).toEqual({ gap: null, change_token: 'start-1' });
      expect(box.rows('SELECT pk FROM generation')).toHaveLength(2);
    });

    test('a crawl is repeated after a day if it was the first, then after thirty', () => {
      let jobs = 1;
      const isDue = (days: number) => {
        box.clock.now += days * DAY + 1;
        const jobId = `job-${String(++jobs)}`;
        box.pass = startedPass(box.store.startJob({ jobId, attempt: 1, requestedAt: 1 }));
        return box.row('SELECT full_due FROM source')['full_due'] === 1;
      };
      box.settle();
      expect([isDue(0), isDue(0.9), isDue(0.1)]).toEqual([false, false, true]);
      box.settle();
      expect(box.rows('SELECT start_token FROM generation')).toEqual([
        { start_token: 'start-1' },
        { start_token: null },
      ]);
      expect([isDue(29), isDue(1)]).toEqual([false, true]);
    });

    test('a crawl with open windows is not settled', () => {
      box.commit(page(box.claim(0).fence));
      expect(box.store.advanceSource({ sourceId: USER_SOURCE, ...box.pass })).toEqual({ kind: 'crawl' });
      expect(box.row('SELECT closed_at FROM generation')).toEqual({ closed_at: null });
    });

    test('a superseded job settles nothing', () => {
      box.store.startJob({ jobId: 'job-2', attempt: 1, requestedAt: 2 });
      const before = box.dump();
      const turn = { sourceId: USER_SOURCE, ...box.pass };
      expect(box.store.advanceSource(turn)).toEqual({ kind: 'superseded' });
      expect(commitChanges(box.store, changes(turn, 'start-1', { token: 'next' }))).toEqual({
        kind: 'refused',
      });
      expect(box.dump()).toEqual(before);
    });

    test('a crawl that is open is continued, not opened a second time', () => {
      listOne('t1', OLD);
      const before = box.dump();
      box.store.openGenerations(box.epoch, [{ sourceId: USER_SOURCE, startToken: 'other', openedAt: 1 }]);
      const { sqlite_sequence: _, ...after } = box.dump();
      expect(before).toMatchObject(after);
      expect(box.store.takeWork(box.pass)).toEqual({ kind: 'large', sourceId: USER_SOURCE, crawls: true });
    });
  });

  describe('jobs', () => {
    const FORGIVEN = [
      { state: 'open', failures: 0, restarts: 0 },
      { state: 'open', failures: 0, restarts: 0 },
    ];

    test('a new attempt of a job forgives failures and opens given-up windows', () => {
      struggle();
      expect(patience()).not.toEqual(FORGIVEN);
      box.store.startJob({ jobId: 'job-1', attempt: 2, requestedAt: 1 });
      expect(patience()).toEqual(FORGIVEN);
    });

    test('a job or attempt that was noted before it started forgives all the same', () => {
      struggle();
      box.store.recordJob({ jobId: 'job-1', attempt: 2, requestedAt: 1 });
      box.store.startJob({ jobId: 'job-1', attempt: 2, requestedAt: 1 });
      expect(patience()).toEqual(FORGIVEN);
    });

    test('a restart of the same attempt forgives nothing', () => {
      struggle();
      const before = patience();
      const again = box.store.startJob({ jobId: 'job-1', attempt: 1, requestedAt: 1 });
      expect(again).toMatchObject({ kind: 'started', epoch: box.epoch + 1 });
      expect(patience()).toEqual(before);
    });

    test('a job that starts ends the record of an unfinished one', () => {
      box.clock.now = 77;
      box.store.startJob({ jobId: 'job-2', attempt: 1, requestedAt: 2 });
      expect(job('job-1')).toMatchObject({ state: 'terminated', ended_at: 77 });
      expect(job('job-2')).toMatchObject({ state: 'running', started_at: 77, ended_at: null });
    });

    test('a record of an older or the same attempt changes nothing', () => {
      box.store.startJob({ jobId: 'job-1', attempt: 3, requestedAt: 1 });
      const before = box.dump();
      for (const attempt of [1, 2, 3]) box.store.recordJob({ jobId: 'job-1', attempt, requestedAt: 9 });
      expect(box.dump()).toEqual(before);
    });

    test('a new attempt is noted as pending with a clean record', () => {
      box.store.setJobState({ jobId: 'job-1', state: 'failed', reason: 'internal', message: 'why' });
      box.store.recordJob({ jobId: 'job-1', attempt: 2, requestedAt: 1 });
      expect(job('job-1')).toMatchObject({
        attempt: 2,
        state: 'pending',
        reason: null,
        message: null,
        ended_at: null,
      });
    });

    test('a waiting job has its reason alone', () => {
      box.store.setJobState({ jobId: 'job-1', state: 'waiting', reason: 'needs-login' });
      expect(job('job-1')).toMatchObject({ state: 'waiting', reason: 'needs-login', ended_at: null });
    });

    test('a removed job takes its outcomes along and leaves the files', () => {
      finish({ incompleteSearch: true });
      expect(box.rows('SELECT outcome FROM job_source')).toEqual([{ outcome: 'partial' }]);
      box.store.removeJob('job-1');
      expect(box.dump()).toMatchObject({ job: [], job_source: [] });
    });

    test('a store belongs to the first identity that it was bound to', () => {
      const bound = box.store.bindIdentity({ permissionId: 'other', emailAddress: undefined });
      expect(bound).toMatchObject({ permissionId: 'me', storeId: expect.stringMatching(/^[0-9a-f]{16}$/) });
      expect(box.row('SELECT email_address FROM store')).toEqual({ email_address: 'me@example.com' });
    });
  });
});
