import { fold } from '../../model/fold';
import type { Condition } from './conditions';
import { likeOf, literalsOf } from './pattern';
import type { SearchQuery, Term } from './query';

/** The trigram index answers only terms of at least three characters. */
const SHORTEST_INDEXED = 3;
/** What the search index puts around a name. */
const BEGIN = '\u0002';
const END = '\u0003';

/** A `FROM` clause, its conditions and its parameters. The columns of `file` are readable in it. */
export type Source = Condition;

/** True if a query searches for texts, and not only with filters. */
export function hasTexts({ terms, patterns, excludedTerms, excludedPatterns }: SearchQuery): boolean {
  return [terms, patterns, excludedTerms, excludedPatterns].some((texts) => texts.length > 0);
}

/**
 * Where to look for the matches of a query, the most recent first: files with an equal name, files whose name
 * begins alike, and all matches. Each may return more than the matches, and a file may be in several.
 */
export function indexedSources(query: SearchQuery, condition: Condition): Source[] {
  const whole = fold(query.terms.map((term) => term.text).join(' '));
  const all = allSource(query, condition);
  if (lengthOf(whole) < SHORTEST_INDEXED - 1) return [all];
  const exact = `${phrase(`${BEGIN}${whole}${END}`)} OR ${phrase(`${BEGIN}${whole}.`)}`;
  const texts = indexedTexts(query);
  const source = (match: string): Source => matching([`name : (${match})`, ...texts], condition);
  return [source(exact), source(phrase(`${BEGIN}${whole}`)), all];
}

/** Where all matches of a query are, the most recent first, among other files. */
export function allSource(query: SearchQuery, condition: Condition): Source {
  const texts = indexedTexts(query);
  if (texts.length > 0) return matching(texts, condition);
  const { sql, params } = withTexts(condition, query);
  return {
    sql: `search_doc CROSS JOIN file ON file.pk = file_pk WHERE ${sql} ORDER BY search_doc.rank DESC`,
    params,
  };
}

function matching(texts: readonly string[], { sql, params }: Condition): Source {
  return {
    sql: /* sql */ `search_text CROSS JOIN search_doc ON search_doc.rank = search_text.rowid CROSS JOIN file ON file.pk = file_pk
      WHERE search_text MATCH ? AND ${sql} ORDER BY search_text.rowid DESC`,
    params: [texts.join(' AND '), ...params],
  };
}

/** The texts that the index can look up, in its language. */
function indexedTexts({ terms, patterns }: SearchQuery): string[] {
  const literals = patterns.flatMap((pattern) => literalsOf(`${BEGIN}${fold(pattern)}${END}`));
  return [
    ...terms.filter((term) => isIndexed(fold(term.text))).map(matchTerm),
    ...literals.filter(isIndexed).map((literal) => `name : ${phrase(literal)}`),
  ];
}

function isIndexed(text: string): boolean {
  return lengthOf(text) >= SHORTEST_INDEXED;
}

function matchTerm({ text: term, nameOnly }: Term): string {
  return `${nameOnly ? 'name : ' : ''}${phrase(fold(term))}`;
}

/** Counts characters as the index does. */
function lengthOf(term: string): number {
  return Array.from(term).length;
}

function phrase(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}

/** Without a text of three characters, it scans all indexed texts, but not all files. */
function withTexts({ sql, params }: Condition, { terms, patterns }: SearchQuery): Condition {
  const variants = terms.map(({ text: term }) => {
    const lower = fold(term).toLowerCase();
    // SQLite folds the case of ASCII letters only.
    return [...new Set([lower, lower.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)])];
  });
  const has = 'instr(lower(search_doc.name), ?) OR instr(lower(search_doc.description), ?)';
  const texts = variants.map((each) => `(${each.map(() => has).join(' OR ')})`);
  const names = patterns.map(() => String.raw`search_doc.name LIKE ? ESCAPE '\'`);
  const likes = patterns.map((pattern) => likeOf(`${BEGIN}${fold(pattern)}${END}`));
  return {
    sql: [...texts, ...names, sql].join(' AND '),
    params: [...variants.flat().flatMap((each) => [each, each]), ...likes, ...params],
  };
}
