import { FOLDER_TYPE } from '../../model/file';
import { QueryError } from './query-error';

const GOOGLE = 'application/vnd.google-apps.';

/** MIME types by the words that Drive's own search uses; a star stands for anything. */
const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['folder', [FOLDER_TYPE]],
  ['shortcut', [`${GOOGLE}shortcut`]],
  ['document', [`${GOOGLE}document`, 'application/msword', '*wordprocessingml*', '*opendocument.text*']],
  [
    'spreadsheet',
    [`${GOOGLE}spreadsheet`, '*ms-excel*', '*spreadsheetml*', '*opendocument.spreadsheet*', 'text/csv'],
  ],
  [
    'presentation',
    [`${GOOGLE}presentation`, '*ms-powerpoint*', '*presentationml*', '*opendocument.presentation*'],
  ],
  ['form', [`${GOOGLE}form`]],
  ['drawing', [`${GOOGLE}drawing`]],
  ['pdf', ['application/pdf']],
  ['image', ['image/*']],
  ['video', ['video/*']],
  ['audio', ['audio/*']],
  [
    'archive',
    ['application/zip', '*compressed*', 'application/gzip', '*x-tar*', '*x-7z*', 'application/vnd.rar'],
  ],
  ['text', ['text/*']],
]);

/**
 * The MIME types that the value of `type:` stands for.
 * @throws QueryError if it is neither a word for a type nor a MIME type.
 */
export function toTypes(value: string): readonly string[] {
  const known = TYPES.get(value.toLowerCase());
  if (known !== undefined) return known;
  if (/^[\w.+*-]+\/[\w.+*-]*$/.test(value)) return [value.endsWith('/') ? `${value}*` : value];
  throw new QueryError(
    `${JSON.stringify(value)} is not a type of file`,
    `types are ${[...TYPES.keys()].join(', ')}, or a MIME type such as image/*`,
  );
}
