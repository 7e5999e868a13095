import {
  decideWrite,
  workAfterChange,
  type FolderChange,
  type RecordComparison,
} from '../../../src/planning/reconcile';
import { removalLimit } from '../../../src/planning/removal-guard';

const SAME: RecordComparison = {
  by: 'listing',
  decisive: true,
  newer: 0,
  same: true,
  rehomed: false,
  removed: false,
  youngRemoval: false,
};

test.each<{ record: Partial<RecordComparison>; decision: string }>([
  { record: {}, decision: 'ignore' },
  { record: { newer: 1 }, decision: 'write' },
  { record: { same: false }, decision: 'write' },
  { record: { rehomed: true }, decision: 'write' },
  { record: { newer: -1, same: false }, decision: 'ignore' },
  { record: { decisive: false, same: false }, decision: 'ignore' },
  { record: { decisive: false, newer: 1 }, decision: 'content' },
  { record: { decisive: false, newer: 1, removed: true }, decision: 'content' },
  { record: { removed: true }, decision: 'write' },
  { record: { removed: true, newer: -1 }, decision: 'ignore' },
  { record: { removed: true, youngRemoval: true, newer: 1 }, decision: 'ask' },
  { record: { removed: true, youngRemoval: true, by: 'log' }, decision: 'write' },
  { record: { removed: true, youngRemoval: true, by: 'get', newer: -1 }, decision: 'write' },
])('$record: $decision', ({ record, decision }) => {
  expect(decideWrite({ ...SAME, ...record })).toBe(decision);
});

const KNOWN: FolderChange = {
  appeared: false,
  rehomed: false,
  trashChanged: false,
  accessChanged: false,
  mayHideChildren: false,
};

test.each<{ change: Partial<FolderChange>; work: string[] }>([
  { change: {}, work: [] },
  { change: { appeared: true }, work: ['list'] },
  { change: { accessChanged: true }, work: ['list'] },
  { change: { mayHideChildren: true, trashChanged: true }, work: ['list', 'trash'] },
  { change: { trashChanged: true }, work: ['trash'] },
  { change: { appeared: true, rehomed: true }, work: ['list', 'strays'] },
])('a folder with $change: $work', ({ change, work }) => {
  expect(workAfterChange({ ...KNOWN, ...change })).toEqual(work);
});

test.each([
  [0, 1_000],
  [5_000, 1_000],
  [50_000, 5_000],
])('of %i files %i may go without consent', (files, limit) => {
  expect(removalLimit(files)).toBe(limit);
});
