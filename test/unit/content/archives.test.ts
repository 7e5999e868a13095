import * as fc from 'fast-check';
import { memorySource, type ByteSource } from '../../../src/content/extract/source';
import { zipOf } from '../../../src/content/extract/zip';
import { docx, xlsx } from '../../support/office';
import { placedText } from '../../support/placed-text';
import { zipFile, type ZipPart } from '../../support/zip';

const MEGABYTE = 1024 * 1024;
const TYPES: ZipPart = { name: '[Content_Types].xml', data: '<Types/>' };
const BODY = 'word/document.xml';
const text = (content: string): string =>
  `<w:document><w:p><w:r><w:t>${content}</w:t></w:r></w:p></w:document>`;

/** How much a source was asked for. */
function counting(bytes: Buffer): ByteSource & { read: jest.Mock } {
  const source = memorySource(bytes);
  return { size: source.size, read: jest.fn((at: number, length: number) => source.read(at, length)) };
}

describe('bombs', () => {
  test('100 MB of XML in 100 KB need too much memory', async () => {
    const bomb = docx(`<w:x>${' '.repeat(100 * MEGABYTE)}</w:x>`);
    expect(bomb.length).toBeLessThan(MEGABYTE);
    expect(await placedText(bomb)).toBe('problem: memory');
  });

  test('what is read before too much keeps its text', async () => {
    const bomb = docx(`<w:p><w:r><w:t>start</w:t></w:r></w:p><w:x>${' '.repeat(100 * MEGABYTE)}</w:x>`);
    expect(await placedText(bomb)).toBe('start…');
  });

  test('the limit counts all entries of a file together', async () => {
    const part = `<w:x>${' '.repeat(25 * MEGABYTE)}</w:x>`;
    const names = ['header1.xml', 'header2.xml', 'header3.xml'];
    const bomb = docx(
      '',
      Object.fromEntries(names.map((name) => [name, part])),
      names.map((name) => ['header', name]),
    );
    expect(await placedText(bomb)).toBe('problem: memory');
  });

  test('an entry that declares 100 bytes and holds 200 MB is refused after 100 bytes', async () => {
    const lie = zipFile([TYPES, { name: BODY, data: Buffer.alloc(200 * MEGABYTE), declaredSize: 100 }]);
    expect(await placedText(lie)).toBe('problem: malformed');
  });

  test('an archive of a million entries is refused unread', async () => {
    const few = zipFile([TYPES, { name: BODY, data: text('x') }]);
    const many = Buffer.from(few);
    many.writeUInt16LE(65_000, few.length - 12);
    expect(await placedText(many)).toBe('problem: memory');
    const million = zipFile(
      Array.from(
        { length: 70_000 },
        (_, index) => ({ name: String(index), data: '', sameAs: index === 0 ? undefined : 0 }) as ZipPart,
      ),
    );
    const source = counting(million);
    await expect(zipOf(source)).rejects.toMatchObject({ problem: 'memory' });
    expect(source.read.mock.calls.length).toBeLessThan(10);
  });

  test('overlapping entries are counted each time', async () => {
    const sheet = `<worksheet>${' '.repeat(30 * MEGABYTE)}</worksheet>`;
    const names = Array.from({ length: 50 }, (_, index) => `xl/worksheets/s${String(index)}.xml`);
    const rels = names.map(
      (name, index) => `<Relationship Id="r${String(index)}" Type="x/worksheet" Target="/${name}"/>`,
    );
    const bomb = zipFile([
      TYPES,
      {
        name: 'xl/workbook.xml',
        data: `<workbook>${names.map((_, index) => `<sheet name="s" r:id="r${String(index)}"/>`).join('')}</workbook>`,
      },
      { name: 'xl/_rels/workbook.xml.rels', data: `<R>${rels.join('')}</R>` },
      { name: names[0]!, data: sheet },
      ...names.slice(1).map((name): ZipPart => ({ name, data: '', sameAs: 3 })),
    ]);
    expect(await placedText(bomb)).toBe('problem: memory');
  });

  test('an archive in an archive is not opened', async () => {
    const inner = docx('<w:p><w:r><w:t>inner</w:t></w:r></w:p>');
    expect(await placedText(zipFile({ 'a.docx': inner }))).toBe('problem: unsupported');
    expect(
      await placedText(docx('<w:p><w:r><w:t>outer</w:t></w:r></w:p>', { 'embeddings/a.docx': inner })),
    ).toBe('outer');
  });

  test('strings of a workbook without end need too much memory', async () => {
    const many = `<t>${'0123456789'.repeat(10)}</t>`;
    expect(
      await placedText(
        xlsx(
          [['S', '']],
          Array.from({ length: 700_000 }, () => many),
        ),
      ),
    ).toBe('problem: memory');
  });
});

describe('damage', () => {
  test('XML of a depth of a million is malformed', async () => {
    expect(await placedText(docx('<w:p>'.repeat(1_000_000)))).toBe('problem: malformed');
  });

  test('deep but sane nesting is read', async () => {
    expect(
      await placedText(
        docx(`${'<w:sdt>'.repeat(1_000)}<w:p><w:r><w:t>deep</w:t></w:r></w:p>${'</w:sdt>'.repeat(1_000)}`),
      ),
    ).toBe('deep');
  });

  test('the first error in the XML ends it, and nothing is kept', async () => {
    expect(await placedText(zipFile([TYPES, { name: BODY, data: `${text('kept')}</w:x>` }]))).toBe(
      'problem: malformed',
    );
    expect(await placedText(zipFile([TYPES, { name: BODY, data: Buffer.alloc(10 * MEGABYTE) }]))).toBe(
      'problem: malformed',
    );
    expect(await placedText(docx('<!DOCTYPE x [<!ENTITY a "aaaa">]>&a;'))).toBe('problem: malformed');
  });

  test('a checksum that differs, an end that is missing and a directory that lies are malformed', async () => {
    const good = docx('<w:p><w:r><w:t>good</w:t></w:r></w:p>');
    expect(await placedText(good.subarray(0, good.length - 30))).toBe('problem: malformed');
    const stored = zipFile([TYPES, { name: BODY, data: text('good'), stored: true }]);
    expect(await placedText(stored)).toBe('good');
    stored[stored.indexOf('good')] = 'f'.charCodeAt(0);
    expect(await placedText(stored)).toBe('problem: malformed');
  });

  test('encrypted entries are encrypted', async () => {
    expect(await placedText(zipFile([TYPES, { name: BODY, data: text('x'), encrypted: true }]))).toBe(
      'problem: encrypted',
    );
  });

  test('names of objects of JavaScript are only names', async () => {
    const file = xlsx([['__proto__', '<row><c t="s"><v>constructor</v></c><c t="n"><v>1</v></c></row>']]);
    expect(await placedText(file)).toBe('[sheet __proto__] 1');
  });

  test('whatever happens to a file, it gives a text or a problem', async () => {
    const file = docx('<w:p><w:r><w:t>text</w:t></w:r></w:p>');
    const change = fc.record({ at: fc.nat(file.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(file);
        for (const { at, byte } of changes) bytes[at] = byte;
        expect(typeof (await placedText(bytes, 'docx'))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
