/** A piece of a query; `text` of a string is its value, without quotes and escapes. */
export interface Lexeme {
  kind: 'word' | 'string' | 'operator' | 'bracket';
  text: string;
}

/** The query is not in the language; Drive does not say more than that. */
export class QuerySyntaxError extends Error {
  override name = 'QuerySyntaxError';
}

const SPACE = /\s*/y;
const LEXEME = /([A-Za-z][A-Za-z0-9.]*)|'((?:[^'\\]|\\['\\])*)'|(<=|>=|!=|=|<|>)|([(){}])/y;

/**
 * Cuts a query into pieces.
 * @throws QuerySyntaxError at anything that is none, such as an escape other than `\'` and `\\`.
 */
export function lexQuery(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    LEXEME.lastIndex = at;
    const match = LEXEME.exec(text);
    if (match === null) throw new QuerySyntaxError(`nothing of the query language at ${String(at)}`);
    lexemes.push(toLexeme(match));
    at = skipSpace(text, LEXEME.lastIndex);
  }
  return lexemes;
}

function toLexeme([, word, string, operator, bracket]: RegExpExecArray): Lexeme {
  if (word !== undefined) return { kind: 'word', text: word };
  if (string !== undefined) return { kind: 'string', text: string.replaceAll(/\\(.)/g, '$1') };
  if (operator !== undefined) return { kind: 'operator', text: operator };
  return { kind: 'bracket', text: bracket ?? '' };
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}
