/** A sheet of a spreadsheet. */
export interface Sheet {
  name: string;
  rows: string[][];
}

/** A slide and its speaker notes. */
export interface Slide {
  text: string;
  notes?: string;
}

/** A text, for Google Docs, Drawings and Apps Script. Lines end with `\n`. */
export interface TextDocument {
  text: string;
}

/** The sheets of Google Sheets. */
export interface SheetsDocument {
  sheets: Sheet[];
}

/** The slides of Google Slides. */
export interface SlidesDocument {
  slides: Slide[];
}

/** What a Docs editors file contains. */
export type EditorDocument = TextDocument | SheetsDocument | SlidesDocument;

/** All text of a document in one string. Speaker notes are left out. */
export function plainText(document: EditorDocument): string {
  if ('text' in document) return document.text;
  if ('slides' in document) return document.slides.map(({ text }) => text).join('\n\n');
  return document.sheets.map(({ rows }) => separated(rows, '\t')).join('\n\n');
}

/** The sheets of a document; a text is one sheet with a row for each line. */
export function sheetsOf(document: EditorDocument): readonly Sheet[] {
  if ('sheets' in document) return document.sheets;
  return [{ name: 'Sheet1', rows: linesOf(plainText(document)).map((line) => [line]) }];
}

/** The slides of a document; any other document is one slide. */
export function slidesOf(document: EditorDocument): readonly Slide[] {
  return 'slides' in document ? document.slides : [{ text: plainText(document) }];
}

/** The lines of a text. */
export function linesOf(text: string): string[] {
  return text.split('\n');
}

/** Writes rows as CSV or TSV. Cells with a separator, a quote or a line break are quoted. */
export function separated(rows: readonly string[][], separator: ',' | '\t'): string {
  const cell = (text: string): string =>
    text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(cell).join(separator)).join('\r\n');
}
