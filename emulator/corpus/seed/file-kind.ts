import { FOLDER, SHORTCUT } from '../../drive/drive-file';

/** A kind of file and its properties. */
export interface FileKind {
  mimeType: string;
  /** The share among files that are not folders, in thousandths. */
  weight: number;
  /** Empty for folders, shortcuts and Docs editors files. */
  extension: string;
  /** `blob` files have content and checksums; `editor` files are Google Docs, Sheets and so on. */
  storage: 'blob' | 'editor' | 'none';
  /** The smallest and the largest size in bytes. */
  size: readonly [number, number];
  /** The `webViewLink`; `*` stands for the id. */
  link: string;
}

const FILE_LINK = 'https://drive.google.com/file/d/*/view?usp=drivesdk';
const DOCS = 'https://docs.google.com';

function blob(
  mimeType: string,
  extension: string,
  weight: number,
  size: readonly [number, number],
): FileKind {
  return { mimeType, weight, extension, storage: 'blob', size, link: FILE_LINK };
}

function editor(name: string, link: string, weight: number): FileKind {
  const mimeType = `application/vnd.google-apps.${name}`;
  return { mimeType, weight, extension: '', storage: 'editor', size: [1024, 2_000_000], link };
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** The first kind: a folder. */
export const FOLDER_KIND: FileKind = {
  mimeType: FOLDER,
  weight: 0,
  extension: '',
  storage: 'none',
  size: [0, 0],
  link: 'https://drive.google.com/drive/folders/*',
};

/** A shortcut to another file. */
export const SHORTCUT_KIND: FileKind = { ...FOLDER_KIND, mimeType: SHORTCUT, weight: 5, link: FILE_LINK };

/** All kinds of generated files, folders first. A file stores the index of its kind. */
export const FILE_KINDS: readonly FileKind[] = [
  FOLDER_KIND,
  SHORTCUT_KIND,
  blob('image/jpeg', 'jpg', 270, [80_000, 9_000_000]),
  blob('application/pdf', 'pdf', 150, [20_000, 30_000_000]),
  editor('document', `${DOCS}/document/d/*/edit?usp=drivesdk`, 130),
  editor('spreadsheet', `${DOCS}/spreadsheets/d/*/edit?usp=drivesdk`, 90),
  editor('presentation', `${DOCS}/presentation/d/*/edit?usp=drivesdk`, 30),
  editor('form', `${DOCS}/forms/d/*/edit?usp=drivesdk`, 8),
  editor('drawing', `${DOCS}/drawings/d/*/edit?usp=drivesdk`, 3),
  blob('image/png', 'png', 70, [5_000, 4_000_000]),
  blob('image/heif', 'heic', 30, [500_000, 5_000_000]),
  blob(`${OFFICE}.wordprocessingml.document`, 'docx', 60, [10_000, 8_000_000]),
  blob(`${OFFICE}.spreadsheetml.sheet`, 'xlsx', 40, [8_000, 20_000_000]),
  blob('video/mp4', 'mp4', 30, [2_000_000, 6_000_000_000]),
  blob('video/quicktime', 'mov', 10, [5_000_000, 9_000_000_000]),
  blob('audio/mpeg', 'mp3', 15, [1_000_000, 20_000_000]),
  blob('text/plain', 'txt', 24, [0, 200_000]),
  blob('text/csv', 'csv', 15, [100, 50_000_000]),
  blob('application/zip', 'zip', 15, [10_000, 3_000_000_000]),
  blob('application/octet-stream', 'bin', 5, [0, 100_000_000]),
];

/** Picks the kind of a file that is not a folder by a fraction in [0, 1). */
export function kindAt(fraction: number): number {
  let rest = fraction * TOTAL_WEIGHT;
  for (const [index, kind] of FILE_KINDS.entries()) {
    rest -= kind.weight;
    if (rest < 0) return index;
  }
  return FILE_KINDS.length - 1;
}

const TOTAL_WEIGHT = FILE_KINDS.reduce((sum, { weight }) => sum + weight, 0);

/** MIME types by file extension, for local folders. */
const TYPES_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ...FILE_KINDS.filter(({ extension }) => extension !== '').map(
    ({ extension, mimeType }): [string, string] => [extension, mimeType],
  ),
  ['css', 'text/css'],
  ['gif', 'image/gif'],
  ['gz', 'application/gzip'],
  ['htm', 'text/html'],
  ['html', 'text/html'],
  ['jpeg', 'image/jpeg'],
  ['js', 'text/javascript'],
  ['json', 'application/json'],
  ['md', 'text/markdown'],
  ['svg', 'image/svg+xml'],
  ['tar', 'application/x-tar'],
  ['ts', 'text/x-typescript'],
  ['webp', 'image/webp'],
  ['xml', 'text/xml'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
]);

/** The MIME type for a file extension. */
export function typeOfExtension(extension: string): string {
  return TYPES_BY_EXTENSION.get(extension.toLowerCase()) ?? 'application/octet-stream';
}
