import {
  folderConsequences,
  judgeSighting,
  type FolderSighting,
  type Sighting,
} from '../../../src/planning/file-write';
import { removalLimit } from '../../../src/planning/removal-guard';

const SAME: Sighting = {
  by: 'listing',
  decisive: true,
  newer: 0,
  same: true,
  rehomed: false,
  removed: false,
  youngRemoval: false,
};

test.each<{ sighting: Partial<Sighting>; verdict: string }>([
  { sighting: {}, verdict: 'ignore' },
  { sighting: { newer: 1 }, verdict: 'write' },
  { sighting: { same: false }, verdict: 'write' },
  { sighting: { rehomed: true }, verdict: 'write' },
  { sighting: { newer: -1, same: false }, verdict: 'ignore' },
  { sighting: { decisive: false, same: false }, verdict: 'ignore' },
  { sighting: { decisive: false, newer: 1 }, verdict: 'content' },
  { sighting: { decisive: false, newer: 1, removed: true }, verdict: 'content' },
  { sighting: { removed: true }, verdict: 'write' },
  { sighting: { removed: true, newer: -1 }, verdict: 'ignore' },
  { sighting: { removed: true, youngRemoval: true, newer: 1 }, verdict: 'ask' },
  { sighting: { removed: true, youngRemoval: true, by: 'log' }, verdict: 'write' },
  { sighting: { removed: true, youngRemoval: true, by: 'get', newer: -1 }, verdict: 'write' },
])('$sighting: $verdict', ({ sighting, verdict }) => {
  expect(judgeSighting({ ...SAME, ...sighting })).toBe(verdict);
});

const KNOWN: FolderSighting = {
  appeared: false,
  trashFlipped: false,
  accessChanged: false,
  mayHideChildren: false,
};

test.each<{ sighting: Partial<FolderSighting>; work: string[] }>([
  { sighting: {}, work: [] },
  { sighting: { appeared: true }, work: ['list'] },
  { sighting: { accessChanged: true }, work: ['list'] },
  { sighting: { mayHideChildren: true, trashFlipped: true }, work: ['list', 'trash'] },
  { sighting: { trashFlipped: true }, work: ['trash'] },
])('a folder with $sighting: $work', ({ sighting, work }) => {
  expect(folderConsequences({ ...KNOWN, ...sighting })).toEqual(work);
});

test.each([
  [0, 1_000],
  [5_000, 1_000],
  [50_000, 5_000],
])('of %i files %i may go without consent', (files, limit) => {
  expect(removalLimit(files)).toBe(limit);
});
