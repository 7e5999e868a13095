import { ApiError } from '../http/api-error';

/** A field mask: all fields of an object, or some fields with their own masks. */
export type FieldMask = '*' | ReadonlyMap<string, FieldMask>;

/**
 * Parses the `fields` parameter: https://developers.google.com/workspace/drive/api/guides/fields-parameter
 * @throws ApiError for a malformed mask.
 */
export function parseMask(text: string): FieldMask {
  const parser = new MaskParser(text);
  const mask = parser.list();
  parser.expectEnd();
  return mask;
}

/**
 * Checks that a mask names only fields of `known`, a mask of all fields.
 * @throws ApiError 400 `invalidParameter` at `fields`, like Drive.
 */
export function checkMask(mask: FieldMask, known: FieldMask): void {
  if (mask === '*') return;
  // In a table of all fields, `*` stands for a value without fields.
  if (known === '*') throw invalidSelection([...mask.keys()].join(','));
  for (const [name, sub] of mask) {
    if (name === '*' && sub === '*') continue;
    const field = known.get(name) ?? known.get('*');
    if (field === undefined) throw invalidSelection(name);
    checkMask(sub, field);
  }
}

/** Copies the fields of a JSON value that the mask selects. */
export function selectFields(value: unknown, mask: FieldMask): unknown {
  if (mask === '*' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => selectFields(item, mask));
  const all = mask.has('*');
  const entries = Object.entries(value)
    .filter(([name]) => all || mask.has(name))
    .map(([name, field]) => [name, selectFields(field, mask.get(name) ?? '*')]);
  return Object.fromEntries(entries);
}

/** True if the mask selects a field, wholly or partly. */
export function selects(mask: FieldMask, name: string): boolean {
  return mask === '*' || mask.has('*') || mask.has(name);
}

/** The part of a mask that applies to the value of a field. */
export function subMask(mask: FieldMask, name: string): FieldMask {
  return mask === '*' ? '*' : (mask.get(name) ?? '*');
}

function invalidSelection(name: string): ApiError {
  const message = `Invalid field selection ${name}`;
  return new ApiError(400, { reason: 'invalidParameter', message, location: 'fields' });
}

const NAME = /[A-Za-z0-9_*-]+/y;

class MaskParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  list(): FieldMask {
    const fields = new Map<string, FieldMask>();
    do this.#item(fields);
    while (this.#take(','));
    return fields;
  }

  expectEnd(): void {
    if (this.#at < this.#text.length) throw invalidSelection(this.#text.slice(this.#at));
  }

  #item(fields: Map<string, FieldMask>): void {
    const name = this.#name();
    const sub = this.#sub();
    const before = fields.get(name);
    fields.set(name, before === undefined ? sub : union(before, sub));
  }

  #sub(): FieldMask {
    if (this.#take('/')) {
      const fields = new Map<string, FieldMask>();
      this.#item(fields);
      return fields;
    }
    if (!this.#take('(')) return '*';
    const fields = this.list();
    if (!this.#take(')')) throw invalidSelection(this.#text);
    return fields;
  }

  #name(): string {
    this.#skipSpace();
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw invalidSelection(this.#text.slice(this.#at));
    this.#at += name.length;
    return name;
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  /** Google's own examples put spaces after commas. */
  #skipSpace(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }
}

function union(a: FieldMask, b: FieldMask): FieldMask {
  if (a === '*' || b === '*') return '*';
  const both = new Map(a);
  for (const [name, sub] of b) {
    const before = both.get(name);
    both.set(name, before === undefined ? sub : union(before, sub));
  }
  return both;
}
