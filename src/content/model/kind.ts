/** The kinds of documents whose text can be extracted. */
export const DOCUMENT_KINDS = [
  'text',
  'markdown',
  'csv',
  'html',
  'rtf',
  'mail',
  'notebook',
  'pdf',
  'docx',
  'xlsx',
  'pptx',
  'odt',
  'ods',
  'odp',
  'epub',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** MIME types and file extensions (in lower case, without the dot) of each kind. */
const NAMES: Readonly<Record<DocumentKind, { types: string; extensions: string }>> = {
  text: {
    types:
      'text/plain application/json application/x-ndjson application/xml application/javascript application/x-javascript application/typescript application/x-sh application/x-yaml application/yaml application/toml application/sql application/x-tex application/x-python application/x-httpd-php application/x-subrip',
    extensions:
      'txt text log json jsonl ndjson xml yaml yml toml ini cfg conf properties env js mjs cjs ts tsx jsx py rb go rs java kt c h cc cpp hpp cs php pl sh bash zsh ps1 bat sql r swift scala lua tex bib css scss srt vtt ics vcf diff patch',
  },
  markdown: { types: 'text/markdown text/x-markdown', extensions: 'md markdown mdx' },
  csv: { types: 'text/csv text/tab-separated-values application/csv', extensions: 'csv tsv' },
  html: { types: 'text/html application/xhtml+xml', extensions: 'html htm xhtml' },
  rtf: { types: 'application/rtf text/rtf text/richtext', extensions: 'rtf' },
  mail: { types: 'message/rfc822', extensions: 'eml' },
  notebook: {
    types: 'application/vnd.google.colaboratory application/x-ipynb+json application/vnd.jupyter',
    extensions: 'ipynb',
  },
  pdf: { types: 'application/pdf application/x-pdf', extensions: 'pdf' },
  docx: {
    types:
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document application/vnd.openxmlformats-officedocument.wordprocessingml.template application/vnd.ms-word.document.macroenabled.12 application/vnd.ms-word.template.macroenabled.12',
    extensions: 'docx docm dotx dotm',
  },
  xlsx: {
    types:
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/vnd.openxmlformats-officedocument.spreadsheetml.template application/vnd.ms-excel.sheet.macroenabled.12 application/vnd.ms-excel.template.macroenabled.12',
    extensions: 'xlsx xlsm xltx xltm',
  },
  pptx: {
    types:
      'application/vnd.openxmlformats-officedocument.presentationml.presentation application/vnd.openxmlformats-officedocument.presentationml.slideshow application/vnd.openxmlformats-officedocument.presentationml.template application/vnd.ms-powerpoint.presentation.macroenabled.12 application/vnd.ms-powerpoint.slideshow.macroenabled.12',
    extensions: 'pptx pptm ppsx ppsm potx',
  },
  odt: {
    types:
      'application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.text-template application/vnd.oasis.opendocument.text-master',
    extensions: 'odt ott odm',
  },
  ods: {
    types:
      'application/vnd.oasis.opendocument.spreadsheet application/vnd.oasis.opendocument.spreadsheet-template',
    extensions: 'ods ots',
  },
  odp: {
    types:
      'application/vnd.oasis.opendocument.presentation application/vnd.oasis.opendocument.presentation-template',
    extensions: 'odp otp',
  },
  epub: { types: 'application/epub+zip', extensions: 'epub' },
};

const BY_TYPE = tableOf('types');
const BY_EXTENSION = tableOf('extensions');

function tableOf(names: 'types' | 'extensions'): ReadonlyMap<string, DocumentKind> {
  return new Map(
    DOCUMENT_KINDS.flatMap((kind) => NAMES[kind][names].split(' ').map((name) => [name, kind] as const)),
  );
}

/** Types that say nothing. */
const UNKNOWN_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-unknown',
]);

/** Kinds that are texts themselves, so that a text of no particular type may be one of them. */
const TEXTUAL: ReadonlySet<DocumentKind> = new Set([
  'text',
  'markdown',
  'csv',
  'html',
  'rtf',
  'mail',
  'notebook',
]);

/**
 * The kind of a file by Drive's MIME type. The file's extension decides if the type is missing or says nothing,
 * and which text it is if the type only says that it is one.
 * @returns undefined if no text can be extracted from such files.
 */
export function kindOf(
  mimeType: string | undefined,
  extension: string | undefined,
): DocumentKind | undefined {
  const type = (mimeType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const named = BY_EXTENSION.get((extension ?? '').replace(/^\./, '').toLowerCase());
  if (UNKNOWN_TYPES.has(type)) return named;
  const typed = BY_TYPE.get(type) ?? (type.startsWith('text/') ? 'text' : undefined);
  return typed === 'text' && named !== undefined && TEXTUAL.has(named) ? named : typed;
}

/** True if `value` is a kind. */
export function isDocumentKind(value: unknown): value is DocumentKind {
  return DOCUMENT_KINDS.some((kind) => kind === value);
}
