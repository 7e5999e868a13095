import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SyncFailure } from '../model/failure';
import { header } from './headers';

/** Takes the body of a response, piece by piece. */
export interface BodySink {
  /** Learns the status and the headers before the first piece. It may throw to refuse the body. */
  begin(response: { status: number; headers: unknown }): void;
  /** Takes a piece, which is reused after the promise has settled. */
  write(piece: Uint8Array): Promise<void>;
}

/** A body without a byte for this long has stalled. */
const STALLED_MS = 30_000;
/** So has one that brings less than this in `SLOW_MS`. */
const SLOW_BYTES = 60_000;
const SLOW_MS = 60_000;
const LOOK_MS = 1_000;

/**
 * Pours a body into a sink, at the sink's pace. A compressed body is inflated.
 * @throws SyncFailure of kind `too-slow` if the body stalls; whatever the sink throws.
 */
export async function pour(
  body: Readable | null,
  response: { status: number; headers: unknown },
  sink: BodySink,
): Promise<void> {
  sink.begin(response);
  if (body === null) return;
  const watch = new StallWatch(() => body.destroy(new SyncFailure('too-slow')));
  const isCompressed = header(response.headers, 'content-encoding') === 'gzip';
  const plain = isCompressed ? body.pipe(createGunzip()) : body;
  // `pipe` passes no errors on.
  if (plain !== body) body.once('error', (error) => plain.destroy(error));
  try {
    for await (const piece of plain as AsyncIterable<Uint8Array>) {
      watch.count(piece.byteLength);
      watch.pause();
      await sink.write(piece);
      watch.resume();
    }
  } finally {
    watch.close();
    body.destroy();
  }
}

/** Ends a body that brings too little. The time that the sink takes does not count. */
class StallWatch {
  readonly #timer: NodeJS.Timeout;
  #idleMs = 0;
  #windowMs = 0;
  #windowBytes = 0;
  #isPaused = false;

  constructor(end: () => void) {
    this.#timer = setInterval(() => {
      if (this.#isPaused) return;
      this.#idleMs += LOOK_MS;
      this.#windowMs += LOOK_MS;
      const isSlow = this.#windowMs >= SLOW_MS && this.#windowBytes < SLOW_BYTES;
      if (this.#idleMs >= STALLED_MS || isSlow) end();
      if (this.#windowMs >= SLOW_MS) [this.#windowMs, this.#windowBytes] = [0, 0];
    }, LOOK_MS);
  }

  count(bytes: number): void {
    this.#idleMs = 0;
    this.#windowBytes += bytes;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
