/**
 * A word as an SQL literal. With the type of an enumeration, a misspelling does not compile:
 * `literal<RemovalCause>('scope')`.
 */
export function literal<Word extends string>(word: Word): `'${Word}'` {
  return `'${word}'`;
}
