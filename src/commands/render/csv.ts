import type { SqlValue } from '../../model/values';
import { printable } from './text';

/** A field that needs quotes: https://www.rfc-editor.org/rfc/rfc4180 */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * The beginning of a text that spreadsheets run as a formula:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** One record of RFC 4180: quotes fields only if they need it, doubles quotes; NULL is empty. */
export function csvLine(values: readonly SqlValue[]): string {
  return recordOf(values, true);
}

/** Joins fields in one pass: an export has dozens of them in each of a million records. */
function recordOf(values: readonly SqlValue[], raw: boolean): string {
  let line = '';
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? null;
    if (at > 0) line += ',';
    if (typeof value === 'string') line += csvField(!raw && FORMULA.test(value) ? `'${value}` : value);
    else if (value !== null) line += csvField(String(value));
  }
  return line;
}

function csvField(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Creates a function that formats records. Unless `raw`, it escapes formulas, because other people write names
 * and descriptions. For a terminal, it makes control characters visible.
 */
export function csvWriter({
  raw,
  isTerminal,
}: {
  raw: boolean;
  isTerminal: boolean;
}): (values: readonly SqlValue[]) => string {
  return (values) => {
    const line = recordOf(values, raw);
    return isTerminal ? printable(line) : line;
  };
}
