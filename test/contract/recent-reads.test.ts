import { FOLDER_TYPE, type FileRecord } from '../../src/model/file';
import { recentReads } from '../../src/store/recent-reads';
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
  reads.addTold(SOURCE, 'inner');
  expect(reads.endDrain(SOURCE)).toEqual({ files: ['deep'], folders: [] });
  reads.addTold(SOURCE, 'above');
  expect(reads.endDrain(SOURCE).files.toSorted()).toEqual(['deep', 'high']);
});

test('what was read before the log was last read to its end but one is forgotten', () => {
  reads.addFromLog(SOURCE, ['deep']);
  reads.addAnswer(SOURCE, 'high');
  for (let times = 0; times < 2; times++) expect(reads.endDrain(SOURCE)).toEqual({ files: [], folders: [] });
  reads.addTold(SOURCE, 'above');
  expect(reads.endDrain(SOURCE)).toEqual({ files: [], folders: [] });
  for (const table of ['log_read', 'recent_read', 'told_folder'])
    expect(box.rows(`SELECT * FROM ${table}`)).toEqual([]);
});

test('a folder whose children were read counts itself, and one that may have lagged is listed again anyway', () => {
  reads.addListed(SOURCE, 'above', false);
  reads.addListed(SOURCE, 'aside', true);
  reads.addTold(SOURCE, 'above');
  expect(reads.endDrain(SOURCE).folders.toSorted()).toEqual(['above', 'aside']);
});
