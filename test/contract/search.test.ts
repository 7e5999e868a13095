import * as fc from 'fast-check';
import { matchesPattern } from '../../src/queries/search/pattern';
import { comparable, contains } from '../../src/queries/search/rank';
import { parseQuery } from '../../src/queries/search/query';
import { readRoots } from '../../src/queries/files/places';
import { searchFiles } from '../../src/queries/search/search';
import { openReader } from '../../src/store/reader';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/values';
import { file, openTestStore, page } from '../support/stores';

const FOLDER = 'application/vnd.google-apps.folder';
const NOW = Date.UTC(2026, 0, 1);

/** Searches a store of its own, with the search index or without. */
function searching(files: readonly (JsonObject & { id: string })[], indexed: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-search-'));
  const path = join(folder, 'store.db');
  const box = openTestStore(path);
  const records = files.map(({ id, ...fields }, at) => file(id, { modified: NOW - at * 60_000, ...fields }));
  box.commit(page(box.claim(0).fence, { files: records }));
  box.settle();
  while (indexed && box.store.buildIndexes().state === 'building');
  const reader = openReader(path)!;
  return {
    find(query: string, limit = 100): string[] {
      const options = {
        limit,
        roots: readRoots(reader),
        folderOf: (id: string) => ({ kind: 'folder', id }) as const,
      };
      return searchFiles(reader, parseQuery(query, NOW), options).hits.map(({ id }) => id);
    },
    close() {
      reader.close();
      box.store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const FILES: (JsonObject & { id: string })[] = [
  { id: 'word', name: 'my report of 2025' },
  { id: 'within', name: 'unreported' },
  { id: 'prefix', name: 'Report 2024' },
  { id: 'exact', name: 'report.docx' },
  { id: 'described', name: 'notes', description: 'the REPORT of last year' },
  { id: 'trashed', name: 'report in the trash', trashed: true },
  { id: 'folder', name: 'Taxes', mimeType: FOLDER, parents: ['root'] },
  { id: 'sub', name: 'Old', mimeType: FOLDER, parents: ['folder'] },
  { id: 'tax', name: 'tax 2025.pdf', mimeType: 'application/pdf', size: '5000000', parents: ['folder'] },
  {
    id: 'deep',
    name: 'tax 2019.pdf',
    mimeType: 'application/pdf',
    size: '100',
    parents: ['sub'],
    starred: true,
  },
  { id: 'mine', name: 'mine', owners: [{ emailAddress: 'Me@example.com' }], ownedByMe: true },
  { id: 'accents', name: 'Résumé Zażółć' },
  { id: 'decomposed', name: 'Re\u0301sume\u0301 2' },
  { id: 'cjk', name: '四半期報告書' },
  { id: 'quotes', name: `it's "quoted" AND (odd) * \\ % _` },
  { id: 'emoji', name: 'x😀y party' },
  { id: 'nul', name: 'before\u0000äfter' },
  { id: 'control', name: 'a\nb\u001b[31mc' },
];

describe.each([true, false])('with the search index: %s', (indexed) => {
  let box: ReturnType<typeof searching>;

  beforeAll(() => {
    box = searching(FILES, indexed);
  });
  afterAll(() => box.close());

  test.each([
    ['the best come first', 'report', ['exact', 'prefix', 'word', 'within', 'described']],
    ['all words have to be there', 'report 2025', ['word']],
    ['a phrase is one text', '"report of"', ['word', 'described']],
    ['what is excluded is left out', 'report -2024 -unreported', ['exact', 'word', 'described']],
    ['a title is a name', 'title:report -title:un', ['exact', 'prefix', 'word']],
    ['the trash is searched where that is said', 'report is:trashed', ['trashed']],
    ['a type', 'type:pdf', ['tax', 'deep']],
    ['another type', 'tax -type:pdf', ['folder']],
    ['a folder and all below it', 'in:folder', ['sub', 'tax', 'deep']],
    ['sizes', 'larger:1M', ['tax']],
    ['small sizes', 'smaller:1K', ['deep']],
    ['a mark', 'is:starred', ['deep']],
    ['the owner', 'owner:me', ['mine']],
    ['a part of the owner', 'owner:ME@EXAMPLE', ['mine']],
    ['no accents are needed', 'resume', ['decomposed', 'accents']],
    ['accents are no harm', 'résu', ['decomposed', 'accents']],
    ['two characters within a name', '報告', ['cjk']],
    ['one character', '期', ['cjk']],
    ['quotes and operators are text', 'AND (odd) "*" %', ['quotes']],
    ['a pattern is the whole name', 'tax*.pdf', ['tax', 'deep']],
    ['a pattern with an end', '*.DOCX', ['exact']],
    ['a pattern without three letters in a row', '?e*r?*4', ['prefix']],
    ['a pattern that begins within the name', 'port*', []],
    ['a pattern and words', 'tax *2019*', ['deep']],
    ['an extension', 'ext:pdf', ['tax', 'deep']],
    ['a pattern needs no accents', '*zazołc', ['accents']],
    ['a mark for each character', 'x?y*', ['emoji']],
    ['characters of LIKE in a pattern', '*\\*%?_', ['quotes']],
    ['excluded patterns', 'tax -*.pdf', ['folder']],
    ['only excluded words', '-e -o', ['tax', 'deep', 'cjk', 'emoji', 'control']],
    ['control characters', '[31mc', ['control']],
    ['characters beyond the basic plane', '😀y', ['emoji']],
    ['what comes after a NUL', 'after', ['nul']],
    ['nothing', 'xyzzy', []],
  ])('%s', (_, query, expected) => {
    const found = box.find(query);
    if (/resume|résu/.test(query)) expect(found.toSorted()).toEqual(expected.toSorted());
    else expect(found).toEqual(expected);
  });

  test('only excluded filters find all other files', () => {
    const others = box.find('-xyzzy').filter((id) => id !== 'tax' && id !== 'deep');
    expect(others).toHaveLength(FILES.length - 3);
    expect(box.find('-type:pdf')).toEqual(others);
  });

  test('no more than is asked for', () => {
    expect(box.find('report', 2)).toEqual(['exact', 'prefix']);
  });
});

test('the index finds what looking at every name finds', () => {
  const name = fc.string({
    unit: fc.constantFrom(...Array.from('abAB é\u0301.-_"\'字報😀\u0000')),
    maxLength: 8,
  });
  const word = fc.string({
    unit: fc.constantFrom(...Array.from("abé字報😀.-_'")),
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 30 }),
      fc.array(word, { minLength: 1, maxLength: 2 }),
      (names, words) => {
        fc.pre(words.every((each) => !each.startsWith('-')));
        const files = names.map((each, at) => ({ id: `f${String(at)}`, name: each }));
        const query = parseQuery(words.join(' '), NOW);
        const expected = files.filter((each) =>
          query.terms.every((term) => contains({ name: each.name, description: '' }, term)),
        );
        const box = searching(files, true);
        try {
          expect(box.find(words.join(' ')).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
        } finally {
          box.close();
        }
      },
    ),
    // Always the same: more are tried by hand, with another seed.
    { seed: 1, numRuns: 60 },
  );
});

test('the index finds by pattern what looking at every name finds', () => {
  const letters = Array.from('abABé.-_%\\\'"字😀');
  const name = fc.string({ unit: fc.constantFrom(...letters), minLength: 3, maxLength: 8 });
  const names = fc.sample(name, { seed: 1, numRuns: 200 });
  const files = names.map((each, at) => ({ id: `f${String(at)}`, name: each }));
  const mask = fc.array(fc.constantFrom('', '', '', '?', '*'), { minLength: 8, maxLength: 8 });
  const box = searching(files, true);
  try {
    fc.assert(
      fc.property(fc.constantFrom(...names), mask, (drawn, marks) => {
        const characters = Array.from(drawn, (character, at) => marks[at] || character);
        // A minus at the beginning excludes, and a quote begins a phrase.
        const pattern = `*${characters.join('').replace(/^["-]/, '?')}`;
        const expected = files.filter((each) => matchesPattern(comparable(each.name), comparable(pattern)));
        expect(expected.length).toBeGreaterThan(0);
        expect(box.find(pattern, 200).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
      }),
      { seed: 1, numRuns: 150 },
    );
  } finally {
    box.close();
  }
});

test('without the index, the best of many are found wherever they lie, and more is said to be there', () => {
  const many = Array.from({ length: 5_000 }, (_, at) => ({
    id: `file-${String(at)}`,
    name: at === 4_321 ? 'report' : `a report ${String(at)}`,
    // Neither in the order of rows nor against it.
    modified: NOW - ((at * 7_919) % 5_000) * 60_000,
  }));
  const plain = searching(many, false);
  const indexed = searching(many, true);
  try {
    expect(plain.find('report', 10)).toEqual(indexed.find('report', 10));
    expect(plain.find('report', 10)[0]).toBe('file-4321');
    expect(plain.find('report', 5_000)).toHaveLength(5_000);
  } finally {
    plain.close();
    indexed.close();
  }
});
