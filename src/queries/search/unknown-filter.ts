import { closest } from '../../model/closest';
import { FILTER_NAMES, FILTERS_HINT, MARKS } from './filters';
import { QueryError } from './query-error';

const SIZE = 'larger: or smaller:, for example larger:5M';
const TIME = 'after: and before:, for example after:2026-01 before:2026-03';

/** What to use instead of filters that other tools have. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['size', SIZE],
  ['bigger', SIZE],
  ['modified', TIME],
  ['created', `${TIME}: they test when a file was modified`],
  ['date', TIME],
  ['newer', TIME],
  ['since', TIME],
  ['older', TIME],
  ['until', TIME],
  ['kind', 'type:, for example type:pdf'],
  ['mime', 'type:, for example type:image/png'],
  ['mimetype', 'type:, for example type:image/png'],
  ['from', 'owner:, for example owner:me'],
  ['author', 'owner:, for example owner:me'],
  ['folder', 'in:, for example in:/Taxes'],
  ['path', 'in:, for example in:/Taxes'],
  ['parent', 'in:, for example in:/Taxes'],
  ['text', 'content:, for example content:"annual report"'],
  ['contents', 'content:, for example content:"annual report"'],
  ['extension', 'ext:, for example ext:pdf'],
  ['filename', 'name:, for example name:report'],
  ...MARKS.map((mark) => [mark, `is:${mark}`] as const),
]);

/** The error about a filter that does not exist. `text` is what was typed, without a minus. */
export function unknownFilter(name: string, text: string): QueryError {
  const instead = INSTEAD.get(name);
  const meant = closest(name, FILTER_NAMES);
  const hint =
    instead !== undefined ? `use ${instead}` : meant !== undefined ? `did you mean ${meant}:?` : FILTERS_HINT;
  return new QueryError(
    `there is no filter ${JSON.stringify(`${name}:`)}`,
    `${hint}${hint.endsWith('?') ? '' : ';'} quote it to search for the text: ${quoted(text)}`,
  );
}

/**
 * The error about a comparison such as `size>5M`. Undefined if the word before the sign is no name that
 * anybody gives to a filter.
 */
export function wrongComparison(word: string): QueryError | undefined {
  const [, name = ''] = /^([a-z]+)[<>=]/i.exec(word) ?? [];
  const known = name.toLowerCase();
  const instead = INSTEAD.get(known) ?? (FILTER_NAMES.includes(known) ? `${known}:` : undefined);
  return instead === undefined
    ? undefined
    : new QueryError(
        `a filter has a colon, not ${JSON.stringify(word.charAt(name.length))}`,
        `use ${instead}; quote it to search for the text: ${quoted(word)}`,
      );
}

/** A text in the quotes of a query, inside those of a shell. */
function quoted(text: string): string {
  return `'"${text.replaceAll('"', '').replaceAll("'", String.raw`'\''`)}"'`;
}
