import * as fc from 'fast-check';
import { extractCsv } from '../../../src/content/extract/csv';
import { extractInto } from '../../../src/content/extract/extractors';
import { extractHtml } from '../../../src/content/extract/html';
import { mailExtractor } from '../../../src/content/extract/mail';
import { extractPdf } from '../../../src/content/extract/pdf';
import { extractRtf } from '../../../src/content/extract/rtf';
import { memorySource, type Extractor } from '../../../src/content/extract/source';
import { extractText } from '../../../src/content/extract/text';
import { TextSink } from '../../../src/content/extract/text-sink';
import { ExtractionError } from '../../../src/content/model/extraction';
import { pdfFile, pdfText } from '../../support/pdf-file';

const RTF =
  "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset128 A;}}\\f0 a\\'93\\'fa\\u8364?\\bin3 }}}{\\*\\x y}\\par b}";
const MAIL =
  'Subject: =?utf-8?q?a?=\r\nContent-Type: multipart/mixed; boundary=e\r\n\r\n--e\r\n\r\nbody\r\n--e\r\n' +
  'Content-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nYSxiCjEsMg==\r\n--e--\r\n';

const CASES: readonly (readonly [name: string, extractor: Extractor, valid: Buffer])[] = [
  ['text', extractText, Buffer.from('Grüße\nand more')],
  ['tables', extractCsv, Buffer.from('"a ""b""",c\n1,2\n')],
  [
    'pages',
    extractHtml,
    Buffer.from('<meta charset=utf-8><table hidden><td>a&auml;<p>b<pre>c</pre></table>'),
  ],
  ['RTF', extractRtf, Buffer.from(RTF)],
  ['mail', mailExtractor(extractInto), Buffer.from(MAIL)],
  ['PDF', extractPdf, pdfFile([pdfText('one', 'two'), pdfText('three')])],
];

/** Where marks are, and what is in the text, is right whatever the bytes are. */
async function check(extractor: Extractor, bytes: Uint8Array): Promise<void> {
  const sink = new TextSink();
  try {
    await extractor(memorySource(bytes), sink);
  } catch (error) {
    if (!(error instanceof ExtractionError)) throw error;
  }
  const { text, marks } = sink.finish();
  expect(text).not.toMatch(/\p{Surrogate}/u);
  expect(text).not.toMatch(/(?![\t\n])\p{Cc}/u);
  const places = marks.map(({ at }) => at);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places.every((at) => at >= 0 && at < text.length)).toBe(true);
}

describe.each(CASES)('%s', (_, extractor, valid) => {
  test('random bytes give text or a problem', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), (bytes) => check(extractor, bytes)),
      { numRuns: 200 },
    );
  });

  const edit = fc.record({
    at: fc.nat(valid.length - 1),
    remove: fc.nat(20),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.nat(valid.length - 1).map((from) => new Uint8Array(valid.subarray(from, from + 20))),
    ),
  });

  test('changed files give text or a problem', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        let bytes = valid;
        for (const { at, remove, insert } of edits) {
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }
        await check(extractor, bytes);
      }),
      { numRuns: 300 },
    );
  });
});
