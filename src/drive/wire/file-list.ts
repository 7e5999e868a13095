import { toFileRecord, type FileRecord } from '../../model/file';
import { isObject, malformed, type RawBody } from './json';
import { parseLongList } from './long-list';

/** What a page of `files.list` says besides its files: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export interface FileListPage {
  nextPageToken: string | undefined;
  /** Drive says that it did not search everywhere: the listing cannot be trusted to be complete. */
  incompleteSearch: boolean;
  /** Entries that could not be used, because they have no id. */
  unusable: number;
}

/**
 * Decodes and validates a page of `files.list` and gives its files one by one; nothing that it gave is to be believed before it has returned.
 * @throws SyncFailure of kind `malformed` where the body is not a page.
 */
export function decodeFileList(body: RawBody, give: (file: FileRecord) => void): FileListPage {
  let unusable = 0;
  const page = parseLongList(body, 'files', (file) => {
    const record = isObject(file) ? toFileRecord(file) : undefined;
    if (record === undefined) unusable += 1;
    else give(record);
  });
  const { kind, files, nextPageToken, incompleteSearch } = page;
  if (kind !== undefined && kind !== 'drive#fileList') throw malformed('the answer is not a drive#fileList');
  if (!Array.isArray(files)) throw malformed('the page has no list of files');
  if (nextPageToken !== undefined && typeof nextPageToken !== 'string') {
    throw malformed('the page token is not a string');
  }
  return {
    // An empty token asks for the first page again, so it can only mean the end.
    nextPageToken: nextPageToken === '' ? undefined : nextPageToken,
    incompleteSearch: incompleteSearch === true,
    unusable,
  };
}
