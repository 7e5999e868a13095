import { hash } from './hash';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, bits) => ALPHABET.charAt(bits >>> 6) + ALPHABET.charAt(bits & 63),
);
const ID_LENGTH = 33;
const ID_SALT = 0x1d;

/** Random-looking text of `pairs` pairs of characters; the same seed and key give the same text. */
export function randomText(seed: number, key: number, salt: number, pairs: number): string {
  let text = '';
  for (let i = 0; i < pairs; i += 2) {
    const bits = hash(seed, key, salt + i);
    text += pair(bits);
    if (i + 1 < pairs) text += pair(bits >>> 12);
  }
  return text;
}

/** Makes a file id in Drive's format: 33 characters that encode the 32-bit key. */
export function encodeId(seed: number, key: number): string {
  const check = hash(seed, key, ID_SALT - 1);
  return `1${pair(key)}${pair(key >>> 12)}${pair((key >>> 24) | ((check & 15) << 8))}${randomText(seed, key, ID_SALT, 13)}`;
}

/** Decodes the key of an id that `encodeId` made with the same seed; returns undefined for any other text. */
export function decodeId(seed: number, id: string): number | undefined {
  if (id.length !== ID_LENGTH) return undefined;
  const key = (bitsAt(id, 1) | (bitsAt(id, 3) << 12) | ((bitsAt(id, 5) & 0xff) << 24)) >>> 0;
  return encodeId(seed, key) === id ? key : undefined;
}

function pair(bits: number): string {
  return PAIRS[bits & 0xfff] ?? '';
}

function bitsAt(id: string, position: number): number {
  return (ALPHABET.indexOf(id.charAt(position)) << 6) | ALPHABET.indexOf(id.charAt(position + 1));
}
