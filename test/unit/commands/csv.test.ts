import * as fc from 'fast-check';
import { csvLine } from '../../../src/commands/render/csv';
import type { SqlValue } from '../../../src/model/file';

test.each<{ values: SqlValue[]; line: string }>([
  { values: ['a', 'b'], line: 'a,b' },
  { values: ['a,b'], line: '"a,b"' },
  { values: ['say "x"'], line: '"say ""x"""' },
  { values: ['"'], line: '""""' },
  { values: ['two\nlines', 'two\r\nlines', '\r'], line: '"two\nlines","two\r\nlines","\r"' },
  { values: [' x', 'x '], line: '" x","x "' },
  { values: [null, '', null], line: ',,' },
  { values: [0, -1.5, 9223372036854775807n], line: '0,-1.5,9223372036854775807' },
  { values: ["it's; fine\\"], line: "it's; fine\\" },
])('$values make the record $line', ({ values, line }) => {
  expect(csvLine(values)).toBe(line);
});

/** A reader of one record by the grammar of RFC 4180. */
function readRecord(record: string): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|$)/y;
  const fields: string[] = [];
  for (;;) {
    const [, quoted, bare, end] = field.exec(record)!;
    fields.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '') return fields;
  }
}

test('any record is read back as it was by a reader of RFC 4180', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', 'a') }),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (values) => {
      expect(readRecord(csvLine(values))).toEqual(values);
    }),
  );
});
