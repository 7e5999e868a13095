import type { EmulatedDrive, Rendering, Shelf } from '../drive/emulated-drive';
import { checkMask, parseMask, subMask, type FieldMask } from '../fields/field-mask';
import { FILE_LIST_FIELDS } from '../fields/field-table';
import type { FileRenderer } from '../fields/file-renderer';
import { ApiError } from '../http/api-error';
import type { Body } from '../http/body';
import type { Parameters } from '../http/parameters';
import { listFrame, listText } from '../listing/list-text';
import type { ListPosition } from '../listing/page-token';
import { parseOrderBy, type SortKey } from '../listing/sort-order';
import type { Walk } from '../listing/walk';
import { parseQuery } from '../query/parser';
import { compileQuery, type Predicate, type QueryScope } from '../query/predicate';
import type { Query } from '../query/query';
import { checkSpaces, parsePageSize } from './drive-parameters';
import { listScope } from './list-scope';

const DEFAULT_FIELDS = 'kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType,driveId,resourceKey)';
/** The largest page of Drive when `fields` contains `permissions`. */
const PAGE_CAP_WITH_PERMISSIONS = 100;

/** `files.list`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export function listFiles(drive: EmulatedDrive, params: Parameters): Body {
  const { shelf } = drive;
  const scope = listScope(drive, shelf, params);
  checkSpaces(params);
  // Drive checks the parameters in this order and reports the first wrong one.
  const pageSize = parsePageSize(params);
  const keys = parseOrderBy(params.text('orderBy') ?? '');
  const query = parseQuery(params.text('q') ?? '');
  checkFullText(query, keys);
  const position = parsePageToken(drive, params);
  const { mask, render } = renderingOf(drive, params);
  const { ground, shows } = scope(query);
  const walk = shelf.walks.find({
    ground,
    keys: drive.habits.order === 'ignored' ? [] : keys,
    query,
    position,
  });
  const predicate = query === undefined ? shows : both(shows, compileQuery(query, queryScope(drive, shelf)));
  const limit = pageLimit(drive, pageSize, subMask(mask, 'files'));
  const page = limit === 0 ? { slots: [], next: position, more: true } : collect(walk, predicate, limit);
  if (typeof drive.habits.order === 'object' && drive.random() < drive.habits.order.sloppyPages)
    disorder(page.slots, drive.random);
  const nextPageToken = page.more ? drive.tokens.seal(page.next, bindingOf(drive, params)) : undefined;
  const { slots } = page;
  const frame = listFrame({
    mask,
    pretty: params.pretty,
    head: { kind: 'drive#fileList', nextPageToken, incompleteSearch: false },
    items: 'files',
    count: slots.length,
  });
  const { pageWriter } = drive;
  if (pageWriter === undefined || !frame.hasItems) return listText(frame, rendered(slots, render));
  return pageWriter.writeFiles({ ...frame, slots, render, revision: shelf.corpus.revision });
}

function* rendered(slots: readonly number[], render: FileRenderer): Generator<string> {
  for (const slot of slots) yield render(slot);
}

/** @throws ApiError if a query with `fullText` has an `orderBy`. */
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

function bindingOf({ habits }: EmulatedDrive, params: Parameters): string {
  return params.binding({ toPageSize: habits.tokensBoundToPageSize.lists });
}

/** The position of a page token; an empty token means the first page. */
function parsePageToken(drive: EmulatedDrive, params: Parameters): ListPosition {
  const token = params.text('pageToken') ?? '';
  return token === '' ? undefined : drive.tokens.open(token, bindingOf(drive, params));
}

function renderingOf(drive: EmulatedDrive, params: Parameters): Rendering {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const request = { method: 'files.list', fields, indent: params.pretty ? 2 : undefined } as const;
  return drive.rendering(request, () => {
    const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
    checkMask(mask, FILE_LIST_FIELDS);
    return { mask, files: subMask(mask, 'files') };
  });
}

function queryScope({ user }: EmulatedDrive, { corpus }: Shelf): QueryScope {
  return { corpus, userEmail: user.emailAddress ?? '' };
}

function both(first: Predicate, second: Predicate): Predicate {
  return (slot) => first(slot) && second(slot);
}

function pageLimit(drive: EmulatedDrive, pageSize: number, files: FieldMask): number {
  if (drive.habits.emptyPages > 0 && drive.random() < drive.habits.emptyPages) return 0;
  const cap =
    files !== '*' && files.has('permissions')
      ? Math.min(PAGE_CAP_WITH_PERMISSIONS, drive.habits.pageCap)
      : drive.habits.pageCap;
  return Math.min(pageSize, cap);
}

interface Page {
  slots: number[];
  /** The start of the next page. */
  next: ListPosition;
  more: boolean;
}

function collect(walk: Walk, predicate: Predicate, limit: number): Page {
  const slots: number[] = [];
  for (let slot = walk.next(); slot >= 0; slot = walk.next()) {
    if (!predicate(slot)) continue;
    const last = slots.at(-1);
    if (slots.length === limit && last !== undefined) return { slots, next: walk.position(last), more: true };
    slots.push(slot);
  }
  return { slots, next: undefined, more: false };
}

/** Swaps two distant files. */
function disorder(slots: number[], random: () => number): void {
  const distance = Math.max(1, Math.floor((slots.length * (1 + random())) / 3));
  const at = Math.floor(random() * (slots.length - distance));
  const [a, b] = [slots[at], slots[at + distance]];
  if (a === undefined || b === undefined) return;
  slots[at] = b;
  slots[at + distance] = a;
}
