import { titleOf } from '../../../src/workflows/details';

test.each([
  ['the user’s own source', { sourceId: 'user' }, 'My Drive'],
  ['a drive without a name', { sourceId: '0Drive' }, 'shared drive `0Drive`'],
  ['a drive with a name', { sourceId: '0Drive', name: 'Team A' }, '`Team A` (`0Drive`)'],
  [
    'a name that is Markdown',
    { sourceId: '0Drive', name: '`[x](https://example.com)\n\u202e`' },
    '` [x](https://example.com)   ` (`0Drive`)',
  ],
])('the title of %s', (_name, source, title) => {
  expect(titleOf(source)).toBe(title);
});

test('a summary with a long name stays below the 400 bytes that Temporal takes', () => {
  const title = titleOf({ sourceId: `0A${'x'.repeat(40)}`, name: '\u{1f600}'.repeat(500) });
  expect(Buffer.byteLength(`${title}, job 12345678`)).toBeLessThan(400);
});
