import { EXIT, UserError } from '../../errors';
import { parseQuery } from '../../queries/search/query';
import { QueryError } from '../../queries/search/query-error';
import { freshness } from '../../queries/jobs/freshness';
import { pathsOf, type Paths } from '../../queries/files/paths';
import { readRoots } from '../../queries/files/places';
import { searchFiles, type Hit } from '../../queries/search/search';
import { requireStore } from '../../process/stores';
import { tellAsOf } from '../shared/as-of';
import { openBrowser } from '../auth/browser';
import type { Context } from '../shared/context';
import { itemJson } from './item-json';
import { driveTimeCell, sizeCell } from '../render/cells';
import { formatTable } from '../render/table';
import { findTarget } from './target';

/** How to search, and what to do with the results. */
export interface SearchOptions {
  limit: number;
  /** The number of the result to open in the browser. */
  open?: number;
  /** Print only ids, for pipes. */
  ids?: boolean | undefined;
}

const COLUMNS = [
  '#',
  'NAME',
  'SIZE',
  { title: 'MODIFIED', whole: true },
  { title: 'OWNER', optional: true },
  { title: 'WHERE', keepsEnd: true },
];

/** Finds files in the copy. */
export async function runSearch(context: Context, words: string[], options: SearchOptions): Promise<number> {
  const { home, config, json, out, tell } = context;
  const query = parse(words.join(' '));
  const { limit, open } = options;
  const reader = requireStore(home, config.account);
  try {
    const roots = readRoots(reader);
    const folderOf = (named: string) => findTarget(reader, named);
    const { hits, more } = searchFiles(reader, query, { limit: Math.max(limit, open ?? 0), roots, folderOf });
    const paths = pathsOf(reader);
    if (options.ids === true) for (const { id } of hits) out(id);
    else if (json)
      for (const hit of hits) out(JSON.stringify({ ...itemJson(hit, paths.pathIn(hit)), match: hit.match }));
    else for (const line of describe(hits, paths, context)) out(line);
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

function describe(hits: readonly Hit[], paths: Paths, { streams }: Context): string[] {
  if (hits.length === 0) return [];
  const rows = hits.map((hit, at) => [
    at + 1,
    hit.name,
    sizeCell(hit.size),
    driveTimeCell(hit.modifiedTime),
    hit.ownerEmail ?? '',
    folderPath(paths, hit),
  ]);
  return formatTable(COLUMNS, rows, streams.stdout);
}

function folderPath(paths: Paths, hit: Hit): string {
  return paths.pathIn({ ...hit, name: '' }).slice(0, -1);
}

async function openHit({ config }: Context, hit: Hit | undefined, number: number): Promise<void> {
  if (hit === undefined)
    throw new UserError(`there is no result number ${String(number)}`, {
      hint: 'search without --open to see the numbers',
    });
  const address = hit.webViewLink ?? `https://drive.google.com/open?id=${encodeURIComponent(hit.id)}`;
  if (await openBrowser(address, config.env)) return;
  throw new UserError('cannot open a browser', { hint: `open this address yourself: ${address}` });
}
