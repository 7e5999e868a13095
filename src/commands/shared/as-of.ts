import { freshness, type Freshness } from '../../queries/jobs/freshness';
import type { Reader } from '../../store/reader';
import type { Context } from './context';
import { countOf, formatAge, formatZoned } from '../render/text';

/** How old and how complete a copy is, in words. */
export function asOf({
  currentAt,
  partial,
  walkUnfinished,
}: Pick<Freshness, 'currentAt' | 'partial' | 'walkUnfinished'>): string {
  const age =
    currentAt === undefined
      ? 'not complete yet'
      : `as of ${formatZoned(currentAt)} (${formatAge(currentAt)})`;
  if (currentAt === undefined) return age;
  const parts = [age];
  if (partial > 0) parts.push(`${countOf(partial, 'source')} partial`);
  if (walkUnfinished) parts.push('some shared folders not yet listed');
  return parts.join(', ');
}

/** Prints on stderr how old and how complete the copy is that the answer comes from. */
export function tellAsOf({ tell }: Context, reader: Reader): void {
  const fresh = freshness(reader);
  const hint = fresh.currentAt === undefined || fresh.partial > 0 ? '; see `gdrive-sync status`' : '';
  tell(`${asOf(fresh)}${hint}`);
}
