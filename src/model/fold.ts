/** Accents of the scripts that people type without them; vowel signs of other scripts are letters, and stay. */
const ACCENTS = /[\u0300-\u036f]/g;
const PLAIN = /^[\u0020-\u007e]*$/;

/** A text as it is searched for: without accents and compatibility forms, composed. Upper and lower case stay. */
export function fold(text: string): string {
  return PLAIN.test(text) ? text : text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFC');
}
