import { decodeFileList, type FileListPage } from '../../src/drive/wire/file-list';
import type { RawBody } from '../../src/drive/wire/json';
import type { FileRecord } from '../../src/model/file';

/** A decoded page together with the files that it gave. */
export function decodedPage(body: RawBody): FileListPage & { files: FileRecord[] } {
  const files: FileRecord[] = [];
  const page = decodeFileList(body, (file) => files.push(file));
  return { ...page, files };
}
