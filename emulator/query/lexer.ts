/** A token of a query; the `text` of a string is its value without quotes and escapes. */
export interface Lexeme {
  kind: 'word' | 'string' | 'operator' | 'bracket';
  text: string;
}

/** A syntax error in a query. Drive's response does not say more than that. */
export class QuerySyntaxError extends Error {
  override name = 'QuerySyntaxError';
}

const SPACE = /\s*/y;
const LEXEME = /([A-Za-z][A-Za-z0-9.]*)|'((?:[^'\\]|\\['\\])*)'|(<=|>=|!=|=|<|>)|([(){}])/y;

/**
 * Splits a query into tokens.
 * @throws QuerySyntaxError for anything else, such as an escape other than `\'` and `\\`.
 */
export function lexQuery(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    LEXEME.lastIndex = at;
    const match = LEXEME.exec(text);
    if (match === null) throw new QuerySyntaxError(`unexpected character at ${String(at)}`);
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
