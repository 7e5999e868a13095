/** A word as SQL writes it. With the type of an enumeration, a misspelt one does not compile: `literal<RemovalCause>('scope')`. */
export function literal<Word extends string>(word: Word): `'${Word}'` {
  return `'${word}'`;
}
