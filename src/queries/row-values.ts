import type { Row } from '../store/reader';

/** A column's text; undefined where it is null or of another type. */
export function text(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
}

/** A column's number; undefined where it is null. */
export function count(row: Row, name: string): number | undefined {
  const value = row[name];
  return value == null ? undefined : Number(value);
}
