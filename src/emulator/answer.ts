import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const LEAST_CHUNK = 1024;
const JSON_TYPE = 'application/json; charset=UTF-8';
const HTML_TYPE = 'text/html; charset=UTF-8';

/** What goes back to the client. */
export interface Answer {
  status: number;
  body: string | Buffer;
  contentType: string;
  retryAfter?: string;
  /** Where a browser is sent. */
  location?: string;
  /** Sends the first half of the bytes as if they were all. */
  truncated?: boolean;
  /** Overrules the client's wish for compression. */
  gzip?: boolean;
}

/** An answer with a JSON document, written with white space unless it is written already. */
export function jsonAnswer(status: number, body: unknown, pretty = true): Answer {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  const text = isText ? body : JSON.stringify(body, undefined, pretty ? 2 : undefined);
  return { status, body: text, contentType: JSON_TYPE };
}

/** One of Google's error pages, as its front end sends them in place of JSON. */
export function htmlAnswer(status: number): Answer {
  const title = status === 200 ? 'Sign in' : `Error ${String(status)} (Server Error)!!1`;
  const body = `<!DOCTYPE html><html lang=en><title>${title}</title><p><b>${String(status)}.</b> <ins>That’s an error.</ins></html>`;
  return { status, body, contentType: HTML_TYPE };
}

/** A page for people. */
export function pageAnswer(status: number, html: string): Answer {
  return { status, body: html, contentType: HTML_TYPE };
}

/** Sends a browser elsewhere. */
export function redirectAnswer(location: string): Answer {
  return { ...pageAnswer(302, ''), location };
}

/** Sends an answer, compressed as Google does if the client asks for it. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const zipped = answer.gzip ?? (answer.body.length > 0 && acceptsGzip(request));
  const plain = toBytes(answer.body);
  // One piece of output: zlib goes back and forth between threads for each.
  const whole = zipped ? await compress(plain, { level: 1, chunkSize: plain.length + LEAST_CHUNK }) : plain;
  const bytes = answer.truncated === true ? whole.subarray(0, whole.length >>> 1) : whole;
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': bytes.length,
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
    vary: 'Origin, X-Origin',
    ...(zipped && { 'content-encoding': 'gzip' }),
    ...(answer.retryAfter !== undefined && { 'retry-after': answer.retryAfter }),
    ...(answer.location !== undefined && { location: answer.location }),
  });
  response.end(bytes);
}

function toBytes(body: string | Buffer): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
}
