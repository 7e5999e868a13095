/** C1 controls, line separators and marks that change the direction of writing: JSON allows them raw, a terminal obeys them. */
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The same JSON with no character that a terminal would obey: such characters, which occur in strings only, become `\uXXXX`. */
export function visibleJson(json: string): string {
  return json.replaceAll(OBEYED, (each) => String.raw`\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as one line of JSON that is safe on a terminal. */
export function jsonLine(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}
