import { FOLDER_TYPE, type FileRecord } from '../../src/model/file';
import { recentReads } from '../../src/store/log/recent-reads';
import { file, openTestStore, page, type TestStore } from '../support/stores';

const SOURCE = 1;
let box: TestStore;
let reads: ReturnType<typeof recentReads>;

function folder(id: string, parents: string[]): FileRecord {
  return file(id, { mimeType: FOLDER_TYPE, parents });
}

beforeEach(() => {
  box = openTestStore(':memory:');
  const files = [
    folder('above', ['top']),
    folder('inner', ['above']),
    file('deep', { parents: ['inner'] }),
    file('high', { parents: ['above'] }),
    folder('aside', ['top']),
    file('other', { parents: ['aside'] }),
  ];
  box.commit(page(box.claim(0).fence, { files }));
  box.settle();
  box.db.exec("UPDATE source SET root_id = 'top'");
  reads = recentReads(box.db);
});
afterEach(() => box.store.close());

test('files that a log showed are read once more when it tells of a folder above them, at once or the next time', () => {
  reads.addFromLog(SOURCE, ['deep', 'other']);
  reads.addFromLog(SOURCE, ['high', 'deep']);
  reads.addChangedFolder(SOURCE, 'inner');
  expect(reads.endReading(SOURCE)).toEqual({ files: ['deep'], folders: [] });
  reads.addChangedFolder(SOURCE, 'above');
  expect(reads.endReading(SOURCE).files.toSorted()).toEqual(['deep', 'high']);
});

const layer = (at: number): string[] => [`x${String(at)}`, `y${String(at)}`];

test('a folder above counts whichever parent leads to it, however many ways there are and though they run in circles', () => {
  const many = 40;
  const files = [
    // The way to the folder that is told of leads through second parents only; there are more ways than could ever be gone.
    ...Array.from({ length: many }, (_, at) =>
      layer(at).map((id) => folder(id, at === 0 ? ['top', 'told'] : layer(at - 1))),
    ).flat(),
    folder('told', ['top', `y${String(many - 1)}`]),
    file('low', { parents: ['aside', `x${String(many - 1)}`] }),
  ];
  for (const each of files) {
    const answer = { kind: 'found' as const, fileId: each.id, file: each };
    box.store.commitAnswers({ sourceId: 'user', ...box.pass }, [answer], 0);
  }
  box.db.exec('DELETE FROM recent_read');
  reads.addFromLog(SOURCE, ['low', 'other']);
  reads.addListed(SOURCE, 'x3', false);
  reads.addListed(SOURCE, 'aside', false);
  reads.addChangedFolder(SOURCE, 'told');
  expect(reads.endReading(SOURCE)).toEqual({ files: ['low'], folders: ['x3'] });
});

test('of what lies in a folder that is not known nobody can say, though another of its folders is', () => {
  const read = file('read', { parents: ['above', 'unheard'] });
  const answer = { kind: 'found' as const, fileId: 'read', file: read };
  box.store.commitAnswers({ sourceId: 'user', ...box.pass }, [answer], 0);
  reads.addChangedFolder(SOURCE, 'elsewhere');
  expect(reads.endReading(SOURCE)).toEqual({ files: ['read'], folders: [] });
});

test('what was read before the log was last read to its end but one is forgotten', () => {
  reads.addFromLog(SOURCE, ['deep']);
  reads.addAnswer(SOURCE, 'high');
  for (let times = 0; times < 2; times++)
    expect(reads.endReading(SOURCE)).toEqual({ files: [], folders: [] });
  reads.addChangedFolder(SOURCE, 'above');
  expect(reads.endReading(SOURCE)).toEqual({ files: [], folders: [] });
  for (const table of ['log_read', 'recent_read', 'told_folder'])
    expect(box.rows(`SELECT * FROM ${table}`)).toEqual([]);
});

test('a folder whose children were read counts itself, and one that may have lagged is listed again anyway', () => {
  reads.addListed(SOURCE, 'above', false);
  reads.addListed(SOURCE, 'aside', true);
  reads.addChangedFolder(SOURCE, 'above');
  expect(reads.endReading(SOURCE).folders.toSorted()).toEqual(['above', 'aside']);
});
