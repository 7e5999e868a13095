import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { errorCode, UserError } from '../../errors';

const HOST = '127.0.0.1';

/** The browser's visit at the end of a login: the address that it was sent to, and its page. */
export interface Visit {
  address: string;
  /** Shows a person how the login went. */
  show(how: 'done' | 'failed'): Promise<void>;
}

/** A web server on this machine's own address that the browser is sent to at the end of a login. */
export interface RedirectListener {
  redirectUri: string;
  /** The first visit that brings an answer of the OAuth server. */
  visit: Promise<Visit>;
  close(): void;
}

const SAYS = {
  done: ['You are logged in', 'You can close this window.'],
  failed: ['The login did not work', 'The terminal says why. You can close this window.'],
} as const;

/**
 * Listens on the loopback address; port 0: any free one.
 * https://developers.google.com/identity/protocols/oauth2/native-app#redirect-uri_loopback
 * @throws UserError where the port is taken.
 */
export async function listenForRedirect(port: number): Promise<RedirectListener> {
  const server = createServer();
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE' && errorCode(error) !== 'EACCES') throw error;
    throw new UserError(
      `port ${String(port)} cannot be used to receive the answer of the browser: it is taken`,
      {
        hint: 'choose another with --port, or leave it out to have a free one chosen',
        cause: error,
      },
    );
  }
  const redirectUri = `http://${HOST}:${String(portOf(server))}`;
  const visit = new Promise<Visit>((resolve) => {
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', redirectUri);
      const hasAnswer = url.searchParams.has('code') || url.searchParams.has('error');
      if (request.method !== 'GET' || url.pathname !== '/' || !hasAnswer) response.writeHead(404).end();
      else resolve({ address: url.href, show: (how) => showPage(response, how) });
    });
  });
  return {
    redirectUri,
    visit,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function showPage(response: ServerResponse, how: keyof typeof SAYS): Promise<void> {
  const [title, text] = SAYS[how];
  const closed = once(response, 'close');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  response.end(
    `<!doctype html><meta charset="utf-8"><title>gdrive-sync: ${title}</title>` +
      '<body style="font-family: system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem">' +
      `<h1>${title}</h1><p>${text}</p>`,
  );
  await closed;
}
