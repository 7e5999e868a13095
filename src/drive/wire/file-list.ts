import { toFileRecord, type FileRecord } from '../../model/file';
import { isObject, malformed, parseBody, type RawBody } from './json';

/** One validated page of `files.list`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export interface FileListPage {
  nextPageToken: string | undefined;
  /** Drive says that it did not search everywhere: the listing cannot be trusted to be complete. */
  incompleteSearch: boolean;
  files: FileRecord[];
  /** Entries that could not be used, because they have no id. */
  unusable: number;
}

/**
 * Decodes and validates a page of `files.list`; nothing of a page is believed before this.
 * @throws SyncFailure of kind `malformed` where the body is not a page.
 */
export function decodeFileList(body: RawBody): FileListPage {
  const { kind, files, nextPageToken, incompleteSearch } = parseBody(body);
  if (kind !== undefined && kind !== 'drive#fileList') throw malformed('the answer is not a drive#fileList');
  if (!Array.isArray(files)) throw malformed('the page has no list of files');
  if (nextPageToken !== undefined && typeof nextPageToken !== 'string') {
    throw malformed('the page token is not a string');
  }
  const records: FileRecord[] = [];
  for (const file of files as unknown[]) {
    const record = isObject(file) ? toFileRecord(file) : undefined;
    if (record !== undefined) records.push(record);
  }
  return {
    // An empty token asks for the first page again, so it can only mean the end.
    nextPageToken: nextPageToken === '' ? undefined : nextPageToken,
    incompleteSearch: incompleteSearch === true,
    files: records,
    unusable: files.length - records.length,
  };
}
