import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createDriveClient, type DriveClient } from '../../src/drive/client';
import { Limiter, Pacer } from '../../src/drive/limiter';
import { testCredentials } from '../support/emulated';
import { sendJson, serve, type RawServer } from '../support/raw-server';

const DAY_MS = 86_400_000;
const FIRST_PAGE = { q: 'trashed = false', orderBy: undefined, pageToken: undefined };
/** What Drive's clock shows: a whole second, as a Date header does. */
const DRIVE_AT = Date.UTC(2026, 0, 1);
const HELD_MS = 300;
const BODY_MS = 2_000;

let server: RawServer;

beforeEach(() => {
  jest.spyOn(Date, 'now');
});

afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
});

/** Sets this machine's clock to a time beside Drive's. */
function setClock(aheadMs: number): void {
  const startedAt = performance.now();
  jest.mocked(Date.now).mockImplementation(() => DRIVE_AT + aheadMs + performance.now() - startedAt);
}

async function open(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<DriveClient> {
  server = await serve(answer);
  const credentials = await testCredentials({ kind: 'token', token: 'token' }, undefined);
  return createDriveClient(credentials, server.url, new Limiter([new Pacer(1e9)]));
}

const dated = { headers: { date: new Date(DRIVE_AT).toUTCString() } };

const ASKED: { name: string; ask: (drive: DriveClient) => Promise<{ sentAt: number }> }[] = [
  { name: 'files.list', ask: (drive) => drive.listFiles(undefined, FIRST_PAGE) },
  { name: 'changes.list', ask: (drive) => drive.listChanges(undefined, { token: '1' }) },
];

describe.each(ASKED)('$name', ({ ask }) => {
  test.each([
    { name: 'is right', aheadMs: 0 },
    { name: 'is a day fast', aheadMs: DAY_MS },
    { name: 'is a day slow', aheadMs: -DAY_MS },
  ])("tells by Drive's clock when it was sent, if this machine's $name", async ({ aheadMs }) => {
    setClock(aheadMs);
    const drive = await open((_, response) => sendJson(response, {}, dated));
    const { sentAt } = await ask(drive);
    expect(sentAt).toBeLessThanOrEqual(DRIVE_AT);
    expect(sentAt).toBeGreaterThan(DRIVE_AT - 30_000);
  });

  test('says no later time than that if the response is held back', async () => {
    const drive = await open((_, response) => {
      setTimeout(() => sendJson(response, {}, dated), HELD_MS);
    });
    const { sentAt } = await ask(drive);
    // Dated when it was sent at last, HELD_MS after the request.
    expect(sentAt).toBeLessThanOrEqual(DRIVE_AT - HELD_MS + 5);
  });

  test('does not count the time that the body takes', async () => {
    const drive = await open((_, response) => {
      response.writeHead(200, dated.headers);
      response.flushHeaders();
      setTimeout(() => response.end('{}'), BODY_MS);
    });
    const { sentAt } = await ask(drive);
    expect(sentAt).toBeGreaterThan(DRIVE_AT - BODY_MS);
  });

  test('falls back on what Drive said before if a response has no date', async () => {
    setClock(DAY_MS);
    const drive = await open((request, response) => {
      response.sendDate = false;
      sendJson(response, { startPageToken: '1' }, request.url?.includes('startPageToken') ? dated : {});
    });
    await drive.startPageToken(undefined);
    const { sentAt } = await ask(drive);
    expect(sentAt).toBeGreaterThanOrEqual(DRIVE_AT);
    expect(sentAt).toBeLessThan(DRIVE_AT + 30_000);
  });

  test("takes this machine's clock if nothing else is known", async () => {
    setClock(DAY_MS);
    const drive = await open((_, response) => {
      response.sendDate = false;
      sendJson(response, {});
    });
    const { sentAt } = await ask(drive);
    expect(Math.abs(sentAt - Date.now())).toBeLessThan(30_000);
  });
});

test("the server's time goes on as it should when this machine's clock is set", async () => {
  setClock(0);
  const drive = await open((_, response) => sendJson(response, { startPageToken: '1' }, dated));
  await drive.startPageToken(undefined);
  const before = drive.serverTime();
  setClock(DAY_MS);
  await delay(20);
  expect(drive.serverTime() - before).toBeGreaterThanOrEqual(19);
  expect(drive.serverTime() - before).toBeLessThan(30_000);
});
