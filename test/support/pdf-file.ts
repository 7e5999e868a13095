import { createHash } from 'node:crypto';

/** How a file is encrypted, with a user password, which may be empty; and what is on its pages. */
interface PdfOptions {
  userPassword?: string;
  /** Dictionaries of annotations, which each page gets. */
  annotations?: string;
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const ID = Buffer.from('0123456789abcdef');

/**
 * Makes a PDF file with a real cross-reference table. Each page is a content stream, see `pdfText`; an empty
 * string is a page without text.
 */
export function pdfFile(pages: readonly string[], options: PdfOptions = {}): Buffer {
  const encryption = options.userPassword === undefined ? undefined : encryptionOf(options.userPassword);
  const first = 5;
  const kids = pages.map((_, index) => `${first + index * 2} 0 R`).join(' ');
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'),
    Buffer.from(encryption?.dictionary ?? '<< >>'),
  ];
  for (const [index, content] of pages.entries()) {
    const number = first + index * 2 + 1;
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${number} 0 R /Annots [${options.annotations ?? ''}] /Resources << /Font << /F1 3 0 R >> >> >>`,
      ),
    );
    const data = encryption?.encrypt(number, content) ?? Buffer.from(content, 'latin1');
    objects.push(
      Buffer.concat([
        Buffer.from(`<< /Length ${data.length} >>\nstream\n`),
        data,
        Buffer.from('\nendstream'),
      ]),
    );
  }
  return assemble(objects, encryption === undefined ? '' : '/Encrypt 4 0 R');
}

/** A content stream that shows lines of text, 14 points apart. */
export function pdfText(...lines: string[]): string {
  const shown = lines.map((line) => `(${line.replaceAll(/[()\\]/g, String.raw`\$&`)}) Tj 0 -14 Td`);
  return `BT /F1 12 Tf 72 720 Td ${shown.join(' ')} ET`;
}

function assemble(objects: readonly Buffer[], trailer: string): Buffer {
  const parts = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let at = 9;
  for (const [index, object] of objects.entries()) {
    offsets.push(at);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    parts.push(part);
    at += part.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const id = `<${ID.toString('hex')}>`;
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n` +
        `<< /Size ${objects.length + 1} /Root 1 0 R /ID [${id} ${id}] ${trailer} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** The standard security handler, revision 2 (PDF 1.7, 7.6.3), with "owner" as the owner's password. */
function encryptionOf(userPassword: string) {
  const owner = rc4(md5(padded('owner')).subarray(0, 5), padded(userPassword));
  const permissions = Buffer.from([0xfc, 0xff, 0xff, 0xff]);
  const key = md5(padded(userPassword), owner, permissions, ID).subarray(0, 5);
  return {
    dictionary: `<< /Filter /Standard /V 1 /R 2 /O ${hex(owner)} /U ${hex(rc4(key, PADDING))} /P -4 >>`,
    encrypt: (object: number, content: string): Buffer =>
      rc4(
        md5(key, Buffer.from([object & 255, (object >> 8) & 255, 0, 0, 0])).subarray(0, 10),
        Buffer.from(content, 'latin1'),
      ),
  };
}

function hex(bytes: Buffer): string {
  return `<${bytes.toString('hex')}>`;
}

function padded(password: string): Buffer {
  return Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32);
}

function md5(...parts: Buffer[]): Buffer {
  return createHash('md5').update(Buffer.concat(parts)).digest();
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Array.from({ length: 256 }, (_, index) => index);
  const swap = (a: number, b: number) => ([state[a], state[b]] = [state[b]!, state[a]!]);
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + state[i]! + key[i % key.length]!) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + state[i]!) & 255;
      swap(i, j);
      return byte ^ state[(state[i]! + state[j]!) & 255]!;
    }),
  );
}
