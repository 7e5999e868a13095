import { internalError, invalidValue } from '../http/api-error';
import { lexQuery, QuerySyntaxError, type Lexeme } from './lexer';
import {
  FLAG_OPERATORS,
  TEXT_OPERATORS,
  TIME_OPERATORS,
  type Collection,
  type FlagField,
  type Operator,
  type PropertyField,
  type Query,
  type TextField,
  type TimeField,
} from './query';

/**
 * Parses `q`; returns undefined for an empty query. `and` and `or` have the same precedence and associate to
 * the left, as Google documents: https://developers.google.com/workspace/drive/api/guides/search-files
 * @throws ApiError 400 at `q` for undocumented syntax, and 500 where Drive itself fails.
 */
export function parseQuery(text: string): Query | undefined {
  if (text.trim() === '') return undefined;
  try {
    const parser = new QueryParser(lexQuery(text));
    const query = parser.expression();
    parser.expectEnd();
    return query;
  } catch (error) {
    if (error instanceof QuerySyntaxError) throw invalidValue('q');
    throw error;
  }
}

const COLLECTIONS: Readonly<Record<Collection, true>> = {
  parents: true,
  owners: true,
  writers: true,
  readers: true,
};
const TIMES: Readonly<Record<TimeField, true>> = {
  modifiedTime: true,
  createdTime: true,
  viewedByMeTime: true,
};
const FLAGS: Readonly<Record<FlagField, true>> = { trashed: true, starred: true, sharedWithMe: true };
const PROPERTIES: Readonly<Record<PropertyField, true>> = { properties: true, appProperties: true };
const ORDERINGS: readonly string[] = ['<', '<=', '>', '>='];
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

class QueryParser {
  readonly #lexemes: readonly Lexeme[];
  #at = 0;

  constructor(lexemes: readonly Lexeme[]) {
    this.#lexemes = lexemes;
  }

  expression(): Query {
    let left = this.#factor();
    for (;;) {
      const kind = this.#takeWord('and') ? 'and' : this.#takeWord('or') ? 'or' : undefined;
      if (kind === undefined) return left;
      left = { kind, left, right: this.#factor() };
    }
  }

  expectEnd(): void {
    if (this.#at < this.#lexemes.length) throw new QuerySyntaxError('unexpected text after the query');
  }

  #factor(): Query {
    if (this.#takeWord('not')) return { kind: 'not', operand: this.#factor() };
    const { kind, text } = this.#next();
    if (kind === 'bracket' && text === '(') {
      const inner = this.expression();
      this.#expect('bracket', ')');
      return inner;
    }
    if (kind === 'string') return this.#membership(text);
    if (kind === 'word') return this.#condition(text);
    throw new QuerySyntaxError(`unexpected ${text}`);
  }

  #membership(value: string): Query {
    this.#expect('word', 'in');
    const collection = this.#next().text;
    if (!isKey(COLLECTIONS, collection)) throw new QuerySyntaxError(`${collection} is not a collection`);
    return { kind: 'in', collection, value };
  }

  #condition(field: string): Query {
    if (isKey(PROPERTIES, field)) return this.#property(field);
    if (isKey(FLAGS, field)) return this.#flag(field);
    const operator = this.#operator();
    if (field === 'name' && ORDERINGS.includes(operator)) throw internalError();
    const value = this.#string();
    if (isKey(TEXT_OPERATORS, field)) return textTerm(field, operator, value);
    if (isKey(TIMES, field)) return timeTerm(field, operator, value);
    throw new QuerySyntaxError(`unknown field ${field}`);
  }

  #flag(field: FlagField): Query {
    // Google's examples write `sharedWithMe` without a value.
    if (field === 'sharedWithMe' && this.#peek()?.kind !== 'operator')
      return { kind: 'flag', field, value: true };
    const operator = this.#operator();
    const { kind, text } = this.#next();
    if (kind !== 'word' || (text !== 'true' && text !== 'false'))
      throw new QuerySyntaxError(`${text} is not a boolean`);
    if (!isOperator(operator, FLAG_OPERATORS))
      throw new QuerySyntaxError(`${field} has no operator ${operator}`);
    return { kind: 'flag', field, value: (text === 'true') === (operator === '=') };
  }

  #property(field: PropertyField): Query {
    this.#expect('word', 'has');
    this.#expect('bracket', '{');
    this.#expect('word', 'key');
    this.#expect('operator', '=');
    const key = this.#string();
    this.#expect('word', 'and');
    this.#expect('word', 'value');
    this.#expect('operator', '=');
    const value = this.#string();
    this.#expect('bracket', '}');
    return { kind: 'has', field, key, value };
  }

  #operator(): string {
    const { kind, text } = this.#next();
    if (kind === 'operator' || text === 'contains') return text;
    throw new QuerySyntaxError(`${text} is not an operator`);
  }

  #string(): string {
    const { kind, text } = this.#next();
    if (kind !== 'string') throw new QuerySyntaxError(`${text} is not a quoted value`);
    return text;
  }

  #peek(): Lexeme | undefined {
    return this.#lexemes[this.#at];
  }

  #next(): Lexeme {
    const lexeme = this.#peek();
    if (lexeme === undefined) throw new QuerySyntaxError('unexpected end of the query');
    this.#at++;
    return lexeme;
  }

  #takeWord(word: string): boolean {
    const lexeme = this.#peek();
    if (lexeme?.kind !== 'word' || lexeme.text !== word) return false;
    this.#at++;
    return true;
  }

  #expect(kind: Lexeme['kind'], text: string): void {
    const lexeme = this.#next();
    if (lexeme.kind !== kind || lexeme.text !== text)
      throw new QuerySyntaxError(`expected ${text}, got ${lexeme.text}`);
  }
}

function textTerm(field: TextField, operator: string, value: string): Query {
  if (!isOperator(operator, TEXT_OPERATORS[field]))
    throw new QuerySyntaxError(`${field} has no operator ${operator}`);
  return { kind: 'text', field, operator, value };
}

function timeTerm(field: TimeField, operator: string, value: string): Query {
  if (!isOperator(operator, TIME_OPERATORS))
    throw new QuerySyntaxError(`${field} has no operator ${operator}`);
  return { kind: 'time', field, operator, ms: parseTime(value) };
}

/** Parses an RFC 3339 time; the default time zone is UTC. */
function parseTime(text: string): number {
  const match = TIME.exec(text);
  const [, time, , zone] = match ?? [];
  const ms = match === null ? NaN : Date.parse(time === undefined || zone !== undefined ? text : `${text}Z`);
  if (Number.isNaN(ms)) throw new QuerySyntaxError(`${text} is not a time`);
  return ms;
}

function isOperator(text: string, operators: readonly Operator[]): text is Operator {
  return operators.some((operator) => operator === text);
}

function isKey<K extends string>(table: Readonly<Record<K, unknown>>, text: string): text is K {
  return Object.hasOwn(table, text);
}
