import type { JsonObject } from '../../model/values';
import { isObject, parseJson, parseObject, plainBytes, release, textOf, type RawBody } from './json';

/**
 * Bytes to parse at once. A larger piece keeps more objects alive during a garbage collection, and Node
 * stores longer texts outside of the heap.
 */
const PIECE = 48 * 1024;
/** The part of an answer in which its list starts. */
const HEAD = 16 * 1024;
const BLANK = String.raw`[ \t\n\r]*`;
const BLANKS: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\n\r'));
const [COMMA, BRACE] = Buffer.from(',}');

/** Where a list of objects starts. */
interface ListStart {
  /** The answer's text before its first element. */
  head: string;
  at: number;
  /**
   * The beginning of its first element up to the name of the first field. Other elements may start the same
   * way.
   */
  opening: Buffer;
}

/**
 * Parses an answer, passes the elements of its list `field` on in order, and returns the answer, perhaps
 * without some of them. So a page of thousands of elements takes no more memory than one of a few dozen.
 * @throws SyncFailure of kind `malformed` if the bytes are not a JSON object, perhaps after some elements
 * were passed on.
 */
export function parseLongList(
  body: RawBody,
  field: string,
  onElement: (element: unknown) => void,
): JsonObject {
  const bytes = plainBytes(body);
  const list = bytes.length > PIECE ? findList(bytes, field) : undefined;
  const from = list === undefined ? 0 : parsePieces(bytes, list, onElement);
  const answer = parseObject((list?.head ?? '') + textOf(bytes.subarray(from)));
  if (body.gzip) release(bytes);
  const rest = answer[field];
  if (Array.isArray(rest)) for (const element of rest) onElement(element);
  return answer;
}

function findList(bytes: Buffer, field: string): ListStart | undefined {
  // One character per byte, so that indexes are the same.
  const text = bytes.toString('latin1', 0, HEAD);
  const start = new RegExp(`"${field}"${BLANK}:${BLANK}\\[${BLANK}(?=(\\{${BLANK}"[^"\\\\]*"))`).exec(text);
  if (start === null) return undefined;
  const [before, opening = ''] = start;
  const at = start.index + before.length;
  const head = textOf(bytes.subarray(0, at));
  // Another object in the answer may have a list of that name.
  const answer = parsedOrNone(`${head}]}`);
  return isObject(answer) && Array.isArray(answer[field])
    ? { head, at, opening: Buffer.from(opening, 'latin1') }
    : undefined;
}

/** Returns the index up to which elements were passed on. */
function parsePieces(
  bytes: Buffer,
  { at, opening }: ListStart,
  onElement: (element: unknown) => void,
): number {
  let from = at;
  for (;;) {
    const cut = findCut(bytes, opening, from + PIECE);
    // Valid JSON only if it consists of whole elements.
    const piece = cut && parsedOrNone(`[${textOf(bytes.subarray(from, cut.end))}]`);
    if (cut === undefined || !Array.isArray(piece)) return from;
    for (const element of piece) onElement(element);
    from = cut.next;
  }
}

/** Finds, from `at` on, where an object ends and what may be the next element starts. */
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
