import { ByteWriter } from '../byte-writer';
import { selects, type FieldMask } from '../field-mask';
import type { PackedText } from '../packed-text';

/** A page of a list that is to be written. */
export interface ListText {
  mask: FieldMask;
  /** With white space. */
  pretty: boolean;
  /** What stands before the items; undefined is left out. */
  head: Readonly<Record<string, string | boolean | undefined>>;
  items: string;
  count: number;
  /** Writes the items, each after the separator, and all but the first after a comma before it. */
  write: (writer: ByteWriter, separator: string) => void;
}

/** Writes a page of a list as JSON, as far as the mask selects it. */
export function listText({ mask, pretty, head, items, count, write }: ListText): PackedText {
  const [line, separator, colon] = pretty ? ['\n  ', '\n    ', ': '] : ['', '', ':'];
  const named = (name: string, json: string): string => `${line}"${name}"${colon}${json}`;
  const fields = Object.entries(head)
    .filter(([name, value]) => value !== undefined && selects(mask, name))
    .map(([name, value]) => named(name, JSON.stringify(value)));
  const hasItems = selects(mask, items);
  if (hasItems) fields.push(named(items, '['));
  const writer = new ByteWriter();
  writer.write(`{${fields.join(',')}`);
  if (hasItems) {
    write(writer, separator);
    writer.write(count > 0 ? `${line}]` : ']');
  }
  writer.write(pretty && fields.length > 0 ? '\n}' : '}');
  return writer.text;
}
