import * as fc from 'fast-check';
import { TextSink } from '../../../src/content/extract/text-sink';
import { kindOf } from '../../../src/content/model/kind';
import { termsOf } from '../../../src/content/model/terms';

function sunk(use: (sink: TextSink) => void, limit?: number): ReturnType<TextSink['finish']> {
  const sink = new TextSink(limit);
  use(sink);
  return sink.finish();
}

const writeSeven = (sink: TextSink): void => {
  for (const word of ['abc', 'def', 'g']) sink.write(word);
};

describe('the sink', () => {
  test('puts one newline between blocks and none at the ends', () => {
    const { text } = sunk((sink) => {
      sink.paragraph();
      sink.write('a');
      sink.paragraph();
      sink.paragraph();
      sink.write('b\n');
      sink.paragraph();
      sink.write('c');
      sink.paragraph();
    });
    expect(text).toBe('a\nb\nc');
  });

  test('marks a place at its first character, and leaves out places without text', () => {
    const { text, marks } = sunk((sink) => {
      sink.mark('p. 1');
      sink.write('one');
      sink.mark('p. 2');
      sink.mark('p. 3');
      sink.write('three');
      sink.mark('p. 4');
    });
    expect(text).toBe('one\nthree');
    expect(marks).toEqual([
      { at: 0, label: 'p. 1' },
      { at: 4, label: 'p. 3' },
    ]);
  });

  test('removes what nobody sees', () => {
    const { text } = sunk((sink) => {
      sink.write('\ufeffa\u00ad\0b\u0007\r');
      sink.write('\nc\td\u2028e\ff\ud800g');
    });
    expect(text).toBe('ab\nc\td\ne\nf\ufffdg');
  });

  test('ends at its limit and says so', () => {
    expect(sunk(writeSeven, 7)).toMatchObject({ text: 'abcdefg', truncated: false });
    expect(sunk(writeSeven, 6)).toMatchObject({ text: 'abcdef', truncated: true });
    expect(sunk(writeSeven, 5)).toMatchObject({ text: 'abcde', truncated: true });
    expect(sunk((sink) => sink.write('ab😀'), 3).text).toBe('ab\ufffd');
  });

  test('a million blocks take linear time', () => {
    const { text } = sunk((sink) => {
      for (let index = 0; index < 500_000; index += 1) {
        sink.write('x');
        sink.paragraph();
      }
    });
    expect(text).toHaveLength(999_999);
  });
});

describe('terms', () => {
  test.each([
    ['Crème brûlée', 'Creme brulee'],
    ['東京都に行く', ' 東京 京都 都に に行 行く '],
    ['用 x', ' 用  x'],
    ['iPhone用ケース', 'iPhone 用ケ ケー ース '],
    ['한국어', ' 한국 국어 '],
    ['𠮷野家', ' 𠮷野 野家 '],
    [`a ${'x'.repeat(64)} b`, `a ${'x'.repeat(64)} b`],
    [`a ${'x'.repeat(65)} b`, 'a   b'],
    [`http://h/${'Q'.repeat(80)}/end`, 'http://h/ /end'],
    ['', ''],
  ])('%s', (text, terms) => {
    expect(termsOf(text)).toBe(terms);
  });

  test('a run as long as a book is cut into all of its pairs', () => {
    const run = Array.from({ length: 10_000 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    const pairs = termsOf(run.join('')).trim().split(' ');
    expect(pairs).toEqual(run.slice(1).map((next, index) => `${run[index]!}${next}`));
  });

  test('a query is found in a text that contains it', () => {
    const japanese = fc.string({
      unit: fc.constantFrom('東', '京', '都', 'の', 'カ', 'ー'),
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(japanese, japanese, japanese, (before, query, after) => {
        expect(termsOf(`${before}${query}${after}`)).toContain(termsOf(query).trim());
      }),
    );
  });
});

test.each([
  ['text/plain', undefined, 'text'],
  ['text/plain; charset=utf-8', 'md', 'markdown'],
  ['text/plain', 'docx', 'text'],
  ['text/x-python', 'py', 'text'],
  ['application/json', 'ipynb', 'notebook'],
  ['application/vnd.google.colaboratory', undefined, 'notebook'],
  ['APPLICATION/PDF', 'txt', 'pdf'],
  ['application/octet-stream', '.XLSX', 'xlsx'],
  [undefined, 'eml', 'mail'],
  [undefined, undefined, undefined],
  ['image/png', 'txt', undefined],
  ['application/vnd.google-apps.document', 'txt', undefined],
] as const)('%s with the extension %s is %s', (type, extension, kind) => {
  expect(kindOf(type, extension)).toBe(kind);
});
