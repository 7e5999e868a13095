/** An answer that was requested before a log said something newer changes nothing, however late it comes. */
import type { FileRecord } from '../../src/model/file';
import { FOLDER_TYPE } from '../../src/model/file';
import { USER_SOURCE } from '../../src/model/job';
import type { ChangeEntry } from '../../src/model/change';
import { changes, commitChanges, file, openTestStore, page, type TestStore } from '../support/stores';

const DRIVE = 'the drive';

let box: TestStore;

const turnOf = (sourceId: string) => ({ sourceId, ...box.pass });
const inDrive = (id: string, fields: Parameters<typeof file>[1] = {}): FileRecord =>
  file(id, { driveId: DRIVE, ...fields });

function tokenOf(sourceId: string): string {
  return String(box.row(`SELECT change_token FROM source WHERE id = '${sourceId}'`)['change_token']);
}

/** A log says something. */
function told(sourceId: string, entries: ChangeEntry[]): void {
  const asked = tokenOf(sourceId);
  const result = commitChanges(box.store, changes(turnOf(sourceId), asked, { entries, token: `${asked}+` }));
  expect(result.kind).toBe('committed');
}

/** Has Drive asked for a file by the user's source, and returns what the answer has to carry. */
function askFor(fileId: string): number {
  told(USER_SOURCE, [{ kind: 'unclear', fileId }]);
  const work = box.store.advanceSource(turnOf(USER_SOURCE));
  if (work.kind !== 'ask') throw new Error(`the source needs ${work.kind}`);
  expect(work.files.map((each) => each.fileId)).toEqual([fileId]);
  return work.commitNo;
}

const isLive = (id: string): boolean =>
  box.row(`SELECT removed_at FROM file WHERE id = '${id}'`)['removed_at'] === null;

beforeEach(() => {
  box = openTestStore(':memory:');
  box.store.followDrives([{ id: DRIVE, name: 'Drive' }]);
  box.store.openGenerations(box.epoch, [{ sourceId: DRIVE, startToken: 'drive-1', openedAt: box.clock.now }]);
  const claimed = box.store.claim({ sourceId: DRIVE, epoch: box.epoch, lane: 0 });
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  const files = [
    inDrive('folder', { mimeType: FOLDER_TYPE, parents: [DRIVE] }),
    inDrive('file', { parents: ['folder'] }),
  ];
  box.commit(page(claimed.claim.fence, { files }));
  box.settle();
  box.settle(DRIVE);
});

afterEach(() => {
  box.store.close();
});

const found = (record: FileRecord) => ({ kind: 'found', fileId: record.id, file: record }) as const;

test("a page of the user's log that is older than a removal in the drive's log leaves its new file to be asked for", () => {
  const sentAt = box.clock.now;
  const late = (id: string, at: number): void => {
    const asked = tokenOf(USER_SOURCE);
    const entries: ChangeEntry[] = [{ kind: 'file', atMs: 0, file: inDrive(id, { parents: ['folder'] }) }];
    const turn = changes(turnOf(USER_SOURCE), asked, { entries, token: `${asked}+` });
    commitChanges(box.store, { ...turn, asked: { ...turn.asked, sentAt: at } });
  };
  late('earlier', sentAt + 3_600_000);
  expect(box.rows('SELECT file_id FROM candidate')).toEqual([]);
  told(DRIVE, [{ kind: 'removed', fileId: 'new' }]);
  box.settle(DRIVE);
  late('new', sentAt - 3_600_000);
  expect(box.rows('SELECT file_id, verdict FROM candidate')).toEqual([{ file_id: 'new', verdict: 'open' }]);
});

describe('a file that was there when it was asked for', () => {
  const answer = found(inDrive('file', { parents: ['folder'], version: '9' }));

  test('and has been removed by its own log since, stays removed', () => {
    const commitNo = askFor('file');
    told(DRIVE, [{ kind: 'removed', fileId: 'file' }]);
    box.store.commitAnswers(turnOf(USER_SOURCE), [answer], commitNo);
    box.settle(DRIVE);
    expect(isLive('file')).toBe(false);
  });

  test('and whose removal is carried out already, stays removed', () => {
    const commitNo = askFor('file');
    told(DRIVE, [{ kind: 'removed', fileId: 'file' }]);
    box.settle(DRIVE);
    box.store.commitAnswers(turnOf(USER_SOURCE), [answer], commitNo);
    expect(isLive('file')).toBe(false);
  });

  test('is asked for again if a folder above it has changed since', () => {
    const commitNo = askFor('file');
    told(DRIVE, [
      {
        kind: 'file',
        atMs: 0,
        file: inDrive('folder', { mimeType: FOLDER_TYPE, trashed: true, version: '2' }),
      },
    ]);
    box.store.commitAnswers(turnOf(USER_SOURCE), [answer], commitNo);
    expect(box.rows('SELECT file_id, verdict FROM candidate')).toEqual([
      { file_id: 'file', verdict: 'open' },
    ]);
  });

  test('is taken if the logs have said nothing since that concerns it', () => {
    const commitNo = askFor('file');
    told(DRIVE, [{ kind: 'file', atMs: 0, file: inDrive('other') }]);
    told(DRIVE, []);
    box.store.commitAnswers(turnOf(USER_SOURCE), [answer], commitNo);
    expect(box.row("SELECT version FROM file WHERE id = 'file'")).toEqual({ version: 9 });
    expect(box.rows('SELECT file_id FROM candidate')).toEqual([]);
  });
});

test('a file that was gone when it was asked for, and has come back since, stays', () => {
  const commitNo = askFor('file');
  told(DRIVE, [{ kind: 'file', atMs: 0, file: inDrive('file', { parents: ['folder'], version: '5' }) }]);
  box.store.commitAnswers(turnOf(USER_SOURCE), [{ kind: 'gone', fileId: 'file' }], commitNo);
  box.settle();
  box.settle(DRIVE);
  expect(isLive('file')).toBe(true);
});

const listed = (children: FileRecord[], commitNo: number) => {
  const listing = {
    folderId: 'new folder',
    trashed: false,
    pageToken: undefined,
    page: 0,
    mayLag: false,
    pageSize: undefined,
    tries: 0,
  };
  return box.store.commitChildren({
    ...turnOf(DRIVE),
    listing,
    commitNo,
    files: children,
    nextPageToken: undefined,
    incompleteSearch: false,
    unusable: 0,
  });
};

function listingsCommitNo(): number {
  const work = box.store.advanceSource(turnOf(DRIVE));
  if (work.kind !== 'list') throw new Error(`the source needs ${work.kind}`);
  return work.commitNo;
}

describe('a page of a folder', () => {
  beforeEach(() => {
    told(DRIVE, [
      { kind: 'file', atMs: 0, file: inDrive('new folder', { mimeType: FOLDER_TYPE, parents: [DRIVE] }) },
    ]);
  });

  test('that shows a child which the log has removed since is listed again', () => {
    const commitNo = listingsCommitNo();
    told(DRIVE, [{ kind: 'removed', fileId: 'child' }]);
    const children = [inDrive('child', { parents: ['new folder'] })];
    expect(listed(children, commitNo)).toBe('refused');
    expect(box.rows("SELECT 1 FROM file WHERE id = 'child'")).toEqual([]);
  });

  test('is taken if the log has said nothing since that concerns it', () => {
    const commitNo = listingsCommitNo();
    told(DRIVE, [{ kind: 'removed', fileId: 'something else' }]);
    told(USER_SOURCE, []);
    expect(listed([inDrive('child', { parents: ['new folder'] })], commitNo)).toBe('committed');
  });

  test('asks for what lies in a lost folder below, which no listing shows', () => {
    told(DRIVE, [
      { kind: 'file', atMs: 0, file: inDrive('lost', { mimeType: FOLDER_TYPE, parents: ['new folder'] }) },
      { kind: 'file', atMs: 0, file: inDrive('kept', { parents: ['lost'] }) },
    ]);
    box.db.exec(
      "UPDATE file SET removed_at = 1 WHERE id = 'lost'; DELETE FROM recent_read; DELETE FROM log_read; DELETE FROM candidate",
    );
    expect(listed([], listingsCommitNo())).toBe('committed');
    expect(box.rows('SELECT file_id, verdict FROM candidate')).toEqual([
      { file_id: 'kept', verdict: 'open' },
    ]);
  });
});
