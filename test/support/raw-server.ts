/** A server that answers as a test wants, also in ways that no emulated Drive would. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A server and what is known of it. */
export interface RawServer {
  /** With a slash at its end. */
  url: string;
  /** Requests so far. */
  readonly requests: number;
  /** Connections that are open now, and those so far. */
  readonly connections: number;
  readonly connected: number;
  close(): Promise<void>;
}

/** Starts a server on this machine; `tls`: a key and a certificate in PEM. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls?: { key: string; cert: string },
): Promise<RawServer> {
  let requests = 0;
  let connected = 0;
  const open = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    requests += 1;
    answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    connected += 1;
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}/`,
    get requests() {
      return requests;
    },
    get connections() {
      return open.size;
    },
    get connected() {
      return connected;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Writes the same again and again, as long as somebody reads. */
export function writeForEver(response: ServerResponse, chunk: string | Buffer): void {
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', write);
  write();
}

/** Writes a byte now and then, as long as somebody reads. */
export function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
}
