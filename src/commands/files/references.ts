import type { Item } from '../../queries/files/items';
import { formatTable, type Cell, type Column } from '../render/table';
import type { Output } from '../shared/host';

/** The columns to add to a list of items. */
export interface References {
  ids?: boolean | undefined;
  links?: boolean | undefined;
}

type Referent = Pick<Item, 'id' | 'webViewLink'>;

/** A list of items, with the cells of its own columns. */
interface List {
  columns: readonly Column[];
  rows: readonly { item: Referent; cells: readonly Cell[] }[];
  references: References;
}

/** The lines of a list. If ids or links were requested, a pipe gets nothing else, for `xargs`. */
export function listLines(
  { columns, rows, references }: List,
  output: Pick<Output, 'isTTY' | 'columns'>,
): string[] {
  const added: (Column & { of: (item: Referent) => Cell })[] = [
    ...(references.ids === true ? [{ title: 'ID', whole: true, of: ({ id }: Referent) => id }] : []),
    ...(references.links === true ? [{ title: 'LINK', whole: true, of: linkCell }] : []),
  ];
  const own = added.length === 0 ? columns : output.isTTY === true ? columns.map(optionalAfterName) : [];
  const cells = rows.map((row) => [
    ...row.cells.slice(0, own.length),
    ...added.map((column) => column.of(row.item)),
  ]);
  return formatTable([...own, ...added], cells, output);
}

function optionalAfterName(column: Column): Column {
  return column.title === '#' || column.title === 'NAME' ? column : { ...column, optional: true };
}

/** The address of an item in the browser. */
export function linkOf({ id, webViewLink }: Referent): string {
  return webViewLink ?? shortLinkOf(id);
}

function shortLinkOf(id: string): string {
  return `https://drive.google.com/open?id=${encodeURIComponent(id)}`;
}

/** A terminal gets an address that fits in its width, unless the file opens only with its resource key. */
function linkCell(item: Referent): Cell {
  const value = linkOf(item);
  return { value, shown: value.includes('resourcekey=') ? value : shortLinkOf(item.id) };
}
