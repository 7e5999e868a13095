import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { errorCode, UserError } from '../../errors';

const HOST = '127.0.0.1';

/** A visit of the browser that answers the login, and the page to show. */
export interface Visit<T> {
  answer: T;
  /** Shows the person how the login went. */
  show(how: 'done' | 'failed'): Promise<void>;
}

/** A web server on the loopback address, to which the browser is redirected at the end of a login. */
export interface RedirectListener {
  redirectUri: string;
  /**
   * Waits for the first visit with an address in which `read` finds the answer. All others get an error page,
   * and the wait continues: a tab of an earlier login, a port scanner, or a page that guesses the port must
   * not end it.
   */
  visit<T>(read: (address: string) => T | undefined): Promise<Visit<T>>;
  close(): void;
}

const PAGES = {
  done: ['You are logged in', 'You can close this window.'],
  failed: ['The login did not work', 'The terminal says why. You can close this window.'],
  foreign: [
    'That did not work',
    'This address does not belong to the login that waits. Open the newest one that the terminal shows.',
  ],
} as const;

/**
 * Listens on the loopback address. Port 0 means any free port.
 * https://developers.google.com/identity/protocols/oauth2/native-app#redirect-uri_loopback
 * @throws UserError if the port is taken.
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
  // A browser may request the same address twice; both pages show how the login went.
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

/**
 * The address of a visit to the redirect page; undefined for any other request, whose target may not even be
 * an address.
 */
function addressOf(target = '', redirectUri: string): string | undefined {
  const url = URL.canParse(target, redirectUri) ? new URL(target, redirectUri) : undefined;
  return url?.pathname === '/' ? url.href : undefined;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function showPage(response: ServerResponse, status: number, how: keyof typeof PAGES): Promise<void> {
  // A connection that is already closed emits no further `close`.
  if (response.closed) return;
  const [title, text] = PAGES[how];
  const closed = once(response, 'close').catch(() => undefined);
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  response.end(
    `<!doctype html><meta charset="utf-8"><title>gdrive-sync: ${title}</title>` +
      '<body style="font-family: system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem">' +
      `<h1>${title}</h1><p>${text}</p>`,
  );
  await closed;
}
