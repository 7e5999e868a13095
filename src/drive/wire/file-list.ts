import { toFileRecord, type FileRecord } from '../../model/file';
import { isObject, malformed, type RawBody } from './json';
import { parseLongList } from './long-list';

/**
 * The fields of a page of `files.list` besides its files:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list
 */
export interface FileListPage {
  nextPageToken: string | undefined;
  /** Drive did not search everything: the listing may be incomplete. */
  incompleteSearch: boolean;
  /** Entries without an id. */
  unusable: number;
}

/**
 * Decodes and validates a page of `files.list`, and passes its files on one by one. Do not rely on them
 * before the function has returned.
 * @throws SyncFailure of kind `malformed` if the body is not a page.
 */
export function decodeFileList(body: RawBody, onFile: (file: FileRecord) => void): FileListPage {
  let unusable = 0;
  const page = parseLongList(body, 'files', (file) => {
    const record = isObject(file) ? toFileRecord(file) : undefined;
    if (record === undefined) unusable += 1;
    else onFile(record);
  });
  const { kind, files, nextPageToken, incompleteSearch } = page;
  if (kind !== undefined && kind !== 'drive#fileList') throw malformed('the answer is not a drive#fileList');
  if (!Array.isArray(files)) throw malformed('the page has no list of files');
  if (nextPageToken !== undefined && typeof nextPageToken !== 'string') {
    throw malformed('the page token is not a string');
  }
  return {
    // An empty token would request the first page again, so it can only mean the end.
    nextPageToken: nextPageToken === '' ? undefined : nextPageToken,
    incompleteSearch: incompleteSearch === true,
    unusable,
  };
}
