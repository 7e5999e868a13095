import type { drive_v3 } from 'googleapis/build/src/apis/drive';
import { isObject, malformed } from './wire/json';

/** A search with Google's own full text. A text with `isPhrase` has its words in this order. */
export interface TextSearch {
  wanted: readonly SearchedText[];
  unwanted: readonly SearchedText[];
  /** Search all shared drives of the user too. */
  inDrives: boolean;
  /** Search the trash too. */
  inTrash: boolean;
}

/** A text to look for. */
export interface SearchedText {
  text: string;
  isPhrase: boolean;
}

/** The ids of what Google found, the best first. */
export interface TextSearchResult {
  ids: string[];
  /** Google has more than one page, or did not search everything. */
  isPartial: boolean;
}

/** Google returns fewer on a page of a full-text search. */
const MOST_FOUND = 100;

/** The parameters of a search. Google sorts the answer of a full-text search itself, and refuses an order. */
export function textSearchParams(search: TextSearch): drive_v3.Params$Resource$Files$List {
  return {
    corpora: search.inDrives ? 'allDrives' : 'user',
    includeItemsFromAllDrives: true,
    supportsAllDrives: true,
    spaces: 'drive',
    prettyPrint: false,
    q: queryText(search),
    pageSize: MOST_FOUND,
    fields: 'kind,nextPageToken,incompleteSearch,files(id)',
  };
}

/** https://developers.google.com/workspace/drive/api/guides/ref-search-terms */
function queryText({ wanted, unwanted, inTrash }: TextSearch): string {
  const conditions = [
    ...wanted.map(containsText),
    ...unwanted.map((each) => `not ${containsText(each)}`),
    ...(inTrash ? [] : ['trashed = false']),
  ];
  return conditions.join(' and ');
}

function containsText({ text, isPhrase }: SearchedText): string {
  const plain = text.replaceAll('"', ' ');
  const escaped = (isPhrase ? `"${plain}"` : plain).replaceAll(/['\\]/g, String.raw`\$&`);
  return `fullText contains '${escaped}'`;
}

/** Reads the answer. @throws SyncFailure of kind `malformed` if it is no list of files. */
export function toTextSearchResult(data: unknown): TextSearchResult {
  const files: unknown = isObject(data) ? data['files'] : undefined;
  if (!isObject(data) || !Array.isArray(files)) throw malformed('the answer has no list of files');
  const ids = files.flatMap((file: unknown) =>
    isObject(file) && typeof file['id'] === 'string' ? [file['id']] : [],
  );
  return { ids, isPartial: Boolean(data['nextPageToken']) || data['incompleteSearch'] === true };
}
