/**
 * C1 control characters, line separators and bidirectional controls: JSON allows them unescaped, but
 * terminals interpret them.
 */
const INTERPRETED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Escapes the characters of a JSON text that a terminal would interpret. They occur only in strings. */
export function visibleJson(json: string): string {
  return json.replaceAll(
    INTERPRETED,
    (each) => String.raw`\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A value as one line of JSON that is safe on a terminal. */
export function jsonLine(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}
