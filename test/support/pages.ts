import { decodeFileList, type FileListPage } from '../../src/drive/wire/file-list';
import type { RawBody } from '../../src/drive/wire/json';
import { RECORD_COLUMNS, toDriveFile, type FileRecord } from '../../src/model/file';

/** A decoded page together with the files that it gave. */
export function decodedPage(body: RawBody): FileListPage & { files: FileRecord[] } {
  const files: FileRecord[] = [];
  const page = decodeFileList(body, (file) => files.push(file));
  return { ...page, files };
}

/** A decoded record as the file that Drive sent. */
export function asFile({ values }: FileRecord): Record<string, unknown> {
  return toDriveFile(Object.fromEntries(RECORD_COLUMNS.map((column, at) => [column, values[at]!])));
}
