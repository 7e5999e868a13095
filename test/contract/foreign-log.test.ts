/** What a log, or a listing, tells of folders that belong to another source before that source's own log does. */
import { FOLDER_TYPE } from '../../src/model/file';
import type { JsonObject } from '../../src/model/values';
import { USER_SOURCE } from '../../src/model/job';
import {
  changes,
  commitChanges,
  file,
  openTestStore,
  page,
  startedPass,
  type TestStore,
} from '../support/stores';

const DRIVE = 'the drive';
let box: TestStore;

const folder = (id: string, fields: JsonObject = {}) =>
  file(id, { driveId: DRIVE, mimeType: FOLDER_TYPE, version: '2', ...fields });
const child = (id: string, parent: string) => file(id, { driveId: DRIVE, parents: [parent] });

beforeEach(() => {
  box = openTestStore(':memory:');
  box.settle();
  box.store.followDrives([{ id: DRIVE, name: 'Drive' }]);
  box.store.openGenerations(box.epoch, [{ sourceId: DRIVE, startToken: 'drive-1', openedAt: box.clock.now }]);
  const claimed = box.store.claim({ sourceId: DRIVE, epoch: box.epoch, lane: 0 });
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  const files = [folder('old', { version: '1' }), child('inside', 'old')];
  box.commit(page(claimed.claim.fence, { files }));
  box.settle(DRIVE);
  // The first reading of a log after a crawl lists every folder that it tells of.
  startJob('job-2');
  box.settle(DRIVE);
  startJob('job-3');
});

afterEach(() => {
  box.store.close();
});

function startJob(jobId: string, more: { full?: boolean } = {}): void {
  box.pass = startedPass(box.store.startJob({ jobId, attempt: 1, requestedAt: 1, ...more }));
}

/** The user's log tells of a folder, then the drive's own log the same. */
function bothTell(told: ReturnType<typeof folder>): void {
  for (const [sourceId, token] of [
    [USER_SOURCE, 'start-1'],
    [DRIVE, 'drive-1'],
  ] as const) {
    const entries = [{ kind: 'file' as const, file: told, atMs: box.clock.now }];
    expect(commitChanges(box.store, changes({ sourceId, ...box.pass }, token, { entries }))).toMatchObject({
      kind: 'committed',
    });
  }
}

const workOf = (id: string) =>
  box.rows(
    `SELECT kind FROM folder_work JOIN source ON source.pk = source_pk WHERE id = '${DRIVE}' AND folder_id = '${id}' AND open = 1`,
  );

test('what is in a folder goes to the trash with it', () => {
  bothTell(folder('old', { trashed: true, explicitlyTrashed: true }));
  expect(box.settle(DRIVE)).toEqual({ kind: 'current' });
  expect(box.row("SELECT trashed FROM file WHERE file.id = 'inside'")).toEqual({ trashed: 1 });
});

test('a folder that others may see now is listed', () => {
  bothTell(folder('old', { permissionIds: ['me', 'you'] }));
  expect(workOf('old')).toEqual([{ kind: 'list' }]);
});

test('a folder that is new in the drive is listed', () => {
  bothTell(folder('new'));
  expect(workOf('new')).toEqual([{ kind: 'list' }, { kind: 'strays' }]);
});

test('a folder that came from elsewhere is listed, and what did not come along is looked up', () => {
  const { store, pass } = box;
  const mine = [file('moved', { mimeType: FOLDER_TYPE }), file('left behind', { parents: ['moved'] })];
  const entries = mine.map((each) => ({ kind: 'file' as const, file: each, atMs: undefined }));
  commitChanges(store, changes({ sourceId: USER_SOURCE, ...pass }, 'start-1', { entries }));
  bothTell(folder('moved'));
  expect(workOf('moved')).toEqual([{ kind: 'list' }, { kind: 'strays' }]);
  const turn = { sourceId: DRIVE, ...pass };
  // Drive does not list the folder, so it is looked up too.
  store.endListing(turn, 'moved');
  while (store.advanceSource(turn).kind === 'more');
  expect(box.rows('SELECT file_id FROM candidate ORDER BY file_id')).toEqual([
    { file_id: 'left behind' },
    { file_id: 'moved' },
  ]);
});

test("a listing of the user's own files tells as much of it", () => {
  startJob('job-4', { full: true });
  const turn = { sourceId: USER_SOURCE, ...box.pass };
  commitChanges(box.store, changes(turn, 'start-1'));
  while (box.store.advanceSource(turn).kind !== 'crawl');
  const told = folder('old', { trashed: true, explicitlyTrashed: true });
  box.commit(page(box.claim(0).fence, { files: [told] }));
  const entries = [{ kind: 'file' as const, file: told, atMs: undefined }];
  commitChanges(box.store, changes({ ...turn, sourceId: DRIVE }, 'drive-1', { entries }));
  expect(workOf('old')).toEqual([{ kind: 'trash' }]);
});

test('a drive that is lost and followed again within one request is crawled for that request', () => {
  box.settle(DRIVE);
  box.store.leaveSource({ sourceId: DRIVE, ...box.pass });
  box.store.followDrives([{ id: DRIVE, name: 'Drive' }]);
  expect(box.store.sourcesWithoutToken(box.pass, 10)).toEqual([DRIVE]);
  expect(
    box.row(`SELECT as_of, settled_request, failure, retry_at FROM source WHERE id = '${DRIVE}'`),
  ).toEqual({ as_of: null, settled_request: 0, failure: null, retry_at: null });
});
