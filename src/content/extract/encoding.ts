import { TextDecoder } from 'node:util';
import { analyse } from 'chardet';
import type { ByteSource } from './source';

const CHUNK = 64 * 1024;
/** What a text in an unknown encoding is read as, and what browsers read unlabeled pages as. */
const USUAL = 'windows-1252';
/** UTF-8 with one damaged character in this many is still UTF-8. */
const DAMAGED_SHARE = 100;
/** Of 100. Below that, the detector has only found nothing that speaks against an encoding. */
const LEAST_CONFIDENCE = 20;
/** Bytes around a character that are given to the detector. */
const SURROUNDINGS = 64;

/**
 * The text of a file in pieces, read as they are needed. Its encoding is the one of its byte-order mark, or what
 * its first piece with a character outside ASCII looks like.
 * @param declared - the encoding that the file says it has, which wins unless the bytes contradict it.
 */
export function* textOf(source: ByteSource, declared?: string): Generator<string> {
  let decoder = wideDecoder(source.read(0, CHUNK));
  for (let position = 0; position < source.size;) {
    const bytes = source.read(position, CHUNK);
    if (bytes.length === 0) break;
    position += bytes.length;
    // ASCII is the same in all the others, so what follows decides.
    if (decoder === undefined && !isAscii(bytes)) decoder = new TextDecoder(encodingOf(bytes, declared));
    yield decoder === undefined ? bytes.toString('latin1') : decoder.decode(bytes, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
}

/** The encoding that some bytes of a text are in, as a label of `TextDecoder`. */
export function encodingOf(bytes: Buffer, declared?: string): string {
  if (isUtf8(bytes)) return 'utf-8';
  const known = declared === undefined ? undefined : labelOf(declared);
  // A page that was read by a program is not in UTF-16, whatever it says.
  if (known !== undefined && !known.startsWith('utf-')) return known;
  for (const { name, confidence } of analyse(tellingBytes(bytes))) {
    const label = labelOf(name);
    if (confidence >= LEAST_CONFIDENCE && label !== undefined && !label.startsWith('utf-')) return label;
  }
  return USUAL;
}

/** The surroundings of the characters outside ASCII, since a lot of ASCII hides them from statistics. */
function tellingBytes(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = bytes.findIndex(isTelling); at !== -1 && at < bytes.length; at += 1) {
    if (!isTelling(bytes[at] ?? 0)) continue;
    const end = Math.min(bytes.length, at + SURROUNDINGS);
    parts.push(bytes.subarray(Math.max(0, at - SURROUNDINGS / 2), end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** Escape is in no ASCII text of a person, but begins a change of alphabet in ISO-2022. */
function isTelling(byte: number): boolean {
  return byte >= 0x80 || byte === 0x1b;
}

/** The name that `TextDecoder` has for an encoding; undefined if it has none. */
export function labelOf(name: string): string | undefined {
  try {
    return new TextDecoder(name.trim()).encoding;
  } catch {
    return undefined;
  }
}

/** UTF-16, with a byte-order mark or with the zeros of characters below U+0100 on one side. */
function wideDecoder(head: Buffer): TextDecoder | undefined {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  const even = zerosAt(head, 0);
  const odd = zerosAt(head, 1);
  const [less, more] = even < odd ? [even, odd] : [odd, even];
  if (more < head.length * 0.2 || less > more * 0.1) return undefined;
  return new TextDecoder(odd > even ? 'utf-16le' : 'utf-16be');
}

function zerosAt(bytes: Buffer, first: 0 | 1): number {
  let count = 0;
  for (let at = first; at < bytes.length; at += 2) if (bytes[at] === 0) count += 1;
  return count;
}

function isAscii(bytes: Buffer): boolean {
  return !bytes.some(isTelling);
}

function isUtf8(bytes: Buffer): boolean {
  if (bytes.includes(0x1b) && isAlphabetChange(bytes)) return false;
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  let [characters, damaged] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) damaged += 1;
    else if (code >= 0x80) characters += 1;
  }
  return damaged * DAMAGED_SHARE <= characters;
}

function isAlphabetChange(bytes: Buffer): boolean {
  return ['\x1b$B', '\x1b$@', '\x1b(J', '\x1b$)C'].some((sequence) => bytes.includes(sequence));
}

const CONTROLS = /[\u0080-\u009f]/g;

/**
 * Puts the characters of windows-1252 in the place of control characters that nobody writes. Some versions of
 * Node's decoder take windows-1252 for Latin-1 (https://github.com/nodejs/node/issues/56542).
 */
export function withoutControls(text: string): string {
  return text.replaceAll(CONTROLS, (control) =>
    // In a stream it works.
    new TextDecoder(USUAL).decode(Buffer.from(control, 'latin1'), { stream: true }),
  );
}
