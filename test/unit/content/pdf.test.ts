import { extractPdf } from '../../../src/content/extract/pdf';
import { extracted, extractedText, problemWith } from '../../support/extracted';
import { pdfFile, pdfText } from '../../support/pdf-file';

test('the text of each page has its place', async () => {
  const bytes = pdfFile([pdfText('first page', 'second line'), '', pdfText('third page')]);
  const { text, marks, truncated } = await extracted(extractPdf, bytes);
  expect(text).toBe('first page\nsecond line\nthird page');
  expect(marks).toEqual([
    { at: 0, label: 'p. 1' },
    { at: text.indexOf('third'), label: 'p. 3' },
  ]);
  expect(truncated).toBe(false);
});

test('a word in several pieces is one word', async () => {
  const pieces = 'BT /F1 12 Tf 72 720 Td (inv) Tj (oi) Tj [(c) 10 (e)] TJ ET';
  expect(await extractedText(extractPdf, pdfFile([pieces]))).toBe('invoice');
});

test('a word that is broken at the end of a line is one word', async () => {
  expect(await extractedText(extractPdf, pdfFile([pdfText('for exam-', 'ple this')]))).toBe(
    'for example this',
  );
});

test('a hyphen inside a line stays', async () => {
  expect(await extractedText(extractPdf, pdfFile([pdfText('a well-known word -', 'and more')]))).toBe(
    'a well-known word -\nand more',
  );
});

test('values of form fields and comments follow the text of their page', async () => {
  const annotations = `<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada \\344) /Rect [0 0 9 9] >>
    << /Type /Annot /Subtype /Widget /FT /Btn /V /Yes /Rect [0 0 9 9] >>
    << /Type /Annot /Subtype /Link /Contents (LINK) /Rect [0 0 9 9] >>
    << /Type /Annot /Subtype /Text /Contents (HIDDEN) /F 2 /Rect [0 0 9 9] >>
    << /Type /Annot /Subtype /FreeText /Contents (a remark) /Rect [0 0 9 9] >>`;
  const { text, marks } = await extracted(extractPdf, pdfFile([pdfText('form'), ''], { annotations }));
  expect(text).toBe('form\nAda ä\na remark\nAda ä\na remark');
  expect(marks.map(({ label }) => label)).toEqual(['p. 1', 'p. 2']);
});

test('a file that only its owner may change is read', async () => {
  const bytes = pdfFile([pdfText('owner only')], { userPassword: '' });
  expect(await extractedText(extractPdf, bytes)).toBe('owner only');
});

test('a file that asks for a password is refused', async () => {
  expect(await problemWith(extractPdf, pdfFile([pdfText('secret')], { userPassword: 'x' }))).toBe('password');
});

test('a file of pages without text needs OCR', async () => {
  expect(await problemWith(extractPdf, pdfFile(Array.from({ length: 20 }, () => '')))).toBe('needs-ocr');
  const stamped = pdfFile([pdfText('stamp'), ...Array.from({ length: 20 }, () => '')]);
  expect(await problemWith(extractPdf, stamped)).toBe('needs-ocr');
});

test('a damaged file is malformed, and the next one is read', async () => {
  expect(await problemWith(extractPdf, '%PDF-1.4\nnothing else')).toBe('malformed');
  expect(await problemWith(extractPdf, pdfFile([pdfText('cut')]).subarray(0, 60))).toBe('malformed');
  expect(await extractedText(extractPdf, pdfFile([pdfText('next')]))).toBe('next');
});

test('a page tree that contains itself ends', async () => {
  const bytes = pdfFile([pdfText('loop')])
    .toString('latin1')
    .replace('/Kids [5 0 R]', '/Kids [2 0 R]');
  expect(await problemWith(extractPdf, Buffer.from(bytes, 'latin1'))).toBe('malformed');
});

test('pages after the 2,000th are left out', async () => {
  const { text, truncated } = await extracted(
    extractPdf,
    pdfFile(Array.from({ length: 2_010 }, (_, index) => pdfText(`page number ${index + 1}`))),
  );
  expect(text.split('\n')).toHaveLength(2_000);
  expect(truncated).toBe(true);
});

test('the memory of one file serves the next', async () => {
  const megabyte = 1024 * 1024;
  const bytes = pdfFile([`${pdfText('small text')}\n%${' '.repeat(4 * megabyte)}`]);
  for (let file = 0; file < 5; file += 1) await extracted(extractPdf, bytes);
  const before = process.memoryUsage().rss;
  for (let file = 0; file < 60; file += 1) await extracted(extractPdf, bytes);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * megabyte);
});
