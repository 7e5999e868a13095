import { RECORD_COLUMNS } from '../../src/model/file';
import type { JsonObject, SqlValue } from '../../src/model/values';
import { USER_SOURCE } from '../../src/model/job';
import { commitChanges, changes, file, openTestStore, page } from '../support/stores';

/** Fields and how they look after a change. */
const CHANGES: readonly (readonly [string, (step: number) => unknown])[] = [
  ['name', (step) => `name ${String(step)}`],
  ['description', (step) => (step % 3 === 0 ? undefined : `text ${String(step)}`)],
  ['mimeType', (step) => `type/${String(step)}`],
  ['size', (step) => String(9_007_199_254_740_990n + BigInt(step))],
  ['quotaBytesUsed', String],
  ['md5Checksum', (step) => (step % 2 === 0 ? undefined : `md5 ${String(step)}`)],
  ['modifiedTime', (step) => new Date(step * 1_000).toISOString()],
  ['viewedByMeTime', (step) => new Date(step).toISOString()],
  ['starred', (step) => step % 4 < 2],
  ['shared', (step) => step % 8 < 4],
  ['parents', (step) => [`folder ${String(step)}`]],
  ['webViewLink', (step) => `https://drive.google.com/${String(step)}`],
];
const STEPS = 300;

const token = (step: number) => (step === 0 ? 'start-1' : `t${String(step)}`);

/** As SQLite gives it back: integers are exact. */
const asStored = (value: SqlValue) => (typeof value === 'number' ? BigInt(value) : value);

test('a row takes every set of changes as it comes', () => {
  const box = openTestStore(':memory:');
  const turn = { sourceId: USER_SOURCE, ...box.pass };
  box.commit(page(box.claim(0).fence, { files: [file('f')] }));
  box.settle();
  const stored = box.db.prepare<[], unknown[]>(`SELECT ${RECORD_COLUMNS.join(', ')} FROM file`).raw();
  let fields: JsonObject = {};
  for (let step = 1; step <= STEPS; step++) {
    // An odd factor makes the low bits of the products go through all sets.
    const changed = CHANGES.filter((_, at) => ((step * 2_654_435) >>> at) % 2 === 1);
    const values = changed.map(([field, make]) => [field, make(step)]);
    fields = { ...fields, ...(Object.fromEntries(values) as JsonObject) };
    const record = file('f', { ...fields, version: String(1 + step) });
    const entries = [{ kind: 'file' as const, file: record, atMs: undefined }];
    commitChanges(box.store, changes(turn, token(step - 1), { entries, token: token(step) }));
    expect(stored.safeIntegers().get()).toEqual(record.values.map(asStored));
  }
  box.store.close();
});
