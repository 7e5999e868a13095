import { ExtractionError } from '../model/extraction';
import type { DocumentKind } from '../model/kind';
import { formOf } from './magics';
import { mainPartOf } from './packages';
import type { ByteSource } from './source';
import { zipOf, type ZipArchive } from './zip';

const HEAD = 4_096;

/**
 * The kind of a file by what is in it. It wins over what was declared, which only tells texts apart.
 * @throws ExtractionError `unsupported` or `encrypted` if no text can be read; `malformed` if the file is
 * damaged; `no-text` if it is empty.
 */
export async function sniff(source: ByteSource, declared: DocumentKind | undefined): Promise<DocumentKind> {
  if (source.size === 0) throw new ExtractionError('no-text');
  const head = source.read(0, HEAD);
  const form = formOf(head);
  switch (form) {
    case 'pdf':
    case 'rtf':
      return form;
    case 'zip':
      return zipKind(await zipOf(source));
    case 'ole':
      throw new ExtractionError(isEncryptedOffice(source, head) ? 'encrypted' : 'unsupported');
    case 'text':
      return textKind(head, declared);
    case 'binary':
      throw new ExtractionError(isContainer(declared) ? 'malformed' : 'unsupported');
  }
}

const MIME_TYPES: readonly (readonly [prefix: string, kind: DocumentKind])[] = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/epub+zip', 'epub'],
];
const MAIN_PARTS: readonly (readonly [folder: string, kind: DocumentKind])[] = [
  ['word/', 'docx'],
  ['xl/', 'xlsx'],
  ['ppt/', 'pptx'],
];

async function zipKind(archive: ZipArchive): Promise<DocumentKind> {
  if (archive.has('mimetype')) {
    const type = (await archive.bytes('mimetype')).toString('latin1').trim();
    const kind = MIME_TYPES.find(([prefix]) => type.startsWith(prefix))?.[1];
    if (kind !== undefined) return kind;
  }
  if (archive.has('META-INF/container.xml')) return 'epub';
  if (!archive.has('[Content_Types].xml')) throw new ExtractionError('unsupported');
  for (const [folder, kind] of MAIN_PARTS) {
    if (!hasFolder(archive, folder)) continue;
    const main = await mainPartOf(archive, folder);
    // The binary form of workbooks has the same folders.
    if (main.endsWith('.bin')) throw new ExtractionError('unsupported');
    return kind;
  }
  throw new ExtractionError('unsupported');
}

function hasFolder(archive: ZipArchive, folder: string): boolean {
  for (const name of archive.names()) if (name.startsWith(folder)) return true;
  return false;
}

/** Kinds that are never plain text. */
const CONTAINERS: ReadonlySet<DocumentKind> = new Set([
  'pdf',
  'docx',
  'xlsx',
  'pptx',
  'odt',
  'ods',
  'odp',
  'epub',
]);

function isContainer(kind: DocumentKind | undefined): boolean {
  return kind !== undefined && CONTAINERS.has(kind);
}

/** Programs write web pages and tables under the names of Office files. */
function textKind(head: Buffer, declared: DocumentKind | undefined): DocumentKind {
  if (declared !== undefined && declared !== 'rtf' && !CONTAINERS.has(declared)) return declared;
  const start = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (/^(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype html|html))/i.test(start)) return 'html';
  if (/^(?:received|return-path|delivered-to|mime-version|message-id): /i.test(start)) return 'mail';
  return 'text';
}

/** Where the directory of an OLE file begins, and what may hold the name of the encrypted package. */
const SECTOR_SHIFT_AT = 30;
const DIRECTORY_SECTOR_AT = 48;
const DIRECTORY_BYTES = 16 * 1024;
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

/** An Office file with a password is an OLE file around an encrypted one. */
function isEncryptedOffice(source: ByteSource, head: Buffer): boolean {
  if (head.length < DIRECTORY_SECTOR_AT + 4) return false;
  const sectorSize = 2 ** Math.min(16, head.readUInt16LE(SECTOR_SHIFT_AT));
  const directory = (head.readUInt32LE(DIRECTORY_SECTOR_AT) + 1) * sectorSize;
  return source.read(directory, DIRECTORY_BYTES).includes(ENCRYPTED_PACKAGE);
}
