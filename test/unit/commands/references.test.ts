import { listLines } from '../../../src/commands/files/references';
import type { Item } from '../../../src/queries/files/items';

const ID = '1vt5wWZw99QGX2GkU1anBFaDVwgxZwK2g';
const VIEW = `https://drive.google.com/file/d/${ID}/view?usp=drivesdk`;
const TERMINAL = { isTTY: true, columns: 80 };

function lines(webViewLink: string, output: { isTTY?: boolean; columns?: number }): string[] {
  const item = { id: ID, name: 'A name that is long enough to be cut', webViewLink } as Item;
  const columns = [{ title: '#' }, { title: 'NAME' }, { title: 'SIZE' }];
  const rows = [{ item, cells: [1, item.name, '2.0 MB'] }];
  return listLines({ columns, rows, references: { links: true } }, output);
}

test('a terminal gets a link that fits, a pipe the one from Drive', () => {
  expect(lines(VIEW, TERMINAL)[1]).toBe(`1  A name t…  https://drive.google.com/open?id=${ID}`);
  expect(lines(VIEW, {})).toEqual([VIEW]);
});

test('a resource key stays in the link', () => {
  const keyed = `${VIEW}&resourcekey=0-abc`;
  expect(lines(keyed, TERMINAL)[1]).toContain(keyed);
});
