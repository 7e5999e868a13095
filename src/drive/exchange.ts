import { globalAgent as httpAgent, type Agent, type ClientRequest } from 'node:http';
import { globalAgent as httpsAgent } from 'node:https';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import { REQUEST_LIMIT_MS, SyncFailure } from '../model/failure';
import { header } from './headers';
import { pour, type BodySink } from './pour';
import { LARGEST_BODY, LARGEST_ERROR_BODY, plainBytes, textOf, withEncoding } from './wire/json';

/** The limits of a request: times in ms, sizes in bytes. */
export interface RequestLimits {
  /** From sending the request to the last byte of the response. */
  ms: number;
  /** The largest body, both as received and inflated. */
  body: number;
  /** The same for the body of an error; a larger one is not read. */
  errorBody: number;
}

/** The limits of every request that names no others. */
export const DEFAULT_LIMITS: RequestLimits = {
  ms: REQUEST_LIMIT_MS,
  body: LARGEST_BODY,
  errorBody: LARGEST_ERROR_BODY,
};

/**
 * The options of the Google client that we read or change. Its packages come with several versions of its
 * types.
 */
interface ClientOptions {
  signal?: AbortSignal | null;
  agent?: unknown;
  responseType?: string;
  retry?: boolean;
  retryConfig?: unknown;
}

/** A hook of the Google client around each request: `send` sends it. */
export type Adapter = <O extends ClientOptions, R>(
  options: O,
  send: (options: O) => Promise<R>,
) => Promise<R>;

/** The longest that a poured body may take, in ms. */
const LONGEST_BODY_MS = 3_600_000;

/** The part of a response that we read. */
interface HttpResponse {
  status: number;
  statusText: string;
  ok: boolean;
  url: string;
  headers: unknown;
  body: Readable | null;
}

/**
 * One request and its response, limited in time and size. `adapter` is an option of the Google client, which
 * sends the request through it:
 * https://github.com/googleapis/google-cloud-node-core/tree/main/packages/gaxios#request-options
 * A request that exceeds a limit fails with a `SyncFailure` of kind `too-slow`, `too-large` or `network`.
 */
export class Exchange {
  readonly #limits: RequestLimits;
  readonly #server: string;
  readonly #sink: BodySink | undefined;
  #sentAt = performance.now();
  #answeredAt: number | undefined;
  /** Without a connection, the network is to blame rather than the server. */
  #isConnected = false;

  /**
   * `sink` takes the body of a response that is no error. The limit of time then ends with the headers, and
   * that of size does not hold: the sink has its own.
   */
  constructor(
    limits: RequestLimits,
    { server = 'Google Drive', sink }: { server?: string; sink?: BodySink | undefined } = {},
  ) {
    this.#limits = limits;
    this.#server = server;
    this.#sink = sink;
  }

  /** When the headers of the response arrived, by the monotonic clock; now if they have not. */
  get answeredAt(): number {
    return this.#answeredAt ?? performance.now();
  }

  /** The time from sending the request to the headers of its response, in ms. */
  get waitedMs(): number {
    return this.answeredAt - this.#sentAt;
  }

  readonly adapter: Adapter = async (options, send) => {
    // Temporal retries. The client must not repeat a request that is out of time.
    options.retry = false;
    delete options.retryConfig;
    const { signal } = options;
    const late = () => this.#late();
    // We read the body ourselves, as a stream, so that no more than the limit is ever held.
    const raw = { ...options, responseType: 'stream', compress: false, agent: this.#watchedAgent(options) };
    const { ms } = this.#limits;
    const isPoured = this.#sink !== undefined;
    const ask = async (end: AbortSignal) =>
      await this.#ask(options, async () => {
        const sent = send({ ...raw, signal: end });
        return isPoured ? await withinLimit(() => sent, { ms, late }) : await sent;
      });
    const limit = { ms: isPoured ? LONGEST_BODY_MS : ms, signal, late };
    return (await withinLimit(ask, limit)) as Awaited<ReturnType<typeof send>>;
  };

  async #ask(options: ClientOptions, send: () => Promise<unknown>): Promise<object> {
    this.#sentAt = performance.now();
    const response = await send();
    this.#answeredAt = performance.now();
    const { status, statusText, ok, url, headers, body } = response as HttpResponse;
    if (ok && this.#sink !== undefined) {
      await pour(body, { status, headers }, this.#sink);
      return {
        status,
        statusText,
        ok,
        url,
        headers,
        data: new Uint8Array(),
        config: options,
        bodyUsed: true,
      };
    }
    const bytes = await readBody(body, headers, ok ? this.#limits.body : this.#limits.errorBody);
    if (bytes === undefined && ok) throw new SyncFailure('too-large');
    const data = this.#toData(options, ok, bytes ?? new Uint8Array());
    // Without `bodyUsed` the client would drop the data of an error.
    return { status, statusText, ok, url, headers, data, config: options, bodyUsed: true };
  }

  #toData({ responseType }: ClientOptions, ok: boolean, bytes: Uint8Array): unknown {
    if (responseType === 'arraybuffer') return bytes;
    const { body, errorBody } = this.#limits;
    try {
      return parsedOrText(textOf(plainBytes(withEncoding(bytes), ok ? body : errorBody)));
    } catch (error) {
      if (ok) throw error;
      return '';
    }
  }

  #late(): SyncFailure {
    if (!this.#isConnected) return new SyncFailure('network');
    return new SyncFailure('too-slow', {
      says: `${this.#server} takes longer than ${String(this.#limits.ms / 1000)} s to answer`,
    });
  }

  /** Wraps the client's agent (a proxy's, or Node's own) to learn when the request has a connection. */
  #watchedAgent({ agent }: ClientOptions): (url: URL) => Agent {
    return (url) => {
      const given: unknown = typeof agent === 'function' ? agent(url) : agent;
      const real = (given ?? (url.protocol === 'https:' ? httpsAgent : httpAgent)) as RequestTaker;
      const addRequest: RequestTaker['addRequest'] = (request, ...rest) => {
        request.once('socket', (socket) => {
          if (socket.connecting) socket.once('connect', () => (this.#isConnected = true));
          else this.#isConnected = true;
        });
        real.addRequest(request, ...rest);
      };
      return Object.create(real, { addRequest: { value: addRequest } }) as Agent;
    };
  }
}

/** The method by which Node's agents take a request; it is missing from the types. */
type RequestTaker = Agent & { addRequest(request: ClientRequest, ...rest: unknown[]): void };

/** What ends work early: the time limit, with the error that `late` makes, or the caller's signal. */
interface Limit {
  ms: number;
  signal?: AbortSignal | null | undefined;
  late: () => Error;
}

/**
 * Waits for work until a limit, even if the work continues; the work gets a signal that aborts then.
 * The timer holds the controller. `AbortSignal.timeout` and `AbortSignal.any` are not used, because Node 20
 * may collect them as garbage before they fire (https://github.com/nodejs/node/issues/57736).
 */
export async function withinLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { ms, signal, late }: Limit,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const { promise: over, reject } = withReject();
  const timer = setTimeout(() => reject(late()), ms);
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([work(controller.signal), over]);
  } catch (error) {
    controller.abort(error);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Makes a promise with a function that rejects it. */
function withReject(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = noop;
  const promise = new Promise<never>((_, fail) => (reject = fail));
  return { promise, reject };
}

function noop(): void {
  // Replaced before anybody can call it.
}

/** The memory for a body of unknown length, and the most that a declared length may reserve. */
const LEAST_ROOM = 16 * 1024;
const MOST_ROOM = 1024 * 1024;

/**
 * Reads a body to its end; undefined for one of more than `most` bytes, of which no more is held or waited
 * for.
 */
async function readBody(
  body: Readable | null,
  headers: unknown,
  most: number,
): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array();
  const declared = Number(header(headers, 'content-length') ?? 0);
  if (declared > most) {
    body.destroy();
    return undefined;
  }
  // Copy each chunk at once: kept chunks of a byte each would take a hundred times their size.
  let room = new Uint8Array(Math.min(declared || LEAST_ROOM, MOST_ROOM));
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const needed = length + chunk.byteLength;
    // Leaving the loop closes the connection.
    if (needed > most) return undefined;
    if (needed > room.byteLength) room = enlarged(room, needed);
    room.set(chunk, length);
    length = needed;
  }
  return length === room.byteLength ? room : room.slice(0, length);
}

function enlarged(room: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * room.byteLength, needed));
  larger.set(room);
  return larger;
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
