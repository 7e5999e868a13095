import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { errorCode, UserError } from '../../errors';

const HOST = '127.0.0.1';

/** A visit of the browser that answers the login, and its page. */
export interface Visit<T> {
  answer: T;
  /** Shows a person how the login went. */
  show(how: 'done' | 'failed'): Promise<void>;
}

/** A web server on this machine's own address that the browser is sent to at the end of a login. */
export interface RedirectListener {
  redirectUri: string;
  /**
   * Waits for the first visit in whose address `read` finds the answer. All others get an error page, and the wait goes on: a tab of an
   * earlier login, a scanner of ports, or a page that guesses the port must not end it.
   */
  visit<T>(read: (address: string) => T | undefined): Promise<Visit<T>>;
  close(): void;
}

const SAYS = {
  done: ['You are logged in', 'You can close this window.'],
  failed: ['The login did not work', 'The terminal says why. You can close this window.'],
  foreign: [
    'That did not work',
    'This address does not belong to the login that waits. Open the newest one that the terminal shows.',
  ],
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
  return {
    redirectUri,
    visit: async (read) => await firstVisit(server, redirectUri, read),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function firstVisit<T>(
  server: Server,
  redirectUri: string,
  read: (address: string) => T | undefined,
): Promise<Visit<T>> {
  // A browser may ask for the same address twice; both see how the login went.
  const pages: ServerResponse[] = [];
  const show: Visit<T>['show'] = async (how) => {
    await Promise.all(pages.map(async (page) => await showPage(page, 200, how)));
  };
  return await new Promise((resolve) => {
    server.on('request', (request, response) => {
      const address = request.method === 'GET' ? addressOf(request.url, redirectUri) : undefined;
      const answer = address === undefined ? undefined : read(address);
      if (address === undefined) response.writeHead(404).end();
      else if (answer === undefined) void showPage(response, 400, 'foreign');
      else {
        pages.push(response);
        resolve({ answer, show });
      }
    });
  });
}

/** The address of a visit to the page at the end of a login; undefined for anything else, which need not be an address at all. */
function addressOf(target = '', redirectUri: string): string | undefined {
  const url = URL.canParse(target, redirectUri) ? new URL(target, redirectUri) : undefined;
  return url?.pathname === '/' ? url.href : undefined;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function showPage(response: ServerResponse, status: number, how: keyof typeof SAYS): Promise<void> {
  // Whoever has left already does not close once more.
  if (response.closed) return;
  const [title, text] = SAYS[how];
  const closed = once(response, 'close').catch(() => undefined);
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  response.end(
    `<!doctype html><meta charset="utf-8"><title>gdrive-sync: ${title}</title>` +
      '<body style="font-family: system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem">' +
      `<h1>${title}</h1><p>${text}</p>`,
  );
  await closed;
}
