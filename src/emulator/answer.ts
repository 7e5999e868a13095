import type { IncomingMessage, ServerResponse } from 'node:http';
import { PackedText } from './packed-text';

const JSON_TYPE = 'application/json; charset=UTF-8';
const HTML_TYPE = 'text/html; charset=UTF-8';

/** What goes back to the client. */
export interface Answer {
  status: number;
  body: string | PackedText;
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
  const isText = typeof body === 'string' || body instanceof PackedText;
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
  const text =
    answer.body instanceof PackedText ? answer.body : new PackedText([{ bytes: Buffer.from(answer.body) }]);
  const zipped = answer.gzip ?? (acceptsGzip(request) && !text.isEmpty);
  const whole = zipped ? await text.gzip() : text.bytes;
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

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
}
