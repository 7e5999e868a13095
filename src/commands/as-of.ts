import { freshness, type Freshness } from '../queries/freshness';
import type { Reader } from '../store/reader';
import type { Context } from './context';
import { countOf, formatAge, formatTime } from './render/text';

/** How old and how complete a copy is, in words. */
export function asOf({ currentAt, partial }: Pick<Freshness, 'currentAt' | 'partial'>): string {
  const age =
    currentAt === undefined ? 'not complete yet' : `as of ${formatTime(currentAt)} (${formatAge(currentAt)})`;
  return partial === 0 || currentAt === undefined ? age : `${age}, ${countOf(partial, 'source')} partial`;
}

/** Says on stderr how far the answer that was just given can be relied on. */
export function tellAsOf({ tell }: Context, reader: Reader): void {
  const fresh = freshness(reader);
  const hint = fresh.currentAt === undefined || fresh.partial > 0 ? '; `gdrive-sync status` says more' : '';
  tell(`${asOf(fresh)}${hint}`);
}
