/**
 * The first bytes of formats that hold no text of ours, and where they stand. Only such as no text begins with;
 * others are recognized by their control characters.
 */
const BINARY: readonly (readonly [offset: number, bytes: string])[] = [
  [0, '\x89PNG'],
  [0, '\xff\xd8\xff'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
  [0, '\x1a\x45\xdf\xa3'],
  [0, '\x1f\x8b'],
  [0, '\xfd7zXZ\0'],
  [0, "7z\xbc\xaf'\x1c"],
  [0, 'Rar!\x1a\x07'],
  [0, '\x28\xb5\x2f\xfd'],
  [257, 'ustar'],
  [0, '\x7fELF'],
  [0, 'MZ\x90\0'],
  [0, '\xca\xfe\xba\xbe'],
  [0, '\xcf\xfa\xed\xfe'],
  [0, '\0asm'],
  [0, 'SQLite format 3\0'],
  [0, 'OTTO\0'],
  [0, '\0\x01\0\0\0'],
];

const ZIP = ['PK\x03\x04', 'PK\x05\x06'];
const OLE = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

/** What the first bytes of a file say it is. */
export type Form = 'pdf' | 'rtf' | 'zip' | 'ole' | 'binary' | 'text';

/** Recognizes the form of a file by its first bytes, of which 4 KB are enough. */
export function formOf(head: Buffer): Form {
  const bytes = head.toString('latin1');
  if (ZIP.some((magic) => bytes.startsWith(magic))) return 'zip';
  if (bytes.startsWith(OLE)) return 'ole';
  if (/^(?:\xef\xbb\xbf)?\s*\{\\rtf/.test(bytes)) return 'rtf';
  if (BINARY.some(([offset, magic]) => bytes.startsWith(magic, offset))) return 'binary';
  // Readers accept what stands before it.
  if (bytes.slice(0, 1024).includes('%PDF-')) return 'pdf';
  return isBinary(head) ? 'binary' : 'text';
}

/** The part of control characters that a text in an unknown encoding may have. */
const MOST_CONTROLS = 0.02;

function isBinary(head: Buffer): boolean {
  if (isMarkedWide(head)) return false;
  const controls = head.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  return controls > head.length * MOST_CONTROLS || hasZerosOfNoText(head);
}

function isMarkedWide([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** In UTF-16 without a mark, nearly all zeros are at odd or nearly all at even places. No other text has any. */
function hasZerosOfNoText(head: Buffer): boolean {
  let even = 0;
  let odd = 0;
  for (let index = head.indexOf(0); index >= 0; index = head.indexOf(0, index + 1)) {
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const [less, more] = even < odd ? [even, odd] : [odd, even];
  return more > 0 && (more < head.length * 0.2 || less > more * 0.1);
}

/** Escape introduces characters in Japanese mail. */
function isControl(byte: number): boolean {
  return (byte > 0 && byte < 9) || (byte > 13 && byte < 32 && byte !== 27) || byte === 127;
}
