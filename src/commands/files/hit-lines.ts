import type { Hit } from '../../queries/contents/find';
import type { Snippet } from '../../queries/contents/snippet';
import type { Paths } from '../../queries/files/paths';
import { driveTimeCell, sizeCell } from '../render/cells';
import { printable } from '../render/text';
import type { Output } from '../shared/host';
import { listLines, type References } from './references';

const COLUMNS = [
  { title: '#' },
  { title: 'NAME' },
  { title: 'SIZE' },
  { title: 'MODIFIED', whole: true },
  { title: 'OWNER', optional: true },
  { title: 'WHERE', keepsEnd: true },
];
/** Only in a pipe: a terminal shows them on a line of their own. */
const TEXT_COLUMNS = [{ title: 'PLACE' }, { title: 'SNIPPET' }];
const INDENT = '   ';
const BOLD = '\u001B[1m';
const PLAIN = '\u001B[22m';

/**
 * The lines of search results. On a terminal, a file whose text matches has the text around the words below
 * it. In a pipe, that text and its place are the last fields.
 */
export function hitLines(
  hits: readonly Hit[],
  { paths, references }: { paths: Paths; references: References },
  output: Pick<Output, 'isTTY' | 'columns'>,
): string[] {
  if (hits.length === 0) return [];
  const isTerminal = output.isTTY === true;
  const hasTexts = !isTerminal && hits.some(({ snippet }) => snippet !== undefined);
  const rows = hits.map((hit, at) => ({
    item: hit,
    cells: [...cellsOf(hit, at + 1, paths), ...(hasTexts ? [hit.place ?? '', hit.snippet?.text ?? ''] : [])],
  }));
  const columns = hasTexts ? [...COLUMNS, ...TEXT_COLUMNS] : COLUMNS;
  const lines = listLines({ columns, rows, references }, output);
  if (!isTerminal) return lines;
  const [title = '', ...items] = lines;
  return [title, ...items.flatMap((line, at) => [line, ...textLine(hits[at])])];
}

function cellsOf(hit: Hit, number: number, paths: Paths) {
  const folder = paths.pathIn({ ...hit, name: '' }).slice(0, -1);
  return [
    number,
    hit.name,
    sizeCell(hit.size),
    driveTimeCell(hit.modifiedTime),
    hit.ownerEmail ?? '',
    folder,
  ];
}

function textLine(hit: Hit | undefined): string[] {
  if (hit?.match === 'drive') return [`${INDENT}found by Google: its text is not kept here`];
  if (hit?.snippet === undefined) return [];
  const place = hit.place === undefined ? '' : `${printable(hit.place)}: `;
  return [INDENT + place + marked(hit.snippet)];
}

/** The text with its matches in bold. */
function marked({ text, matches }: Snippet): string {
  let at = 0;
  let line = '';
  for (const [start, end] of matches) {
    // The matches of two words may overlap.
    if (start < at) continue;
    line += `${text.slice(at, start)}${BOLD}${text.slice(start, end)}${PLAIN}`;
    at = end;
  }
  return line + text.slice(at);
}
