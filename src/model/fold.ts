/** Accents of the scripts that people type without them; vowel signs of other scripts are letters, and stay. */
const ACCENTS = /[\u0300-\u036f]/g;
const PLAIN = /^[\u0020-\u007e]*$/;

/**
 * A text as it is searched for: without accents and compatibility forms, composed. Upper and lower case stay. SQLite takes a NUL for the end of
 * a text, so there is none in it.
 */
export function fold(text: string): string {
  return PLAIN.test(text)
    ? text
    : text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFC').replaceAll('\0', '\uFFFD');
}
