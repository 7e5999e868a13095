/** A part of a body: from `start` up to, but not including, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a `Range` header. `whole`: it is missing, malformed or has several ranges, and the whole body is sent.
 * `unsatisfiable`: no byte of the body is in the range.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const tail = /^bytes=-(\d+)$/.exec(header ?? '')?.[1];
  if (tail !== undefined) return suffix(Number(tail), size);
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (found === null) return 'whole';
  const start = Number(found[1]);
  const end = found[2] === '' ? Infinity : Number(found[2]) + 1;
  if (end <= start) return 'whole';
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size) };
}

function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size };
}
