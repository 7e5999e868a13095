import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Content } from '../contents/content';
import type { BodyFault } from '../faults/fault';
import { pourEndless, trickle } from '../faults/slow-body';
import { bytesOf, gzipBody, isBody, type Body } from './body';
import { sendContent } from './content-sender';

const JSON_TYPE = 'application/json; charset=UTF-8';
const HTML_TYPE = 'text/html; charset=UTF-8';

/** A response to the client. */
export interface Answer {
  status: number;
  body: Body;
  contentType: string;
  retryAfter?: string;
  /** The target of a redirect. */
  location?: string;
  /** Sends only the first half of the bytes, as if it were the whole body. */
  truncated?: boolean;
  /** Overrides the client's `Accept-Encoding`. */
  gzip?: boolean;
  /** Sends the body byte by byte, with this delay between bytes. */
  msPerByte?: number;
  /** Never ends the body. */
  endless?: boolean;
  /** More headers. */
  headers?: OutgoingHttpHeaders;
  /** Is sent in parts instead of `body`, without further compression. */
  content?: Content;
  /** Sends `content` without its length. */
  isChunked?: boolean;
  /** Happens while `content` is sent. */
  bodyFault?: BodyFault;
}

/** A JSON response. A document is written with or without white space; text is sent unchanged. */
export function jsonAnswer(status: number, body: unknown, pretty = true): Answer {
  const text = isBody(body) ? body : JSON.stringify(body, undefined, pretty ? 2 : undefined);
  return { status, body: text, contentType: JSON_TYPE };
}

/** An HTML error page, as Google's front end sends it instead of JSON. */
export function htmlAnswer(status: number): Answer {
  const title = status === 200 ? 'Sign in' : `Error ${String(status)} (Server Error)!!1`;
  const body = `<!DOCTYPE html><html lang=en><title>${title}</title><p><b>${String(status)}.</b> <ins>That’s an error.</ins></html>`;
  return { status, body, contentType: HTML_TYPE };
}

/** An HTML page. */
export function pageAnswer(status: number, html: string): Answer {
  return { status, body: html, contentType: HTML_TYPE };
}

/** A redirect. */
export function redirectAnswer(location: string): Answer {
  return { ...pageAnswer(302, ''), location };
}

/**
 * Sends a response, compressed with gzip if the client accepts it. `count` gets the number of bytes of each part
 * of a content.
 */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  count: (bytes: number) => void,
): Promise<void> {
  const { body, content, isChunked = false, bodyFault: fault } = answer;
  if (content !== undefined) {
    const { status } = answer;
    const headers = headersOf(answer, false);
    return sendContent(request, response, { status, headers, content, isChunked, fault, count });
  }
  const zipped = answer.gzip ?? (acceptsGzip(request) && body !== '');
  // The parts are not concatenated: a buffer of a quarter of a megabyte for each page would keep the garbage
  // collector busy.
  const whole = zipped ? await gzipBody(body) : [bytesOf(body)];
  const parts = answer.truncated === true ? firstHalf(whole) : whole;
  if (response.destroyed) return;
  response.writeHead(answer.status, headersOf(answer, zipped, lengthOf(parts)));
  if (answer.endless === true) return pourEndless(response, bytesOf(body), zipped);
  if (answer.msPerByte !== undefined) return trickle(response, Buffer.concat(parts), answer.msPerByte);
  response.cork();
  for (const part of parts) response.write(part);
  response.end();
}

function headersOf(
  { contentType, retryAfter, location, endless, headers }: Answer,
  zipped: boolean,
  length?: number,
): OutgoingHttpHeaders {
  return {
    'content-type': contentType,
    ...(endless !== true && length !== undefined && { 'content-length': length }),
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
    vary: 'Origin, X-Origin',
    ...(zipped && { 'content-encoding': 'gzip' }),
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
    ...(location !== undefined && { location }),
    ...headers,
  };
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function firstHalf(parts: readonly Buffer[]): Buffer[] {
  const bytes = Buffer.concat(parts);
  return [bytes.subarray(0, bytes.length >>> 1)];
}

/** True if the client accepts gzip. */
export function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
}
