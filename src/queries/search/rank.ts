import { fold } from '../../model/fold';
import { matchesPattern } from './pattern';
import type { SearchQuery, Term } from './query';

/** How well a name matches, the best first. */
export const MATCHES = ['exact', 'prefix', 'word', 'text', 'description'] as const;

/** How well a name matches. */
export type Match = (typeof MATCHES)[number];

/** Folds a text for comparison. */
export function comparable(text: string): string {
  return fold(text).toLowerCase();
}

/**
 * Says how well a name matches: as a whole, with or without its extension; from its beginning; from the
 * beginning of a word; or anywhere.
 */
export function matchOf(name: string, { terms }: Pick<SearchQuery, 'terms'>): Match {
  const whole = comparable(terms.map(({ text }) => text).join(' '));
  const text = comparable(name);
  if (whole === '') return 'text';
  if (text === whole || text.replace(/\.[^.]{1,10}$/, '') === whole) return 'exact';
  if (text.startsWith(whole)) return 'prefix';
  const places = terms.map((term) => placeOf(text, comparable(term.text)));
  if (places.includes('nowhere')) return 'description';
  return places.every((place) => place === 'word') ? 'word' : 'text';
}

function placeOf(text: string, term: string): 'word' | 'within' | 'nowhere' {
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return 'word';
  }
  return text.includes(term) ? 'within' : 'nowhere';
}

/** What a query wants of the name and the description. */
type NameQuery = Pick<SearchQuery, 'terms' | 'excludedTerms' | 'patterns' | 'excludedPatterns'>;

/** Decides what the trigram index cannot: whether a file meets the terms and patterns of a query. */
export function fits(
  file: { name: string; description: string },
  { terms, excludedTerms, patterns, excludedPatterns }: NameQuery,
): boolean {
  const isLike = (pattern: string): boolean => matchesPattern(comparable(file.name), comparable(pattern));
  return (
    terms.every((term) => contains(file, term)) &&
    patterns.every(isLike) &&
    !excludedTerms.some((term) => contains(file, term)) &&
    !excludedPatterns.some(isLike)
  );
}

/** True if a term is in the name, or in the description if that counts. */
export function contains({ name, description }: { name: string; description: string }, term: Term): boolean {
  const text = comparable(term.text);
  return comparable(name).includes(text) || (!term.nameOnly && comparable(description).includes(text));
}
