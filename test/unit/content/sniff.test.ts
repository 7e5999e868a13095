import { sniff } from '../../../src/content/extract/sniff';
import { memorySource } from '../../../src/content/extract/source';
import { ExtractionError } from '../../../src/content/model/extraction';
import type { DocumentKind } from '../../../src/content/model/kind';
import { docx, openDocument, pptx, xlsx } from '../../support/office';
import { zipFile } from '../../support/zip';

async function sniffed(bytes: Buffer | string, declared?: DocumentKind): Promise<string> {
  try {
    return await sniff(memorySource(Buffer.from(bytes as string)), declared);
  } catch (error) {
    return error instanceof ExtractionError ? error.problem : 'another error';
  }
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

test.each<[string, Buffer | string, DocumentKind | undefined, string]>([
  ['a PDF named .docx', '%PDF-1.7\n', 'docx', 'pdf'],
  ['a PDF after garbage', `${'x'.repeat(500)}%PDF-1.4`, 'pdf', 'pdf'],
  ['an RTF named .doc', '{\\rtf1\\ansi hello}', undefined, 'rtf'],
  ['a Word document named .txt', docx(''), 'text', 'docx'],
  ['a workbook', xlsx([]), undefined, 'xlsx'],
  ['a presentation', pptx([], { 'x.xml': '<x/>' }), 'docx', 'pptx'],
  ['an OpenDocument text', openDocument('text', ''), undefined, 'odt'],
  ['an OpenDocument template', openDocument('spreadsheet-template', ''), undefined, 'ods'],
  ['an OpenDocument presentation', openDocument('presentation', ''), undefined, 'odp'],
  ['a book', zipFile({ mimetype: 'application/epub+zip' }), undefined, 'epub'],
  ['a plain archive', zipFile({ 'a.txt': 'a' }), 'docx', 'unsupported'],
  [
    'a workbook in the binary form',
    zipFile({
      '[Content_Types].xml': '<T/>',
      'xl/workbook.bin': 'x',
      '_rels/.rels': '<R><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></R>',
    }),
    'xlsx',
    'unsupported',
  ],
  ['a web page named .xlsx', '<html><table>', 'xlsx', 'html'],
  ['a table of text named .xlsx', 'a;b\n1;2\n', 'xlsx', 'text'],
  ['a mail without a type', 'Received: from x\r\nSubject: y\r\n\r\nz', undefined, 'mail'],
  ['a markdown text', '# Title', 'markdown', 'markdown'],
  ['a picture named .txt', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'text', 'unsupported'],
  ['noise named .docx', latin1('\x01\x02\x03\x04\x05\x06\x07'), 'docx', 'malformed'],
  ['a text with zeros', latin1('abc\0def'), 'text', 'unsupported'],
  ['UTF-16 with a mark', Buffer.from('\ufeffhello', 'utf16le'), 'text', 'text'],
  ['UTF-16 without a mark', Buffer.from('hello world, hello', 'utf16le'), 'text', 'text'],
  ['Japanese in the encoding of mail', latin1('\x1b$B$3$s\x1b(B'), 'text', 'text'],
  [
    'an old Word document',
    latin1(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${'\0'.repeat(1000)}`),
    undefined,
    'unsupported',
  ],
  ['nothing', '', 'text', 'no-text'],
])('%s', async (_name, bytes, declared, expected) => {
  expect(await sniffed(bytes, declared)).toBe(expected);
});

test('an Office file with a password is encrypted', async () => {
  const ole = Buffer.alloc(512 * 6);
  ole.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 0, 'latin1');
  ole.writeUInt16LE(9, 30);
  ole.writeUInt32LE(2, 48);
  ole.write('EncryptedPackage', 512 * 3 + 128, 'utf16le');
  expect(await sniffed(ole, 'docx')).toBe('encrypted');
});
