import { extractCsv } from '../../../src/content/extract/csv';
import { extractText } from '../../../src/content/extract/text';
import { TextSink } from '../../../src/content/extract/text-sink';
import { extracted, extractedText } from '../../support/extracted';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const repeated = (text: string) => Buffer.concat(Array.from({ length: 12 }, () => hex(text)));

describe('encodings', () => {
  test.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from('Grüße, 世界'), 'Grüße, 世界'],
    ['UTF-8 with a mark', Buffer.from('\uFEFFGrüße'), 'Grüße'],
    ['UTF-16 LE with a mark', Buffer.from('\uFEFFGrüße 世界', 'utf16le'), 'Grüße 世界'],
    ['UTF-16 BE with a mark', Buffer.from('\uFEFFGrüße 世界', 'utf16le').swap16(), 'Grüße 世界'],
    ['UTF-16 LE', Buffer.from('plain words', 'utf16le'), 'plain words'],
    ['UTF-16 BE', Buffer.from('plain words', 'utf16le').swap16(), 'plain words'],
    ['Latin-1', Buffer.from('Grüße aus Köln für alle', 'latin1'), 'Grüße aus Köln für alle'],
    ['windows-1252', Buffer.from('it\x92s 5 \x80 for a caf\xe9', 'latin1'), 'it’s 5 € for a café'],
    // こんにちは。世界のみなさん
    [
      'Shift-JIS',
      repeated('82b1 82f1 82c9 82bf 82cd 8142 90a2 8a45 82cc 82dd 82c8 82b3 82f1'),
      'こんにちは。世界のみなさん'.repeat(12),
    ],
    [
      'EUC-JP',
      repeated('a4b3 a4f3 a4cb a4c1 a4cf a1a3 c0a4 b3a6 a4ce a4df a4ca a4b5 a4f3'),
      'こんにちは。世界のみなさん'.repeat(12),
    ],
    // 中文测试文本
    ['GB18030', repeated('d6d0 cec4 b2e2 cad4 cec4 b1be a1a3'), '中文测试文本。'.repeat(12)],
    // 中文測試的文本
    ['Big5', repeated('a4a4 a4e5 b4fa b8d5 aaba a4e5 a5bb a143'), '中文測試的文本。'.repeat(12)],
    // 안녕하세요 세계
    ['EUC-KR', repeated('bec8 b3e7 c7cf bcbc bfe4 20 bcbc b0e8 20'), '안녕하세요 세계 '.repeat(12)],
    // Привет, мир, это проверка
    [
      'KOI8-R',
      repeated('f0d2c9d7c5d4 2c20 cdc9d2 2c20 dcd4cf 20 d0d2cfd7c5d2cbc1 20'),
      'Привет, мир, это проверка '.repeat(12),
    ],
    [
      'windows-1251',
      repeated('cff0e8e2e5f2 2c20 ece8f0 2c20 fdf2ee 20 eff0eee2e5f0eae0 20'),
      'Привет, мир, это проверка '.repeat(12),
    ],
  ])('%s is recognized', async (_, bytes, text) => {
    expect(await extractedText(extractText, bytes)).toBe(text);
  });

  test('what comes after 64 KB of ASCII decides too', async () => {
    const text = `${'x'.repeat(100_000)} Grüße`;
    expect(await extractedText(extractText, Buffer.from(text))).toBe(text);
    expect(await extractedText(extractText, Buffer.from(text, 'latin1'))).toBe(text);
  });

  test('a character at the edge of two reads is whole', async () => {
    for (const before of [65_533, 65_534, 65_535]) {
      const text = `é${'x'.repeat(before - 2)}😀`;
      expect(await extractedText(extractText, Buffer.from(text))).toBe(text);
    }
  });

  test('one damaged character does not make UTF-8 something different', async () => {
    const bytes = Buffer.concat([Buffer.from('ä'.repeat(300)), Buffer.from([0xff]), Buffer.from('ö')]);
    expect(await extractedText(extractText, bytes)).toBe(`${'ä'.repeat(300)}\uFFFDö`);
  });
});

test('a huge file is read no further than the text goes', async () => {
  let bytesRead = 0;
  const line = Buffer.from('a,line,of,a,table\n'.repeat(8_192));
  const source = {
    size: 2 ** 30,
    read(position: number, length: number) {
      bytesRead += length;
      return line.subarray(position % 18, (position % 18) + length);
    },
  };
  for (const extractor of [extractText, extractCsv]) {
    const sink = new TextSink();
    extractor(source, sink);
    expect(sink.finish()).toMatchObject({ truncated: true });
  }
  expect(bytesRead).toBeLessThan(5_000_000);
});

describe('tables', () => {
  test.each([
    ['commas', 'name,city\nAda,London\n', 'name\tcity\nAda\tLondon\n'],
    ['semicolons', 'name;price\nAda;1,50\nBob;2,75', 'name\tprice\nAda\t1,50\nBob\t2,75'],
    ['tabs', 'a\tb\n1\t2', 'a\tb\n1\t2'],
    ['bars', 'a|b\n1|2', 'a\tb\n1\t2'],
    ['quotes', '"a ""b""","c,d"\n1,2', 'a "b"\tc,d\n1\t2'],
    ['a line break in a cell', '"two\nlines",x\n1,2', 'two lines\tx\n1\t2'],
    ['a quote in the middle of a cell', '5" pipe,x\n6" pipe,y', '5" pipe\tx\n6" pipe\ty'],
    ['an empty quoted cell', '"",x\n"",y', '\tx\n\ty'],
  ])('%s', async (_, csv, text) => {
    expect(await extractedText(extractCsv, csv)).toBe(text);
  });

  test('a quoted cell may go on in the next read', async () => {
    const { text } = await extracted(extractCsv, `a,"${'x'.repeat(65_530)}""y",b\n`);
    expect(text).toBe(`a\t${'x'.repeat(65_530)}"y\tb\n`);
  });
});
