/** True if a pattern matches a whole text: `*` stands for any characters, `?` for one. */
export function matchesPattern(text: string, pattern: string): boolean {
  const characters = Array.from(text);
  const wanted = Array.from(pattern);
  let next = 0;
  /** The last star, and the first character that it does not stand for. */
  let star = -1;
  let after = 0;
  for (let at = 0; at < characters.length;) {
    if (wanted[next] === '*') {
      star = next++;
      after = at;
    } else if (wanted[next] === '?' || wanted[next] === characters[at]) {
      next++;
      at++;
    } else if (star === -1) return false;
    else {
      next = star + 1;
      at = ++after;
    }
  }
  return wanted.slice(next).every((character) => character === '*');
}

/** The parts of a pattern between its wildcards. */
export function literalsOf(pattern: string): string[] {
  return pattern.split(/[*?]+/);
}

/**
 * A pattern for SQLite's `LIKE … ESCAPE '\'` that matches at least as much. `LIKE` ignores the case of ASCII
 * letters only, so any other character stands for anything.
 */
export function likeOf(pattern: string): string {
  return Array.from(pattern, (character) => {
    if (character === '*' || character > '\u007f') return '%';
    if (character === '?') return '_';
    return /[%_\\]/.test(character) ? `\\${character}` : character;
  }).join('');
}
