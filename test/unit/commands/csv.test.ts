import * as fc from 'fast-check';
import { csvLine, csvWriter } from '../../../src/commands/render/csv';
import type { SqlValue } from '../../../src/model/values';

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

describe('what a spreadsheet would run', () => {
  const guarded = csvWriter({ raw: false, isTerminal: false });
  const raw = csvWriter({ raw: true, isTerminal: false });

  test.each([
    { cell: '=1+1', line: "'=1+1" },
    { cell: '+49 30 1234', line: "'+49 30 1234" },
    { cell: '-2+3', line: "'-2+3" },
    { cell: '@SUM(A1)', line: "'@SUM(A1)" },
    { cell: '\t=1', line: "'\t=1" },
    { cell: '\r=1', line: '"\'\r=1"' },
    { cell: '\n=1', line: '"\'\n=1"' },
    { cell: '＝1+1', line: "'＝1+1" },
    { cell: '=HYPERLINK("http://x","y")', line: '"\'=HYPERLINK(""http://x"",""y"")"' },
  ])('$cell begins with an apostrophe, unless it is to be raw', ({ cell, line }) => {
    expect(guarded(['a', cell])).toBe(`a,${line}`);
    expect(raw([cell])).toBe(csvLine([cell]));
  });

  test('numbers and text with such a character further on stay as they are', () => {
    expect(guarded([-1.5, -7n, 'a=b', '1-2', "'quoted'", '', null])).toBe("-1.5,-7,a=b,1-2,'quoted',,");
  });

  test('on a terminal no cell moves the cursor', () => {
    const line = csvWriter({ raw: true, isTerminal: true })(['\u001b[31mred', 'two\nlines', '\u202egpj']);
    expect(line).toBe('\uFFFD[31mred,"two\uFFFDlines",\uFFFDgpj');
  });
});
