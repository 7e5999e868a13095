/** A Drive that is only listed, a few files a page, in the order that was asked for or in some other. */
import type { ListPosition } from '../../src/model/partition';

/**
 * A file as far as a listing is about it; `modified` in ms, undefined where Drive does not say. `shown` is what answers say instead, after a change
 * that lists are not ordered by yet.
 */
export interface DriveFile {
  id: string;
  modified: number | undefined;
  shown?: number;
  trashed: boolean;
}

/**
 * `honored`: newest first, files without a time last. `late`: like it for the first pages, then not at all, and the first page of that shows it
 * by an older file before a newer one. `sloppy`: like `honored`, but on some pages two neighbors are swapped. `ignored`: not at all, `paged`: on each page only,
 * and nothing sees to it that it shows.
 */
export type ListingOrder = 'honored' | 'late' | 'sloppy' | 'ignored' | 'paged';

/** How a Drive lists. */
export interface ListingOptions {
  pageSize: number;
  order: ListingOrder;
  /** From here on the order of times says nothing, in ms. */
  openedMs: number;
}

/** One answer. */
export interface DriveAnswer {
  files: readonly DriveFile[];
  nextPageToken: string | undefined;
}

interface Bounds {
  trashed: boolean;
  from: number;
  before: number;
  /** Files without a time are in it, too: `not` is true of them, a comparison is not. */
  untimed: boolean;
}

const INSTANT = String.raw`'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)'`;
/** The four shapes of query that a crawl asks; each bound is an RFC 3339 instant. */
const QUERY = new RegExp(
  `^trashed = (true|false)(?: and modifiedTime >= ${INSTANT}(?: and modifiedTime < ${INSTANT})?` +
    `| and not modifiedTime >= ${INSTANT})?$`,
);
/** Pages in order before a `late` listing loses it. */
const PAGES_IN_ORDER = 3;

function parseQuery(q: string): Bounds {
  const [matched, trashed, from, before, notFrom] = QUERY.exec(q) ?? [];
  if (matched === undefined) throw new Error(`no query of a crawl: ${q}`);
  const upper = before ?? notFrom;
  return {
    trashed: trashed === 'true',
    from: from === undefined ? -Infinity : Date.parse(from),
    before: upper === undefined ? Infinity : Date.parse(upper),
    untimed: from === undefined,
  };
}

/** A number that looks random, the same for the same text (FNV-1a with a finish). */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x45d9f3b);
  return (state ^ (state >>> 15)) >>> 0;
}

const byAge = (a: DriveFile, b: DriveFile): number =>
  (b.modified ?? -Infinity) - (a.modified ?? -Infinity) || 0;

/** In the order of a listing that keeps to what was asked. */
export function newestFirst(files: readonly DriveFile[]): DriveFile[] {
  return files.toSorted(byAge);
}

function shuffled<T extends { id: string }>(files: readonly T[], seed: string): T[] {
  const keyed = files.map((file) => ({ file, key: hash(file.id + seed) }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ file }) => file);
}

/** Answers list requests by their query and page token. A token is good for its own query only. */
export class ListedDrive {
  readonly files: readonly DriveFile[];
  readonly #options: ListingOptions;
  /** Each listing that was begun, in its order: it stays the same as long as its tokens live. */
  readonly #listings: { q: string; files: DriveFile[] }[] = [];

  constructor(files: readonly DriveFile[], options: ListingOptions) {
    this.files = newestFirst(files);
    this.#options = options;
  }

  /** One page of the listing at `position`. */
  list({ q, orderBy, pageToken }: Pick<ListPosition, 'q' | 'orderBy' | 'pageToken'>): DriveAnswer {
    if (orderBy !== 'modifiedTime desc')
      throw new Error(`an order that no crawl asks for: ${String(orderBy)}`);
    const { pageSize } = this.#options;
    const [number, start] = pageToken === undefined ? [this.#begin(q), 0] : pageToken.split('+').map(Number);
    const listing = this.#listings[number!];
    if (listing?.q !== q) throw new Error(`the page token of another query than ${q}`);
    const end = start! + pageSize;
    return {
      files: listing.files.slice(start, end),
      nextPageToken: end < listing.files.length ? `${String(number)}+${String(end)}` : undefined,
    };
  }

  #begin(q: string): number {
    const { trashed, from, before, untimed } = parseQuery(q);
    const within = this.files.filter(
      ({ modified, trashed: inTrash }) =>
        inTrash === trashed && (modified === undefined ? untimed : modified >= from && modified < before),
    );
    return this.#listings.push({ q, files: this.#arranged(within, String(this.#listings.length)) }) - 1;
  }

  #arranged(sorted: DriveFile[], seed: string): DriveFile[] {
    const { order, pageSize } = this.#options;
    if (order === 'honored') return sorted;
    if (order === 'sloppy') return this.#sloppy(sorted, seed);
    if (order === 'ignored') return shuffled(sorted, seed);
    if (order === 'paged') return this.#paged(sorted, seed);
    const inOrder = PAGES_IN_ORDER * pageSize;
    return [...sorted.slice(0, inOrder), ...this.#revealing(shuffled(sorted.slice(inOrder), seed))];
  }

  #tells({ modified }: DriveFile): boolean {
    return modified !== undefined && modified < this.#options.openedMs;
  }

  /** An older file before a newer one comes first, if there are any two. */
  #revealing(files: DriveFile[]): DriveFile[] {
    const telling = newestFirst(files.filter((file) => this.#tells(file)));
    const [newest] = telling;
    const oldest = telling.at(-1);
    if (newest === undefined || oldest === undefined || newest.modified === oldest.modified) return files;
    return [oldest, newest, ...files.filter((file) => file !== oldest && file !== newest)];
  }

  #paged(sorted: DriveFile[], seed: string): DriveFile[] {
    const { pageSize } = this.#options;
    const starts = sorted.flatMap(({ id }, at) => (at % pageSize === 0 ? [{ id, at }] : []));
    return shuffled(starts, seed).flatMap(({ at }) => sorted.slice(at, at + pageSize));
  }

  #sloppy(sorted: DriveFile[], seed: string): DriveFile[] {
    const { pageSize } = this.#options;
    const files = [...sorted];
    for (let start = 0; start + 1 < files.length; start += pageSize) {
      const chance = hash(`${seed}/${String(start)}`);
      const at = start + ((chance >>> 8) % (pageSize - 1));
      const [one, other] = [files[at]!, files[at + 1]];
      if (chance % 8 === 0 && other !== undefined) files.splice(at, 2, other, one);
    }
    return files;
  }
}
