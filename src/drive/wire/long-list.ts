import type { JsonObject } from '../../model/values';
import { isObject, parseJson, parseObject, plainBytes, release, textOf, type RawBody } from './json';

/** Bytes that are parsed at once. The more there are, the more lives when garbage is collected; and Node keeps a longer text outside of the heap. */
const PIECE = 48 * 1024;
/** What an answer says before its list is short. */
const HEAD = 16 * 1024;
const BLANK = String.raw`[ \t\n\r]*`;
const BLANKS: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\n\r'));
const [COMMA, BRACE] = Buffer.from(',}');

/** Where a list of objects starts. */
interface ListStart {
  /** The answer's text before its first element. */
  head: string;
  at: number;
  /** How its first element starts, up to the name of its first field: others that start so may be told apart by it. */
  opening: Buffer;
}

/**
 * Parses an answer, gives the elements of its list `field` in order, and returns it, perhaps without some of them: a page of thousands
 * takes no more memory than a few dozen.
 * @throws SyncFailure of kind `malformed` where the bytes are no JSON object, perhaps after some elements were given.
 */
export function parseLongList(body: RawBody, field: string, give: (element: unknown) => void): JsonObject {
  const bytes = plainBytes(body);
  const list = bytes.length > PIECE ? findList(bytes, field) : undefined;
  const from = list === undefined ? 0 : givePieces(bytes, list, give);
  const answer = parseObject((list?.head ?? '') + textOf(bytes.subarray(from)));
  if (body.gzip) release(bytes);
  const rest = answer[field];
  if (Array.isArray(rest)) for (const element of rest) give(element);
  return answer;
}

function findList(bytes: Buffer, field: string): ListStart | undefined {
  // A character a byte, so that places are the same.
  const text = bytes.toString('latin1', 0, HEAD);
  const start = new RegExp(`"${field}"${BLANK}:${BLANK}\\[${BLANK}(?=(\\{${BLANK}"[^"\\\\]*"))`).exec(text);
  if (start === null) return undefined;
  const [before, opening = ''] = start;
  const at = start.index + before.length;
  const head = textOf(bytes.subarray(0, at));
  // Something else in the answer may have a list of that name.
  const answer = parsedOrNone(`${head}]}`);
  return isObject(answer) && Array.isArray(answer[field])
    ? { head, at, opening: Buffer.from(opening, 'latin1') }
    : undefined;
}

/** Returns the place up to which elements were given. */
function givePieces(bytes: Buffer, { at, opening }: ListStart, give: (element: unknown) => void): number {
  let from = at;
  for (;;) {
    const cut = findCut(bytes, opening, from + PIECE);
    // JSON, if these are whole elements of a list: nothing shorter is.
    const piece = cut && parsedOrNone(`[${textOf(bytes.subarray(from, cut.end))}]`);
    if (cut === undefined || !Array.isArray(piece)) return from;
    for (const element of piece) give(element);
    from = cut.next;
  }
}

/** Where, from `at` on, an object ends and what may be the next element starts. */
function findCut(bytes: Buffer, opening: Buffer, at: number): { end: number; next: number } | undefined {
  for (let next = bytes.indexOf(opening, at); next !== -1; next = bytes.indexOf(opening, next + 1)) {
    const comma = lastNonBlank(bytes, next);
    const brace = lastNonBlank(bytes, comma);
    if (bytes[comma] === COMMA && bytes[brace] === BRACE) return { end: brace + 1, next };
  }
  return undefined;
}

function lastNonBlank(bytes: Buffer, before: number): number {
  let at = before - 1;
  while (BLANKS.has(bytes[at])) at -= 1;
  return at;
}

function parsedOrNone(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
