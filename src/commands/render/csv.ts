import type { SqlValue } from '../../model/file';

/** One record of RFC 4180: quoted where it must be, quotes doubled; NULL is empty. */
export function csvLine(values: readonly SqlValue[]): string {
  return values.map(csvField).join(',');
}

function csvField(value: SqlValue): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
