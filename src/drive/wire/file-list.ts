import { toFileRecord, type FileRecord } from '../../model/file';
import { isObject, malformed, parseBody, type RawBody } from './json';

/** What a page of `files.list` says besides its files: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export interface FileListPage {
  nextPageToken: string | undefined;
  /** Drive says that it did not search everywhere: the listing cannot be trusted to be complete. */
  incompleteSearch: boolean;
  /** Entries that could not be used, because they have no id. */
  unusable: number;
}

/**
 * Decodes and validates a page of `files.list`, then gives its files one by one; nothing of a page is believed before this.
 * @throws SyncFailure of kind `malformed` where the body is not a page.
 */
export function decodeFileList(body: RawBody, give: (file: FileRecord) => void): FileListPage {
  const { kind, files, nextPageToken, incompleteSearch } = parseBody(body);
  if (kind !== undefined && kind !== 'drive#fileList') throw malformed('the answer is not a drive#fileList');
  if (!Array.isArray(files)) throw malformed('the page has no list of files');
  if (nextPageToken !== undefined && typeof nextPageToken !== 'string') {
    throw malformed('the page token is not a string');
  }
  return {
    // An empty token asks for the first page again, so it can only mean the end.
    nextPageToken: nextPageToken === '' ? undefined : nextPageToken,
    incompleteSearch: incompleteSearch === true,
    unusable: giveEach(files, give),
  };
}

/** Gives what can be used and returns how many could not. */
function giveEach(files: unknown[], give: (file: FileRecord) => void): number {
  let unusable = 0;
  for (const [at, file] of files.entries()) {
    const record = isObject(file) ? toFileRecord(file) : undefined;
    if (record === undefined) unusable += 1;
    else give(record);
    // What still lives is copied whenever garbage is collected, which takes longer than all of this.
    files[at] = undefined;
  }
  return unusable;
}
