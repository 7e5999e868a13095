import { CJK, termsOf } from '../../content/model/terms';
import { wordsOf } from '../../content/model/words';
import type { SearchQuery, Term } from '../search/query';

/** Words that follow each other. With `isPrefix`, the last one is only the beginning of a word. */
export interface Phrase {
  words: readonly string[];
  isPrefix: boolean;
}

/** What a query wants of a text: for the index, and for the place to show. */
export interface ContentQuery {
  /** An expression of FTS5: https://sqlite.org/fts5.html#full_text_query_syntax */
  match: string;
  phrases: readonly Phrase[];
}

/** A shorter beginning stands for a tenth of all words. A pair of Chinese characters is no such beginning. */
const SHORTEST_PREFIX = 3;
const STARTS_CJK = new RegExp(`^${CJK}`, 'u');

/**
 * What a query wants of the text of a file; undefined if it searches for no words. Words that stand in no
 * text, such as "&", are left to the names.
 */
export function contentQueryOf(query: SearchQuery): ContentQuery | undefined {
  const wanted = [...query.terms.filter(({ nameOnly }) => !nameOnly), ...contentTerms(query.filters)];
  const expressions = wanted.flatMap((term) => expressionOf(term) ?? []);
  if (expressions.length === 0) return undefined;
  const all = expressions.join(' AND ');
  const unwanted = unwantedIn(query);
  const match = unwanted === undefined ? all : `(${all}) NOT (${unwanted})`;
  return { match, phrases: wanted.map(phraseOf).filter(({ words }) => words.length > 0) };
}

/** The texts that the excluded words of a query rule out, as an expression of FTS5. */
export function unwantedIn({ excludedTerms }: Pick<SearchQuery, 'excludedTerms'>): string | undefined {
  const expressions = excludedTerms
    .filter(({ nameOnly }) => !nameOnly)
    .flatMap((term) => expressionOf(term) ?? []);
  return expressions.length === 0 ? undefined : expressions.join(' OR ');
}

function contentTerms(filters: SearchQuery['filters']): Term[] {
  return filters.flatMap((filter) => (filter.kind === 'content' ? [{ ...filter, nameOnly: false }] : []));
}

/** The words of a term. A word that was not quoted matches by its beginning. */
export function phraseOf({ text, isQuoted = false }: Pick<Term, 'text' | 'isQuoted'>): Phrase {
  const words = wordsOf(text).map(({ word }) => word);
  const last = words.at(-1) ?? '';
  const isLong = STARTS_CJK.test(last) || Array.from(last).length >= SHORTEST_PREFIX;
  return { words, isPrefix: !isQuoted && isLong };
}

/** A term as an expression of FTS5; undefined if the index has no such words. */
export function expressionOf(term: Pick<Term, 'text' | 'isQuoted'>): string | undefined {
  const { words, isPrefix } = phraseOf(term);
  if (words.length === 0) return undefined;
  return `"${termsOf(term.text).replaceAll('"', ' ')}"${isPrefix ? '*' : ''}`;
}
