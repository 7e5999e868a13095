import { stripVTControlCharacters } from 'node:util';
import { printable } from './text';

/** Most names are plain, and long lists are made of names. */
const PLAIN = /^[ -~]*$/;

/** Columns a terminal gives a string: wide characters take two, combining ones none. */
function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Lines of a table with aligned columns; numbers are aligned to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => printable(typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)),
  );
  // Not as arguments of one call: a folder may have half a million rows.
  const widths = header.map((title, column) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), displayWidth(title)),
  );
  const isNumeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const pad = (text: string, column: number) => {
    const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(text)));
    return isNumeric[column] === true ? space + text : text + space;
  };
  return [header, ...cells].map((row) => row.map(pad).join('  ').trimEnd());
}
