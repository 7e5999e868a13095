/** Accents that people leave out when they type. Vowel signs of other scripts are letters, and stay. */
const ACCENTS = /[\u0300-\u036f]/g;
const PLAIN = /^[\u0020-\u007e]*$/;

/**
 * Normalizes a text for search: composed, without accents and compatibility forms. Case stays. A NUL is
 * replaced, since SQLite takes it for the end of a text.
 */
export function fold(text: string): string {
  return PLAIN.test(text)
    ? text
    : text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFC').replaceAll('\0', '\uFFFD');
}
