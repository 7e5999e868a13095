import { ApiError, driveNotFound, invalidValue } from '../api-error';
import { ByteWriter } from '../byte-writer';
import type { EmulatedDrive } from '../emulated-drive';
import { FILE_LIST_FIELDS } from '../field-table';
import { checkMask, parseMask, selects, subMask, type FieldMask } from '../field-mask';
import type { FileRenderer } from '../file-renderer';
import type { ListPosition } from '../page-token';
import type { Parameters } from '../parameters';
import { parseQuery } from '../query/parser';
import { compileQuery, type Predicate } from '../query/predicate';
import type { Query } from '../query/query';
import { parseOrderBy, type SortKey } from '../sort-order';
import type { Walk } from '../walk';

const DEFAULT_FIELDS = 'kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType,driveId,resourceKey)';
const DEFAULT_PAGE_SIZE = 100;
const MOST_PAGE_SIZE = 1000;
/** With `permissions`, Drive's pages are this short. */
const PAGE_CAP_WITH_PERMISSIONS = 100;
const CORPORA = ['user', 'domain', 'drive', 'allDrives'];

/** One page of files: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export function listFiles(drive: EmulatedDrive, params: Parameters): Buffer {
  checkCorpora(params);
  checkSpaces(params);
  // Drive looks at the parameters in this order; the first that is wrong is the one that it complains about.
  const pageSize = parsePageSize(params);
  const keys = parseOrderBy(params.text('orderBy') ?? '');
  const query = parseQuery(params.text('q') ?? '');
  checkFullText(query, keys);
  const position = parsePageToken(drive, params);
  const { mask, render } = renderingOf(drive, params);
  const walk = drive.walks.find({ keys: drive.order === 'ignored' ? [] : keys, query, position });
  const predicate =
    query === undefined ? everyFile : compileQuery(query, { corpus: drive.corpus, userEmail: email(drive) });
  const limit = pageLimit(drive, pageSize, subMask(mask, 'files'));
  const page = limit === 0 ? { slots: [], next: position, more: true } : collect(walk, predicate, limit);
  if (typeof drive.order === 'object' && drive.random() < drive.order.sloppyPages)
    disorder(page.slots, drive.random);
  const nextPageToken = page.more ? drive.tokens.seal(page.next, params.binding) : undefined;
  return renderPage({ mask, render, nextPageToken, slots: page.slots, pretty: params.pretty });
}

function checkCorpora(params: Parameters): void {
  const corpora = params.text('corpora') ?? 'user';
  if (!CORPORA.includes(corpora)) throw invalidValue('corpora');
  const driveId = params.text('driveId') ?? params.text('teamDriveId');
  const includesDrives = params.flag('includeItemsFromAllDrives') || params.flag('includeTeamDriveItems');
  if (includesDrives && !supportsAllDrives(params)) {
    const message = 'The supportsAllDrives parameter was not set to true.';
    throw new ApiError(403, { reason: 'supportsTeamDrivesRequired', message });
  }
  if ((corpora === 'drive') !== (driveId !== undefined)) throw invalidValue('driveId');
  if ((corpora === 'drive' || corpora === 'allDrives') && !includesDrives)
    throw invalidValue('includeItemsFromAllDrives');
  if (driveId !== undefined) throw driveNotFound(driveId);
}

function supportsAllDrives(params: Parameters): boolean {
  return params.flag('supportsAllDrives') || params.flag('supportsTeamDrives');
}

function checkSpaces(params: Parameters): void {
  const spaces = (params.text('spaces') ?? 'drive').split(',');
  if (spaces.includes('appDataFolder')) {
    const message = 'The granted scopes do not give access to all of the requested spaces.';
    throw new ApiError(403, { reason: 'insufficientScopes', message, location: 'spaces' });
  }
  if (spaces.some((space) => space !== 'drive')) throw invalidValue('spaces');
}

function parsePageSize(params: Parameters): number {
  const pageSize = params.integer('pageSize') ?? DEFAULT_PAGE_SIZE;
  if (pageSize >= 1 && pageSize <= MOST_PAGE_SIZE) return pageSize;
  const message = `Invalid value '${String(pageSize)}'. Values must be within the range: [value: 1\n, value: 1000\n]`;
  throw new ApiError(400, { reason: 'invalidParameter', message, location: 'page_size' });
}

/** Sorting is not supported together with a search in contents. */
function checkFullText(query: Query | undefined, keys: readonly SortKey[]): void {
  if (keys.length === 0 || query === undefined || !searchesContents(query)) return;
  throw new ApiError(403, {
    reason: 'forbidden',
    message:
      'Sorting is not supported for queries with fullText terms. Results are always in descending relevance order.',
    location: 'orderBy',
  });
}

function searchesContents(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or')
    return searchesContents(query.left) || searchesContents(query.right);
  if (query.kind === 'not') return searchesContents(query.operand);
  return query.kind === 'text' && query.field === 'fullText';
}

/** An empty token asks for the first page. */
function parsePageToken(drive: EmulatedDrive, params: Parameters): ListPosition {
  const token = params.text('pageToken') ?? '';
  return token === '' ? undefined : drive.tokens.open(token, params.binding);
}

function renderingOf(drive: EmulatedDrive, params: Parameters): { mask: FieldMask; render: FileRenderer } {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  return drive.rendering(`files.list ${fields}`, params.pretty ? 2 : undefined, () => {
    const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
    checkMask(mask, FILE_LIST_FIELDS);
    return { mask, files: subMask(mask, 'files') };
  });
}

function email(drive: EmulatedDrive): string {
  return drive.user.emailAddress ?? '';
}

function everyFile(): boolean {
  return true;
}

function pageLimit(drive: EmulatedDrive, pageSize: number, files: FieldMask): number {
  if (drive.emptyPages > 0 && drive.random() < drive.emptyPages) return 0;
  const cap =
    files !== '*' && files.has('permissions')
      ? Math.min(PAGE_CAP_WITH_PERMISSIONS, drive.pageCap)
      : drive.pageCap;
  return Math.min(pageSize, cap);
}

interface Page {
  slots: number[];
  /** Where the next page begins. */
  next: ListPosition;
  more: boolean;
}

function collect(walk: Walk, predicate: Predicate, limit: number): Page {
  const slots: number[] = [];
  for (let place = walk.start; place !== walk.end; place += walk.step) {
    const slot = walk.at(place);
    if (!predicate(slot)) continue;
    const last = slots.at(-1);
    if (slots.length === limit && last !== undefined) return { slots, next: walk.position(last), more: true };
    slots.push(slot);
  }
  return { slots, next: undefined, more: false };
}

/** Lets two files change places over a distance. */
function disorder(slots: number[], random: () => number): void {
  const distance = Math.max(1, Math.floor((slots.length * (1 + random())) / 3));
  const at = Math.floor(random() * (slots.length - distance));
  const [a, b] = [slots[at], slots[at + distance]];
  if (a === undefined || b === undefined) return;
  slots[at] = b;
  slots[at + distance] = a;
}

interface PageText {
  mask: FieldMask;
  render: FileRenderer;
  nextPageToken: string | undefined;
  slots: readonly number[];
  pretty: boolean;
}

/** More than most files take with all their fields. */
const BYTES_PER_FILE = 2048;

function renderPage({ mask, render, nextPageToken, slots, pretty }: PageText): Buffer {
  const [line, item, colon] = pretty ? ['\n  ', '\n    ', ': '] : ['', '', ':'];
  const head: string[] = [];
  const put = (name: string, json: string): void => {
    if (selects(mask, name)) head.push(`${line}"${name}"${colon}${json}`);
  };
  put('kind', '"drive#fileList"');
  if (nextPageToken !== undefined) put('nextPageToken', JSON.stringify(nextPageToken));
  put('incompleteSearch', 'false');
  put('files', slots.length === 0 ? '[]' : '[');
  const files = selects(mask, 'files') ? slots : [];
  const writer = new ByteWriter((files.length + 1) * BYTES_PER_FILE);
  writer.write(`{${head.join(',')}`);
  for (const [index, slot] of files.entries()) writer.write((index === 0 ? item : `,${item}`) + render(slot));
  writer.write((files.length > 0 ? `${line}]` : '') + (pretty && head.length > 0 ? '\n}' : '}'));
  return writer.bytes;
}
