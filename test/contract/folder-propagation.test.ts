/** What happened to a folder of more children than one step takes: each is looked at once, however often a process dies on the way. */
import { FOLDER_TYPE } from '../../src/model/file';
import { eventTable } from '../../src/store/files/events';
import { FolderWorkTable } from '../../src/store/folders/folder-work';
import { file, openTestStore, page, type TestStore } from '../support/stores';

const CHILDREN = 12_000;
/** So many of them lie in the folder as their second one. */
const SECOND = 3_000;
const A_STEP = 5_000;

let box: TestStore;
let work: FolderWorkTable;

const IS_CHILD = "id GLOB 'f[0-9]*'";
const count = (condition: string) =>
  Number(box.row(`SELECT count(*) AS n FROM file WHERE ${condition}`)['n']);
const cursor = () => Number(box.row('SELECT cursor FROM folder_work')['cursor']);
/** As another process finds it. */
const reopen = () => (work = new FolderWorkTable(box.db, eventTable(box.db)));
const step = () => work.propagateSome(1, 1);

beforeEach(() => {
  box = openTestStore(':memory:');
  const files = [
    file('folder', { mimeType: FOLDER_TYPE, parents: ['root'] }),
    file('other', { mimeType: FOLDER_TYPE, parents: ['root'] }),
    ...Array.from({ length: CHILDREN }, (_, at) =>
      // Not in the order of the index on parents.
      file(`f${String(at)}`, {
        parents: at < SECOND ? ['other', 'folder'] : ['folder'],
        mimeType: `type/${String((at * 7919) % 11)}`,
        trashed: false,
      }),
    ),
    file('stranger', { parents: ['other'], trashed: false }),
  ];
  box.commit(page(box.claim(0).fence, { files }));
  box.settle();
  reopen();
});
afterEach(() => box.store.close());

/** Both folders are in the trash, and what follows from the one is to be done. */
function trash(isTrashed: boolean): void {
  box.db.exec(`UPDATE file SET trashed = ${String(Number(isTrashed))} WHERE id IN ('folder', 'other')`);
  work.add(1, 'folder', 'trash');
}

test('a step goes on where the last one ended, also in another process, and looks at no child twice', () => {
  trash(true);
  step();
  expect(count(`${IS_CHILD} AND trashed = 1`)).toBe(A_STEP);
  // Whoever looked at it again would set it right.
  box.db.exec(`UPDATE file SET trashed = 0 WHERE pk = ${String(cursor())}`);
  reopen();
  step();
  expect(count(`${IS_CHILD} AND trashed = 1`)).toBe(2 * A_STEP - 1);
  step();
  expect(work.has(1, 'trash')).toBe(false);
  expect(count(`${IS_CHILD} AND trashed = 1`)).toBe(CHILDREN - 1);
  expect(box.row("SELECT trashed FROM file WHERE id = 'stranger'")).toEqual({ trashed: 0 });
});

test('a step that is undone is done again', () => {
  trash(true);
  expect(
    box.db.transaction(() => {
      step();
      throw new Error('undone');
    }),
  ).toThrow('undone');
  for (let steps = 0; steps < 3; steps++) step();
  expect(count(`${IS_CHILD} AND trashed = 1`)).toBe(CHILDREN);
});

test('an index that was undone with the step that made it is made again', () => {
  const indexes = () => box.rows("SELECT name FROM sqlite_schema WHERE name = 'file_in_folder'").length;
  box.db.exec('DROP INDEX IF EXISTS file_in_folder');
  trash(true);
  expect(
    box.db.transaction(() => {
      step();
      expect(indexes()).toBe(1);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(indexes()).toBe(0);
  step();
  expect(indexes()).toBe(1);
});

test('where the folder changes once more on the way, its children are gone through from the first', () => {
  trash(true);
  step();
  trash(false);
  for (let steps = 0; steps < 3; steps++) step();
  expect([work.has(1, 'trash'), count('trashed = 1')]).toEqual([false, 0]);
});

test('a child that has left the folder meanwhile is none of its children', () => {
  trash(true);
  step();
  box.db.exec("UPDATE file SET parent_id = 'elsewhere' WHERE id = 'f11999'");
  step();
  step();
  expect(box.row("SELECT trashed FROM file WHERE id = 'f11999'")).toEqual({ trashed: 0 });
  expect(count(`${IS_CHILD} AND trashed = 1`)).toBe(CHILDREN - 1);
});

test('what lies in a folder that is lost is doubted a part at a time, whichever of its parents that is', () => {
  work.add(1, 'folder', 'doubt');
  const doubted = () => Number(box.row('SELECT count(*) AS n FROM candidate')['n']);
  step();
  expect(doubted()).toBe(A_STEP);
  reopen();
  step();
  expect(doubted()).toBe(2 * A_STEP);
  step();
  expect([work.has(1, 'doubt'), doubted()]).toEqual([false, CHILDREN]);
  expect(box.rows("SELECT 1 FROM candidate WHERE file_id = 'stranger'")).toEqual([]);
});
