import { linesOf, plainText, separated, sheetsOf, slidesOf, type EditorDocument } from './document';
import { escapeXml, writeDocx, writePptx, writeXlsx } from './office';
import { htmlOf } from './seeded';

/** Writes a document in a format. */
type Writer = (document: EditorDocument) => string | Buffer;

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN = 'application/vnd.oasis.opendocument';
const EDITOR = 'application/vnd.google-apps.';
const BYTE_ORDER_MARK = '\uFEFF';

/** A format that Google has and the emulator does not write. */
const ELSEWHERE = undefined;

const DOCX: Writer = (document) => writeDocx(plainText(document));
const XLSX: Writer = (document) => writeXlsx(sheetsOf(document));
const PPTX: Writer = (document) => writePptx(slidesOf(document));
/** CSV and TSV have only the first sheet. */
const firstSheet =
  (separator: ',' | '\t'): Writer =>
  (document) =>
    separated(sheetsOf(document)[0]?.rows ?? [], separator);

/**
 * The export formats of the Docs editors files:
 * https://developers.google.com/workspace/drive/api/guides/ref-export-formats
 */
const FORMATS: Readonly<Record<string, Readonly<Record<string, Writer | undefined>>>> = {
  [`${EDITOR}document`]: {
    'text/plain': (document) => BYTE_ORDER_MARK + plainText(document),
    'text/html': (document) => htmlOf(plainText(document)),
    'text/markdown': (document) => linesOf(plainText(document)).join('\n\n'),
    [`${OFFICE}.wordprocessingml.document`]: DOCX,
    'application/rtf': ELSEWHERE,
    'application/pdf': ELSEWHERE,
    'application/zip': ELSEWHERE,
    'application/epub+zip': ELSEWHERE,
    [`${OPEN}.text`]: ELSEWHERE,
  },
  [`${EDITOR}spreadsheet`]: {
    'text/csv': firstSheet(','),
    'text/tab-separated-values': firstSheet('\t'),
    [`${OFFICE}.spreadsheetml.sheet`]: XLSX,
    'application/pdf': ELSEWHERE,
    'application/zip': ELSEWHERE,
    [`${OPEN}.spreadsheet`]: ELSEWHERE,
  },
  [`${EDITOR}presentation`]: {
    'text/plain': plainText,
    [`${OFFICE}.presentationml.presentation`]: PPTX,
    'application/pdf': ELSEWHERE,
    [`${OPEN}.presentation`]: ELSEWHERE,
  },
  [`${EDITOR}drawing`]: {
    'image/svg+xml': (document) =>
      `<svg xmlns="http://www.w3.org/2000/svg"><text>${escapeXml(plainText(document))}</text></svg>`,
    'application/pdf': ELSEWHERE,
    'image/jpeg': ELSEWHERE,
    'image/png': ELSEWHERE,
  },
  [`${EDITOR}script`]: {
    [`${EDITOR}script+json`]: (document) =>
      JSON.stringify({ files: [{ name: 'Code', type: 'server_js', source: plainText(document) }] }),
  },
};

/** The formats that only `files.download` has, and its default format for each type. */
const DOWNLOAD_DEFAULTS: Readonly<Record<string, string>> = {
  [`${EDITOR}document`]: `${OFFICE}.wordprocessingml.document`,
  [`${EDITOR}spreadsheet`]: `${OFFICE}.spreadsheetml.sheet`,
  [`${EDITOR}presentation`]: `${OFFICE}.presentationml.presentation`,
  [`${EDITOR}drawing`]: 'image/png',
  [`${EDITOR}script`]: `${EDITOR}script+json`,
  [`${EDITOR}site`]: 'text/plain',
  [`${EDITOR}form`]: 'application/zip',
  [`${EDITOR}vid`]: 'video/mp4',
};

/** The result of looking a format up. */
export type FormatSearch = Writer | 'unknown-type' | 'unknown-format' | 'not-emulated';

/** Finds how a type is exported in a format. */
export function findFormat(mimeType: string, format: string): FormatSearch {
  const formats = Object.hasOwn(FORMATS, mimeType) ? FORMATS[mimeType] : undefined;
  if (formats === undefined) return 'unknown-type';
  if (!Object.hasOwn(formats, format)) return 'unknown-format';
  return formats[format] ?? 'not-emulated';
}

/** The default format of `files.download`; undefined for a type that it does not know. */
export function defaultFormat(mimeType: string): string | undefined {
  return Object.hasOwn(DOWNLOAD_DEFAULTS, mimeType) ? DOWNLOAD_DEFAULTS[mimeType] : undefined;
}

/** Finds how `files.download` writes a type in a format: it also has Sites, as text. */
export function findDownloadFormat(mimeType: string, format: string): FormatSearch {
  if (mimeType === `${EDITOR}site` && format === 'text/plain') return plainText;
  if (defaultFormat(mimeType) === format && !Object.hasOwn(FORMATS, mimeType)) return 'not-emulated';
  return findFormat(mimeType, format);
}

/** The formats of each type, as `about.get` returns them. */
export const EXPORT_FORMATS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(FORMATS).map(([type, formats]) => [type, Object.keys(formats)]),
);
