/** A local binding: in a test runner's sandbox, each use of a global costs more than the whole hash. */
const { imul } = Math;

/**
 * A 32-bit hash of a slot. A different `salt` gives an independent hash. The seed must look random itself.
 */
export function hash(seed: number, slot: number, salt: number): number {
  return scramble(imul(slot + 1, 0x9e3779b1) ^ imul(salt + 1, 0x85ebca77) ^ seed);
}

/** A hash as a fraction in [0, 1). */
export function fraction(seed: number, slot: number, salt: number): number {
  return hash(seed, slot, salt) / 0x1_0000_0000;
}

/** A bijection of the 32-bit integers (the finalizer of MurmurHash3); `unscramble` inverts it. */
export function scramble(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The inverse of `scramble`; its factors are the inverses of `scramble`'s modulo 2^32. */
export function unscramble(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = imul(h, 0x7ed1b41d);
  h ^= (h >>> 13) ^ (h >>> 26);
  h = imul(h, 0xa5cb9243);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream of fractions in [0, 1); the same seed gives the same stream. */
export function randomFractions(seed: number): () => number {
  const start = scramble(seed);
  let count = 0;
  return () => fraction(start, count++, 0x7a);
}
