import { selects, type FieldMask } from '../fields/field-mask';
import { ByteWriter } from './byte-writer';

/** A page of a list, before it is written. */
export interface ListPage {
  mask: FieldMask;
  /** True for JSON with white space. */
  pretty: boolean;
  /** The fields before the items; undefined ones are omitted. */
  head: Readonly<Record<string, string | boolean | undefined>>;
  /** The name of the field with the items. */
  items: string;
  count: number;
}

/** The JSON of a page around its items. */
export interface ListFrame {
  /** Before the first item. */
  before: string;
  /** The white space before each item. */
  separator: string;
  /** After the last item. */
  after: string;
  /** False if the mask excludes the items. */
  hasItems: boolean;
}

/** Writes the JSON of a page without its items, as the mask selects it. */
export function listFrame({ mask, pretty, head, items, count }: ListPage): ListFrame {
  const [line, separator, colon] = pretty ? ['\n  ', '\n    ', ': '] : ['', '', ':'];
  const named = (name: string, json: string): string => `${line}"${name}"${colon}${json}`;
  const fields = Object.entries(head)
    .filter(([name, value]) => value !== undefined && selects(mask, name))
    .map(([name, value]) => named(name, JSON.stringify(value)));
  const hasItems = selects(mask, items);
  if (hasItems) fields.push(named(items, '['));
  const listEnd = hasItems ? `${count > 0 ? line : ''}]` : '';
  const end = pretty && fields.length > 0 ? '\n}' : '}';
  return { before: `{${fields.join(',')}`, separator, after: listEnd + end, hasItems };
}

/** Writes the JSON of a page with its items. */
export function listText({ before, separator, after, hasItems }: ListFrame, items: Iterable<string>): Buffer {
  const writer = new ByteWriter();
  writer.write(before);
  let comma = '';
  if (hasItems) {
    for (const item of items) {
      writer.write(comma + separator + item);
      comma = ',';
    }
  }
  writer.write(after);
  return writer.bytes;
}
