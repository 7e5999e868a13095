import { EXIT, UserError } from '../../errors';
import { parseQuery, type SearchQuery } from '../../queries/search/query';
import { QueryError } from '../../queries/search/query-error';
import { freshness } from '../../queries/jobs/freshness';
import type { SortKey } from '../../queries/files/order';
import { pathsOf, type Paths } from '../../queries/files/paths';
import { readRoots } from '../../queries/files/places';
import { findFiles, type Hit } from '../../queries/contents/find';
import { contentQueryOf } from '../../queries/contents/phrases';
import type { ContentReader } from '../../content/store/reader';
import { requireContents } from '../../process/stores';
import { tellAsOf } from '../shared/as-of';
import { openBrowser } from '../auth/browser';
import type { Context } from '../shared/context';
import { hitLines } from './hit-lines';
import { itemJson } from './item-json';
import { linkOf, type References } from './references';
import { withDriveHits } from './search-drive';
import { findTarget } from './target';

/** How to search, and what to do with the results. */
export interface SearchOptions extends References {
  limit: number;
  /** The number of the result to open in the browser. */
  open?: number;
  /** The order; without it, the best matches come first. */
  sort?: SortKey | undefined;
  /** Ask Google too. */
  drive?: boolean;
}

/** Finds files in the copy. */
export async function runSearch(context: Context, words: string[], options: SearchOptions): Promise<number> {
  const { home, config, json, out, tell } = context;
  const query = parse(words.map(asOneFilter).join(' '));
  const { limit, open, sort } = options;
  const reader = requireContents(home, config.account);
  try {
    const roots = readRoots(reader);
    const folderOf = (named: string) => findTarget(reader, named);
    const wanted = Math.max(limit, open ?? 0);
    const limits = { limit: wanted, sort, roots, folderOf };
    const found = findFiles(reader, query, limits);
    const { hits, more } =
      options.drive === true ? await withDriveHits(context, reader, { query, found, limits }) : found;
    const paths = pathsOf(reader);
    if (json) for (const hit of hits) out(JSON.stringify(hitJson(hit, paths)));
    else for (const line of hitLines(hits, { paths, references: options }, context.streams.stdout)) out(line);
    if (hits.length === 0) tell('No files found.');
    if (more) tell('More results exist: raise --limit or narrow the search.');
    tellOfTexts(context, reader, query);
    if (!freshness(reader).indexed) tell('There is no search index yet: it is built after the first crawl.');
    tellAsOf(context, reader);
    if (open !== undefined) await openHit(context, hits[open - 1], open);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function parse(text: string): ReturnType<typeof parseQuery> {
  try {
    return parseQuery(text, Date.now());
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new UserError(error.message, { hint: error.hint, exitCode: EXIT.usage });
  }
}

/** A shell takes the quotes away from `in:"/My Drive/Tax forms"`. */
function asOneFilter(word: string): string {
  return word.replace(/^( ?-?(?:in|owner|content):)([^":]*\s[^":]*)$/i, '$1"$2"');
}

function hitJson(hit: Hit, paths: Paths): Record<string, unknown> {
  const { match, place, snippet } = hit;
  return { ...itemJson(hit, paths.pathIn(hit)), match, place, snippet: snippet?.text };
}

/** Says why texts that the query needs were not searched. */
function tellOfTexts({ tell, config }: Context, { texts }: ContentReader, query: SearchQuery): void {
  if (texts === 'other-store' && contentQueryOf(query) !== undefined)
    tell(
      `The texts of account "${config.account}" belong to another copy, and were not searched. \`gdrive-sync content rebuild\` makes them again.`,
    );
  else if (texts === 'outdated')
    tell('The texts were not searched: the next `gdrive-sync sync` brings them up to date.');
  else if (texts === 'none' && needsTexts(query))
    tell('No texts are kept: `gdrive-sync content on --text` switches them on.');
}

function needsTexts({ filters, excludedFilters }: SearchQuery): boolean {
  return [...filters, ...excludedFilters].some(({ kind }) => kind === 'content' || kind === 'has');
}

async function openHit({ config }: Context, hit: Hit | undefined, number: number): Promise<void> {
  if (hit === undefined)
    throw new UserError(`there is no result number ${String(number)}`, {
      hint: 'search without --open to see the numbers',
    });
  const address = linkOf(hit);
  if (await openBrowser(address, config.env)) return;
  throw new UserError('cannot open a browser', { hint: `open this address yourself: ${address}` });
}
