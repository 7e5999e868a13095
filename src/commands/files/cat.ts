import type { ContentReader } from '../../content/store/reader';
import { CONTENT_REASONS } from '../../content/model/state';
import { EXIT, UserError } from '../../errors';
import { partOf, readText, textStateOf, type PlacedText, type TextState } from '../../queries/contents/texts';
import { isFolderItem, type Item } from '../../queries/files/items';
import { pathsOf } from '../../queries/files/paths';
import { requireContents } from '../../process/stores';
import type { Context } from '../shared/context';
import { formatCount } from '../render/text';
import { findTarget, requireItem } from './target';

/** Which part to print. */
export interface CatOptions {
  /** The number of a page, slide or sheet, or the label of a place. */
  page?: string;
}

/** Prints the text of a file. */
export function runCat(context: Context, named: string, { page }: CatOptions): number {
  const { home, config, json, out, tell } = context;
  const reader = requireContents(home, config.account);
  try {
    const item = requireItem(reader, findTarget(reader, named), named);
    const { state, text } = textFor(reader, item);
    const part = page === undefined ? text.text : requirePart(text, page);
    const { kind, chars, truncated } = state.body;
    if (json) {
      const path = pathsOf(reader).pathIn(item);
      const marks = page === undefined ? text.marks : undefined;
      out(JSON.stringify({ id: item.id, path, kind, chars, truncated, marks, text: part }));
      return EXIT.ok;
    }
    print(context, part);
    if (state.state === 'due') tell('The file has changed since: the next sync fetches its new text.');
    if (truncated) tell(`The file is longer: the first ${formatCount(chars)} characters are kept.`);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

type WithBody = TextState & { body: NonNullable<TextState['body']> };

/** @throws UserError that says why there is no text. */
function textFor(reader: ContentReader, item: Item): { state: WithBody; text: PlacedText } {
  const state = textStateOf(reader, item.id);
  const text = state?.body && readText(reader, state.body.pk);
  if (state?.body === undefined || text === undefined) throw noText(reader, item, state);
  return { state: { ...state, body: state.body }, text };
}

function noText({ texts }: ContentReader, item: Item, state: TextState | undefined): UserError {
  if (isFolderItem(item))
    return new UserError(`${JSON.stringify(item.name)} is a folder`, {
      hint: '`gdrive-sync ls` lists what is in a folder',
    });
  if (texts === 'none')
    return new UserError('no texts are kept', {
      hint: 'switch them on with `gdrive-sync content on --text`',
    });
  if (texts === 'other-store')
    return new UserError('the texts belong to another copy of the account', {
      hint: 'make them again with `gdrive-sync content rebuild`',
    });
  const name = JSON.stringify(item.name);
  if (texts === 'outdated' || state === undefined || (state.state === 'due' && state.reason === undefined))
    return new UserError(`the text of ${name} has not been fetched yet`, {
      hint: 'run `gdrive-sync sync`, and wait for it to fetch the texts',
    });
  const why = state.reason === undefined ? '' : `: ${CONTENT_REASONS[state.reason].says}`;
  return new UserError(`there is no text of ${name}${why}`, { hint: hintFor(item, state) });
}

function hintFor({ id, targetId }: Item, { state, reason }: TextState): string {
  if (reason === 'shortcut' && targetId !== undefined)
    return `print the text of its target with \`gdrive-sync cat ${targetId}\``;
  if (state === 'failed') return `try again with \`gdrive-sync content retry ${id}\``;
  if (state === 'needs-ocr') return 'search its text at Google with `gdrive-sync search <words> --drive`';
  if (state === 'due') return 'wait, then run `gdrive-sync sync`';
  return 'see `gdrive-sync content status --reasons` for all files without a text';
}

const MOST_NAMED = 10;

/** @throws UserError if the text has no such place. */
function requirePart(text: PlacedText, page: string): string {
  const part = partOf(text, page);
  if (part !== undefined) return part;
  const labels = text.marks.map(({ label }) => JSON.stringify(label));
  const more = labels.length > MOST_NAMED ? `, and ${formatCount(labels.length - MOST_NAMED)} more` : '';
  throw new UserError(`the text has no place ${JSON.stringify(page)}`, {
    hint:
      labels.length === 0
        ? 'it has no places: print all of it, without --page'
        : `its places are ${labels.slice(0, MOST_NAMED).join(', ')}${more}`,
  });
}

/** What a terminal would interpret. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Prints a text as it is. A terminal gets nothing that it would interpret. */
function print({ streams: { stdout } }: Context, text: string): void {
  const shown = stdout.isTTY === true ? text.replaceAll(UNSAFE, '\uFFFD') : text;
  stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}
