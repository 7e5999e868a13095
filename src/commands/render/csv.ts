import type { SqlValue } from '../../model/values';
import { printable } from './text';

/** One record of RFC 4180: quotes fields only if they need it, doubles quotes; NULL is empty. */
export function csvLine(values: readonly SqlValue[]): string {
  return values.map(csvField).join(',');
}

function csvField(value: SqlValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The beginning of a text that spreadsheets run as a formula:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** Escapes a formula, because other people write names and descriptions. Numbers stay as they are. */
function withoutFormula(value: SqlValue): SqlValue {
  return typeof value === 'string' && FORMULA.test(value) ? `'${value}` : value;
}

/**
 * Creates a function that formats records. Unless `raw`, it escapes formulas. For a terminal, it makes
 * control characters visible.
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
