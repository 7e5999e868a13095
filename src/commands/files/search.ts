import { EXIT, UserError } from '../../errors';
import { parseQuery } from '../../queries/search/query';
import { QueryError } from '../../queries/search/query-error';
import { freshness } from '../../queries/jobs/freshness';
import type { SortKey } from '../../queries/files/order';
import { pathsOf, type Paths } from '../../queries/files/paths';
import { readRoots } from '../../queries/files/places';
import { searchFiles, type Hit } from '../../queries/search/search';
import { requireStore } from '../../process/stores';
import { tellAsOf } from '../shared/as-of';
import { openBrowser } from '../auth/browser';
import type { Context } from '../shared/context';
import { itemJson } from './item-json';
import { linkOf, listLines, type References } from './references';
import { driveTimeCell, sizeCell } from '../render/cells';
import { findTarget } from './target';

/** How to search, and what to do with the results. */
export interface SearchOptions extends References {
  limit: number;
  /** The number of the result to open in the browser. */
  open?: number;
  /** The order; without it, the best matches come first. */
  sort?: SortKey | undefined;
}

const COLUMNS = [
  { title: '#' },
  { title: 'NAME' },
  { title: 'SIZE' },
  { title: 'MODIFIED', whole: true },
  { title: 'OWNER', optional: true },
  { title: 'WHERE', keepsEnd: true },
];

/** Finds files in the copy. */
export async function runSearch(context: Context, words: string[], options: SearchOptions): Promise<number> {
  const { home, config, json, out, tell } = context;
  const query = parse(words.map(asOneFilter).join(' '));
  const { limit, open, sort } = options;
  const reader = requireStore(home, config.account);
  try {
    const roots = readRoots(reader);
    const folderOf = (named: string) => findTarget(reader, named);
    const wanted = Math.max(limit, open ?? 0);
    const { hits, more } = searchFiles(reader, query, { limit: wanted, sort, roots, folderOf });
    const paths = pathsOf(reader);
    if (json)
      for (const hit of hits) out(JSON.stringify({ ...itemJson(hit, paths.pathIn(hit)), match: hit.match }));
    else for (const line of describe(hits, { paths, options }, context)) out(line);
    if (hits.length === 0) tell('No files found.');
    if (more) tell('More results exist: raise --limit or narrow the search.');
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
  return word.replace(/^( ?-?(?:in|owner):)([^":]*\s[^":]*)$/i, '$1"$2"');
}

function describe(
  hits: readonly Hit[],
  { paths, options }: { paths: Paths; options: SearchOptions },
  { streams }: Context,
): string[] {
  if (hits.length === 0) return [];
  const rows = hits.map((hit, at) => ({
    item: hit,
    cells: [
      at + 1,
      hit.name,
      sizeCell(hit.size),
      driveTimeCell(hit.modifiedTime),
      hit.ownerEmail ?? '',
      folderPath(paths, hit),
    ],
  }));
  return listLines({ columns: COLUMNS, rows, references: options }, streams.stdout);
}

function folderPath(paths: Paths, hit: Hit): string {
  return paths.pathIn({ ...hit, name: '' }).slice(0, -1);
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
