import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { parseLongList } from '../../../src/drive/wire/long-list';

/** Longer than what is parsed at once. */
const LONG = 'x'.repeat(20_000);

function read(text: string, gzip = false): { elements: unknown[]; answer: Record<string, unknown> } {
  const bytes = gzip ? gzipSync(text) : Buffer.from(text);
  const elements: unknown[] = [];
  const answer = parseLongList({ bytes, gzip }, 'files', (element) => elements.push(element));
  return { elements, answer };
}

/** Names that may look like the start of an element or of the list. */
const trickyText = fc.constantFrom(
  '',
  'ä 👩‍👩‍👧',
  '"},{"id":"',
  '},{"id',
  '"files":[{"id":1},{"id":2}',
  '\\',
  '\\"},\\',
  '\uFEFF',
  ']}',
);
const inner = fc.record({ id: trickyText, name: trickyText }, { requiredKeys: ['id'] });
const element = fc.oneof(
  { weight: 9, arbitrary: fc.record({ id: trickyText, long: fc.constant(LONG), owners: fc.array(inner) }) },
  { weight: 9, arbitrary: fc.record({ id: trickyText, long: fc.constant(LONG), user: inner }) },
  { weight: 2, arbitrary: fc.record({ files: fc.array(inner), id: trickyText }) },
  fc.constantFrom(null, 3, 'text', ['x', { id: 'y' }], {}),
);
const answers = fc.record({
  before: fc.option(fc.record({ nextPageToken: trickyText, files: fc.array(element, { maxLength: 9 }) })),
  files: fc.array(element, { maxLength: 20 }),
  after: fc.array(inner),
});

test('an answer of any layout is read as it would be at once', () => {
  fc.assert(
    fc.property(answers, fc.constantFrom(0, 1, '\t'), fc.boolean(), (answer, space, gzip) => {
      const { before, files, after } = answer;
      const given = { nested: before, kind: 'k', files, nextPageToken: 't', after };
      const { elements, answer: rest } = read(JSON.stringify(given, null, space), gzip);
      expect(elements).toEqual(files);
      expect({ ...rest, files }).toEqual(given);
    }),
    { numRuns: 300 },
  );
});

const manyFiles = Array.from({ length: 200 }, (_, at) => ({ id: String(at), long: LONG.slice(0, 1_000) }));

test('a long list is given in pieces, of which only the last is in what is returned', () => {
  const { elements, answer } = read(JSON.stringify({ files: manyFiles, kind: 'k' }), true);
  expect(elements).toEqual(manyFiles);
  const { files, ...others } = answer;
  expect(others).toEqual({ kind: 'k' });
  expect((files as unknown[]).length).toBeLessThan(60);
});

test.each([
  { name: 'cut in an element', text: JSON.stringify({ files: manyFiles }).slice(0, -100) },
  { name: 'cut between elements', text: JSON.stringify({ files: manyFiles }).slice(0, -2) },
  { name: 'with more after its end', text: `${JSON.stringify({ files: manyFiles })}]` },
  { name: 'broken near its start', text: JSON.stringify({ files: manyFiles }).replace('"1"', '1"') },
  { name: 'with a comma too much', text: JSON.stringify({ files: manyFiles }).replace(',{"id":"7"', ',$&') },
])('a long answer $name is malformed', ({ text }) => {
  expect(() => read(text)).toThrow('the answer is not valid JSON');
});

test('lone surrogates become U+FFFD in every piece', () => {
  const text = JSON.stringify({ files: manyFiles }).replaceAll('"id":"', String.raw`"id":"\ud800`);
  expect(read(text).elements).toEqual(manyFiles.map(({ id, long }) => ({ id: `\uFFFD${id}`, long })));
});
