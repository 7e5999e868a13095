import { fold } from '../../model/fold';

/** A character of the scripts without spaces between words. The long-vowel mark belongs to no script, but to such a run. */
export const CJK = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]`;
const CJK_RUN = new RegExp(`${CJK}+`, 'gu');
/** Where such characters are: far faster to look for than the scripts. */
const MAYBE_CJK = /[\u1100-\u11ff\u2e80-\udfff\uf900-\ufaff]/;
const PIECE = /.{1,4096}/gsu;
/** What the index's tokenizer (unicode61) takes for one token, and no person searches for: base64, hashes. */
const LONG_TOKEN = /[\p{L}\p{N}\p{Co}]{65,}/gu;
/** In characters. */
export const LONGEST_TOKEN = 64;

/**
 * The form of a text that is indexed, and the form of a query. Accents are folded. Runs of Chinese, Japanese
 * and Korean characters are cut into overlapping pairs, because the tokenizer takes a whole run for one word.
 * Tokens of more than 64 characters are dropped.
 */
export function termsOf(text: string): string {
  const folded = fold(text);
  const cut = MAYBE_CJK.test(folded) ? folded.replaceAll(CJK_RUN, (run) => ` ${pairsOf(run)} `) : folded;
  return hasLongRun(cut) ? cut.replaceAll(LONG_TOKEN, ' ') : cut;
}

/** Whether there can be a long token. A regular expression would look ahead from each character. */
function hasLongRun(text: string): boolean {
  let space = -1;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) <= 32) space = at;
    else if (at - space > LONGEST_TOKEN) return true;
  }
  return false;
}

/** Piece by piece, since a run can be a whole book, and a list of its characters takes much memory. */
function pairsOf(run: string): string {
  let last = '';
  const pieces: string[] = [];
  for (const [piece] of run.matchAll(PIECE)) {
    const characters = Array.from(`${last}${piece}`);
    const pairs = characters.slice(1).map((next, index) => `${characters[index] ?? ''}${next}`);
    if (pairs.length > 0) pieces.push(pairs.join(' '));
    last = characters.at(-1) ?? '';
  }
  return pieces.length === 0 ? run : pieces.join(' ');
}
