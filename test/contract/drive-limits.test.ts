import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { createDriveClient, type DriveClient } from '../../src/drive/client';
import { probe } from '../../src/drive/probe';
import { Limiter, Pacer } from '../../src/drive/limiter';
import { LOGIN, nodeFetch, testCredentials } from '../support/emulated';
import { drip, sendJson, serve, writeForEver, type RawServer } from '../support/raw-server';

const SHORT_MS = 300;
const LIMITS = { ms: SHORT_MS, body: 64 * 1024, errorBody: 4 * 1024, secondTryMs: 10 };
/** For what must not fail because of the time. */
const PATIENT = { ...LIMITS, ms: 30_000 };
/** A body that inflates to more than any limit allows. */
const BOMB = gzipSync(Buffer.alloc(2 * 1024 * 1024, ' '));
const FIRST_PAGE = { q: 'trashed = false', orderBy: undefined, pageToken: undefined };

let server: RawServer;

afterEach(async () => {
  await server.close();
});

async function open(answer: (response: ServerResponse) => void, limits = PATIENT): Promise<DriveClient> {
  server = await serve((_, response) => answer(response));
  return await clientOf(server.url, limits);
}

async function clientOf(url: string, limits = PATIENT): Promise<DriveClient> {
  const credentials = await testCredentials({ kind: 'token', token: 'token' }, undefined);
  return createDriveClient(credentials, url, new Limiter([new Pacer(1e9)]), limits);
}

type Ask = (drive: DriveClient, signal?: AbortSignal) => Promise<unknown>;

const REQUESTS: { name: string; ask: Ask }[] = [
  { name: 'about.get', ask: (drive, signal) => drive.user(signal) },
  { name: 'changes.getStartPageToken', ask: (drive, signal) => drive.startPageToken(undefined, signal) },
  { name: 'files.list', ask: (drive, signal) => drive.listFiles(undefined, FIRST_PAGE, signal) },
  { name: 'changes.list', ask: (drive, signal) => drive.listChanges(undefined, { token: '1' }, signal) },
  { name: 'files.get', ask: (drive, signal) => drive.getFile('id', undefined, signal) },
  { name: 'drives.list', ask: (drive, signal) => drive.sharedDrives(signal) },
];

function head(response: ServerResponse, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
}

/** Servers that never come to an end. */
const SLOW: { name: string; answer: (response: ServerResponse) => void }[] = [
  { name: 'takes the request and says nothing', answer: () => undefined },
  {
    name: 'sends the headers alone',
    answer: (response) => {
      head(response);
      response.flushHeaders();
    },
  },
  {
    name: 'sends a byte now and then',
    answer: (response) => {
      head(response);
      drip(response);
    },
  },
  {
    name: 'sends an error a byte now and then',
    answer: (response) => {
      head(response, 500);
      drip(response);
    },
  },
];

/** The client closes what it does not want any more. */
async function connectionsClose(): Promise<void> {
  while (server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
}

describe.each(REQUESTS)('$name', ({ ask }) => {
  test.each(SLOW)('a server that $name is given up', async ({ answer }) => {
    const drive = await open(answer, LIMITS);
    await expect(ask(drive)).rejects.toMatchObject({
      name: 'SyncFailure',
      kind: 'too-slow',
      message: 'Google Drive takes longer than 0.3 s to answer',
    });
    expect(server.requests).toBe(1);
    await connectionsClose();
  });

  test('a body without end is too large', async () => {
    const drive = await open((response) => {
      head(response);
      writeForEver(response, Buffer.alloc(16 * 1024, ' '));
    });
    await expect(ask(drive)).rejects.toMatchObject({ kind: 'too-large' });
    expect(server.requests).toBe(1);
    await connectionsClose();
  });

  test('a body that says that it is too large is not read', async () => {
    const drive = await open((response) => {
      head(response, 200, { 'content-length': String(500 * 1024 * 1024) });
      response.flushHeaders();
    });
    await expect(ask(drive)).rejects.toMatchObject({ kind: 'too-large' });
    await connectionsClose();
  });

  test('an error is what its status says, however large its body is', async () => {
    const drive = await open((response) => {
      head(response, 503);
      writeForEver(response, '<p>Service Unavailable</p>');
    });
    await expect(ask(drive)).rejects.toMatchObject({ kind: 'transient' });
    await connectionsClose();
  });

  test('an error that inflates to much is not read', async () => {
    const drive = await open((response) => {
      head(response, 403, { 'content-encoding': 'gzip' });
      response.end(BOMB);
    });
    await expect(ask(drive)).rejects.toMatchObject({ kind: 'transient' });
  });

  test("a caller's signal ends a body that comes slowly, with its reason", async () => {
    const stop = new AbortController();
    const drive = await open((response) => {
      head(response);
      drip(response);
      stop.abort(new Error('stopped by the test'));
    });
    await expect(ask(drive, stop.signal)).rejects.toThrow('stopped by the test');
    await connectionsClose();
  });
});

test.each(REQUESTS.filter(({ name }) => !/(files|changes)\.list/.test(name)))(
  '$name: a body that inflates to much is too large',
  async ({ ask }) => {
    const drive = await open((response) => {
      head(response, 200, { 'content-encoding': 'gzip' });
      response.end(BOMB);
    });
    await expect(ask(drive)).rejects.toMatchObject({ kind: 'too-large' });
  },
);

test('a limit of its own lets a listing take longer', async () => {
  const drive = await open((response) => {
    setTimeout(() => sendJson(response, { files: [] }), 2 * SHORT_MS);
  }, LIMITS);
  await expect(drive.listFiles(undefined, { ...FIRST_PAGE, limitMs: 20_000 })).resolves.toHaveProperty(
    'bytes',
  );
  await expect(drive.listChanges(undefined, { token: '1', limitMs: 20_000 })).resolves.toHaveProperty(
    'bytes',
  );
  await expect(drive.listFiles(undefined, { ...FIRST_PAGE, limitMs: 50 })).rejects.toThrow(
    'longer than 0.05 s',
  );
});

test('the time that a request waits for quota does not count', async () => {
  server = await serve((_, response) => sendJson(response, { startPageToken: '1' }));
  const credentials = await testCredentials({ kind: 'token', token: 'token' }, undefined);
  // Five units take 1 s.
  const limiter = new Limiter([new Pacer(300)]);
  const drive = createDriveClient(credentials, server.url, limiter, { ...LIMITS, ms: 400 });
  await expect(drive.startPageToken(undefined)).resolves.toBe('1');
});

test('a limit holds while garbage is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const drive = await open(SLOW[2]!.answer, LIMITS);
  const collecting = setInterval(collect, 20);
  try {
    const { signal } = new AbortController();
    await expect(drive.listFiles(undefined, FIRST_PAGE, signal)).rejects.toMatchObject({ kind: 'too-slow' });
  } finally {
    clearInterval(collecting);
  }
});

test('a connection that does not come about is the fault of the network', async () => {
  server = await serve(() => undefined);
  const credentials = await testCredentials({ kind: 'token', token: 'token' }, undefined);
  if (!('transporter' in credentials.client)) throw new Error('no client');
  // A name server that never answers.
  credentials.client.transporter.defaults.agent = new Agent({ lookup: () => undefined });
  const limiter = new Limiter([new Pacer(1e9)]);
  const drive = createDriveClient(credentials, 'http://drive.test/', limiter, LIMITS);
  await expect(drive.user()).rejects.toMatchObject({ kind: 'network' });
});

test('requests one after the other share a connection', async () => {
  const drive = await open((response) => sendJson(response, { startPageToken: '1' }));
  for (let i = 0; i < 3; i++) await drive.startPageToken(undefined);
  expect([server.requests, server.connected]).toEqual([3, 1]);
});

test('listeners of a signal do not pile up', async () => {
  const drive = await open((response) => sendJson(response, { startPageToken: '1' }));
  const { signal } = new AbortController();
  const added = jest.spyOn(signal, 'addEventListener');
  const removed = jest.spyOn(signal, 'removeEventListener');
  for (let i = 0; i < 3; i++) await drive.startPageToken(undefined, signal);
  expect(added).toHaveBeenCalled();
  expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
});

describe('the login server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-login-'));
  const path = join(folder, 'login.json');
  writeFileSync(path, JSON.stringify(LOGIN));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function loggedIn(
    answer: (response: ServerResponse) => void,
    limits = PATIENT,
  ): Promise<DriveClient> {
    server = await serve((_, response) => answer(response));
    const credentials = await testCredentials({ kind: 'file', path }, server.url, limits);
    return createDriveClient(credentials, server.url, new Limiter([new Pacer(1e9)]), PATIENT);
  }

  test.each(SLOW)('one that $name is given up after one request', async ({ answer }) => {
    const drive = await loggedIn(answer, LIMITS);
    await expect(drive.user()).rejects.toMatchObject({
      kind: 'too-slow',
      message: "Google's login server takes longer than 0.3 s to answer",
    });
    expect(server.requests).toBe(1);
    await connectionsClose();
  });

  test('a body without end is too large', async () => {
    const drive = await loggedIn((response) => writeForEver(response, Buffer.alloc(16 * 1024, ' ')));
    await expect(drive.user()).rejects.toMatchObject({ kind: 'too-large' });
  });

  test('a server error is left to whoever retries', async () => {
    const drive = await loggedIn((response) => sendJson(response, 'busy', { status: 503 }));
    await expect(drive.user()).rejects.toMatchObject({ kind: 'transient' });
    expect(server.requests).toBe(1);
  });

  test.each([
    { name: 'no token', body: {} },
    { name: 'a page of a portal', body: '<html>Welcome</html>' },
  ])('an answer with $name is no lost login', async ({ body }) => {
    const drive = await loggedIn((response) => sendJson(response, body));
    const failure: unknown = await drive.user().catch((error: unknown) => error);
    expect(['transient', 'malformed']).toContain((failure as { kind: string }).kind);
    expect(server.requests).toBe(1);
  });
});

describe('the probe', () => {
  const { signal } = new AbortController();

  beforeAll(async () => {
    // What the client takes for a browser's.
    Object.assign(globalThis, { window: { fetch: await nodeFetch() } });
  });
  afterAll(() => {
    Reflect.deleteProperty(globalThis, 'window');
  });

  test.each(SLOW)('gives up a server that $name', async ({ answer }) => {
    server = await serve((_, response) => answer(response));
    await expect(probe(server.url, signal, LIMITS)).rejects.toMatchObject({ kind: 'too-slow' });
    await connectionsClose();
  });

  test('tells status and clock of any answer', async () => {
    server = await serve((_, response) => sendJson(response, '<html>', { status: 403 }));
    await expect(probe(server.url, signal, PATIENT)).resolves.toMatchObject({ status: 403 });
  });
});
