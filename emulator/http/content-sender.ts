import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Content } from '../contents/content';
import type { BodyFault } from '../faults/fault';
import { goneSignal, waitFor } from '../faults/slow-body';

const PART_BYTES = 1 << 18;

/** A body that is sent in parts. */
export interface ContentBody {
  status: number;
  headers: OutgoingHttpHeaders;
  content: Content;
  /** True if the client does not get the length. */
  isChunked: boolean;
  fault: BodyFault | undefined;
  /** Is called with the number of bytes of each part. */
  count: (bytes: number) => void;
}

/** Sends a body in parts, and plays a fault in the middle of it. */
export async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  body: ContentBody,
): Promise<void> {
  const { status, headers, content, fault } = body;
  const isChunked = fault?.kind === 'cut' ? (fault.framing ?? 'length') !== 'length' : body.isChunked;
  const { size } = content;
  response.writeHead(status, { ...headers, ...(!isChunked && { 'content-length': size }) });
  const sending = { response, body, gone: goneSignal(response) };
  if (fault === undefined) {
    await sendPart(sending, 0, size);
    response.end();
    return;
  }
  const at = Math.min(size, fault.at ?? Math.floor(size / 2));
  await sendPart(sending, 0, at);
  if (sending.gone.aborted) return;
  if (!(await playFault(request, sending, fault))) return;
  await sendPart(sending, at, size);
  response.end();
}

interface Sending {
  response: ServerResponse;
  body: ContentBody;
  gone: AbortSignal;
}

async function sendPart({ response, body, gone }: Sending, start: number, end: number): Promise<void> {
  if (start === end) response.flushHeaders();
  for (let at = start; at < end && !gone.aborted; at += PART_BYTES) {
    const bytes = body.content.read(at, Math.min(end, at + PART_BYTES));
    body.count(bytes.length);
    await written(response, bytes, gone);
  }
}

/** Resolves when the socket has taken the bytes, or when the client is gone. */
async function written(response: ServerResponse, bytes: Uint8Array, gone: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      gone.removeEventListener('abort', done);
      resolve();
    };
    gone.addEventListener('abort', done);
    response.write(bytes, done);
  });
}

/** Plays a fault; true if the rest of the body follows. */
async function playFault(
  request: IncomingMessage,
  { response, gone }: Sending,
  fault: BodyFault,
): Promise<boolean> {
  if (fault.kind === 'act-in-body') {
    await fault.act();
    return true;
  }
  if (fault.kind === 'stall-body') {
    if (fault.ms === undefined) await aborted(gone);
    else await waitFor(fault.ms, gone);
    return !gone.aborted;
  }
  if (fault.kind === 'reset-body') request.socket.resetAndDestroy();
  else if (fault.framing === 'chunked-end') response.end();
  else request.socket.end();
  return false;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
