import stringWidth from 'string-width';
import type { Output } from '../shared/host';
import { printable } from './text';

/** A value and its text for a terminal; a pipe gets the value. */
export interface Shown {
  shown: string;
  value: string | number;
}

/** A cell of a table. Numbers are aligned to the right. */
export type Cell = string | number | Shown;

/** A column of a table. */
export interface Column {
  title: string;
  /** Never cut, as for ids. */
  whole?: boolean;
  /** Cut at the beginning, as for paths, whose end says more. */
  keepsEnd?: boolean;
  /** Left out if the terminal is too narrow. */
  optional?: boolean;
}

/** A fast path: most names are ASCII. */
const PLAIN = /^[ -~]*$/;
const GAP = '  ';
const READABLE_WIDTH = 20;
const LEAST_WIDTH = 8;
const CUT = '…';
const graphemes = new Intl.Segmenter();

/** The columns that a string takes on a terminal: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to a display width, at its end or, with `keepsEnd`, at its beginning. */
export function cutTo(text: string, width: number, keepsEnd = false): string {
  if (displayWidth(text) <= width) return text;
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  if (keepsEnd) characters.reverse();
  const kept: string[] = [];
  let used = displayWidth(CUT);
  for (const character of characters) {
    used += displayWidth(character);
    if (used > width) break;
    kept.push(character);
  }
  return keepsEnd ? CUT + kept.toReversed().join('') : kept.join('') + CUT;
}

function textOf(cell: Cell): string {
  if (typeof cell === 'number') return cell.toLocaleString('en-US');
  return printable(typeof cell === 'string' ? cell : cell.shown);
}

/** Replaces control characters: a tab or a line break would end the field. */
function fieldOf(cell: Cell): string {
  return printable(String(typeof cell === 'object' ? cell.value : cell));
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || (typeof cell === 'object' && typeof cell.value === 'number');
}

function isNumericColumn(rows: readonly (readonly Cell[])[], at: number): boolean {
  const cells = rows.map((row) => row[at]).filter((cell) => cell !== '');
  return cells.length > 0 && cells.every(isNumber);
}

/**
 * Formats the lines of a table. On a terminal, columns are aligned and cut to its width. In a pipe, fields
 * are complete and separated by tabs, without a header, for `cut` and `awk`.
 */
export function formatTable(
  columns: readonly (string | Column)[],
  rows: readonly (readonly Cell[])[],
  { isTTY, columns: width }: Pick<Output, 'isTTY' | 'columns'>,
): string[] {
  if (isTTY !== true) return rows.map((row) => row.map(fieldOf).join('\t'));
  const all = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  return alignedLines(all, rows, width ?? Infinity);
}

interface Measured extends Column {
  at: number;
  width: number;
  isNumeric: boolean;
  texts: string[];
}

function alignedLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string[] {
  const measured = columns.map((column, at) => measure(column, at, rows));
  const shown = fit(measured, width);
  const lines = [shown.map((column) => pad(column.title, column))];
  for (let row = 0; row < rows.length; row++)
    lines.push(shown.map((column) => pad(column.texts[row] ?? '', column)));
  return lines.map((cells) => cells.join(GAP).trimEnd());
}

function measure(column: Column, at: number, rows: readonly (readonly Cell[])[]): Measured {
  const texts = rows.map((row) => textOf(row[at] ?? ''));
  // Not `Math.max(...texts)`: a folder may have half a million rows, too many for one call.
  const width = texts.reduce(
    (widest, text) => Math.max(widest, displayWidth(text)),
    displayWidth(column.title),
  );
  return { ...column, at, width, texts, isNumeric: isNumericColumn(rows, at) };
}

function widthOf(columns: readonly Measured[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));
}

/**
 * Cuts the widest columns to a width that is still readable. If that is not enough, leaves out optional
 * columns, the last one first, and cuts further only when none is left.
 */
function fit(columns: readonly Measured[], width: number): Measured[] {
  const readable = cutColumns(columns, width, READABLE_WIDTH);
  if (widthOf(readable) <= width) return readable;
  const last = columns.findLastIndex(({ optional }) => optional === true);
  return last === -1 ? cutColumns(columns, width, LEAST_WIDTH) : fit(columns.toSpliced(last, 1), width);
}

function cutColumns(columns: readonly Measured[], width: number, least: number): Measured[] {
  const cut = columns.map((column) => ({ ...column }));
  for (let excess = widthOf(cut) - width; excess > 0; excess = widthOf(cut) - width) {
    const [widest, next] = cut
      .filter((column) => column.whole !== true && !column.isNumeric && column.width > least)
      .toSorted((a, b) => b.width - a.width);
    if (widest === undefined) break;
    widest.width = Math.max(least, widest.width - excess, Math.min(next?.width ?? 0, widest.width - 1));
  }
  return cut;
}

function pad(text: string, { width, isNumeric, keepsEnd }: Measured): string {
  const cut = cutTo(text, width, keepsEnd);
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)));
  return isNumeric ? space + cut : cut + space;
}
