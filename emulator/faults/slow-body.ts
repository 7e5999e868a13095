import type { ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';

const SPACES = Buffer.alloc(1 << 16, ' ');

/** A signal that aborts when the response closes, complete or not. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  else response.once('close', () => gone.abort());
  return gone.signal;
}

/** Waits for a time in ms, or until the client disconnects. */
export async function waitFor(ms: number, gone: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: gone }).catch(() => undefined);
}

/** Sends a body byte by byte. */
export async function trickle(response: ServerResponse, body: Buffer, msPerByte: number): Promise<void> {
  const gone = goneSignal(response);
  response.flushHeaders();
  for (let at = 0; at < body.length && !gone.aborted; at++) {
    await waitFor(msPerByte, gone);
    response.write(body.subarray(at, at + 1));
  }
  response.end();
}

/** Sends a body, then white space until the client disconnects. */
export async function pourEndless(response: ServerResponse, body: Buffer, zipped: boolean): Promise<void> {
  const squeeze = zipped ? createGzip({ level: 1 }) : new PassThrough();
  await pipeline(Readable.from(endless(body)), squeeze, response).catch(() => undefined);
}

function* endless(body: Buffer): Generator<Buffer> {
  yield body;
  for (;;) yield SPACES;
}
