import type { ContentReader } from '../../content/store/reader';
import { EXIT, UserError } from '../../errors';
import { driveHits } from '../../queries/contents/drive-hits';
import type { Found } from '../../queries/contents/find';
import { accountSettings } from '../../queries/jobs/store-facts';
import type { Filter } from '../../queries/search/filters';
import type { SearchQuery } from '../../queries/search/query';
import type { SearchLimits } from '../../queries/search/search';
import { openDrive } from '../../process/drive-access';
import { driveAddress } from '../auth/login-check';
import { countOf } from '../render/text';
import type { Context } from '../shared/context';
import { asUserError } from '../sync/session';

/** Adds what Google's own full text finds and the copy does not, up to the limit again. It is one request. */
export async function withDriveHits(
  context: Context,
  reader: ContentReader,
  { query, found, limits }: { query: SearchQuery; found: Found; limits: SearchLimits },
): Promise<Found> {
  const { ids, isPartial } = await askDrive(context, reader, query);
  const { limit } = limits;
  const { hits, unknown } = driveHits(reader, { ids, query }, limits);
  if (unknown > 0)
    context.tell(
      `Google also found ${countOf(unknown, 'file')} that the copy does not have. If they are new, \`gdrive-sync sync\` adds them.`,
    );
  if (isPartial) context.tell('Google has not searched everything, or found more: narrow the search.');
  const known = new Set(found.hits.map(({ id }) => id));
  const added = hits.filter(({ id }) => !known.has(id));
  return { hits: [...found.hits, ...added.slice(0, limit)], more: found.more || added.length > limit };
}

async function askDrive(context: Context, reader: ContentReader, query: SearchQuery) {
  const { config, home, signal } = context;
  const wanted = textsIn(query.terms, query.filters);
  if (wanted.length === 0)
    throw new UserError('--drive needs words to search for', {
      hint: 'give words, as in `gdrive-sync search invoice --drive`',
      exitCode: EXIT.usage,
    });
  const unwanted = textsIn(query.excludedTerms, query.excludedFilters);
  try {
    const drive = await openDrive(config, home, config.account);
    const inDrives = followsDrives(reader);
    const inTrash = [...query.filters, ...query.excludedFilters].some(isAboutTrash);
    return await drive.searchText({ wanted, unwanted, inDrives, inTrash }, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw asUserError(error, driveAddress(config));
  }
}

/** Texts in the contents. Words that only the name must have are left to the copy. */
function textsIn(terms: SearchQuery['terms'], filters: SearchQuery['filters']) {
  const words = terms.filter(({ nameOnly }) => !nameOnly);
  const texts = [...words, ...filters.flatMap((filter) => (filter.kind === 'content' ? [filter] : []))];
  return texts.map(({ text, isQuoted = false }) => ({ text, isPhrase: isQuoted }));
}

function isAboutTrash(filter: Filter): boolean {
  return filter.kind === 'is' && filter.mark === 'trashed';
}

function followsDrives(reader: ContentReader): boolean {
  return accountSettings(reader).drives !== 'none';
}
