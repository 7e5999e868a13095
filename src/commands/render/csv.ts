import type { SqlValue } from '../../model/values';
import { printable } from './text';

/** One record of RFC 4180: quoted where it must be, quotes doubled; NULL is empty. */
export function csvLine(values: readonly SqlValue[]): string {
  return values.map(csvField).join(',');
}

function csvField(value: SqlValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** How a text begins that spreadsheets run as a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** A cell that a spreadsheet shows and does not run: names and descriptions are other people's text. Numbers stay as they are. */
function withoutFormula(value: SqlValue): SqlValue {
  return typeof value === 'string' && FORMULA.test(value) ? `'${value}` : value;
}

/**
 * Makes the writer of the records of one output. Unless `raw`, no cell is a formula. On a terminal, characters that it would obey
 * become visible.
 */
export function csvWriter({
  raw,
  isTerminal,
}: {
  raw: boolean;
  isTerminal: boolean;
}): (values: readonly SqlValue[]) => string {
  return (values) => {
    const line = csvLine(raw ? values : values.map(withoutFormula));
    return isTerminal ? printable(line) : line;
  };
}
