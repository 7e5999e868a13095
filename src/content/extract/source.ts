import { readSync } from 'node:fs';
import type { TextSink } from './text-sink';

/** Random access to a file's bytes. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Reads up to `length` bytes at `position`; fewer at the end of the file. */
  read(position: number, length: number): Buffer;
}

/**
 * Writes a file's text to a sink. It may stop when the sink is full.
 * @throws ExtractionError if the file gives no text.
 */
export type Extractor = (source: ByteSource, sink: TextSink) => void | Promise<void>;

/** The first `size` bytes of an open file. The descriptor's own position does not matter and stays. */
export function descriptorSource(descriptor: number, size: number): ByteSource {
  return {
    size,
    read(position, length) {
      const wanted = Math.max(0, Math.min(length, size - position));
      const bytes = Buffer.allocUnsafe(wanted);
      let filled = 0;
      while (filled < wanted) {
        const read = readSync(descriptor, bytes, filled, wanted - filled, position + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    },
  };
}

/** Bytes in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: all.length,
    read: (position, length) => all.subarray(position, position + Math.max(0, length)),
  };
}
