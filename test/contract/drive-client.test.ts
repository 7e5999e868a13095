import { asFile, decodedPage } from '../support/pages';
import { NEWEST_FIRST, WHOLE_SOURCE, windowQuery } from '../../src/planning/window';
import { requestedPart } from '../../src/model/file';
import type { FailureKind } from '../../src/model/failure';
import type { DriveClient } from '../../src/drive/client';
import type { Fault } from '../../emulator';
import { startEmulated, type Emulated } from '../support/emulated';

const FILES = 600;
const FIRST_PAGE = { q: 'trashed = false', orderBy: NEWEST_FIRST, pageToken: undefined };

let box: Emulated;

beforeEach(async () => {
  box = await startEmulated({ corpus: { kind: 'seed', seed: 5, files: FILES, hostile: true }, pageCap: 100 });
});

afterEach(async () => {
  await box.close();
});

async function listAll(drive: DriveClient): Promise<{ files: Record<string, unknown>[]; pages: number }> {
  const files: Record<string, unknown>[] = [];
  let pages = 0;
  for (const window of WHOLE_SOURCE) {
    let pageToken: string | undefined;
    do {
      const position = { q: windowQuery(window), orderBy: NEWEST_FIRST, pageToken };
      const page = decodedPage(await drive.listFiles(undefined, position));
      files.push(...page.files.map(asFile));
      ({ nextPageToken: pageToken } = page);
      pages += 1;
    } while (pageToken !== undefined);
  }
  return { files, pages };
}

/** Lone surrogates cannot be kept in UTF-8, so they count as U+FFFD. */
const wellFormed = (_key: string, value: unknown) =>
  typeof value === 'string' ? Buffer.from(value).toString() : value;

const byId = (files: Iterable<Record<string, unknown>>) =>
  new Map([...files].map((file) => [file['id'], JSON.parse(JSON.stringify(file), wellFormed) as unknown]));

test('paging through everything equals what the account holds, with one request a page', async () => {
  const { files, pages } = await listAll(box.drive);
  expect(files).toHaveLength(FILES);
  expect(byId(files)).toEqual(byId([...box.emulator.truth()].map((file) => requestedPart({ ...file }))));
  expect(box.emulator.counts['files.list']).toBe(pages);
  expect(pages).toBeGreaterThan(6);
});

test('a listing arrives compressed', async () => {
  await expect(box.drive.listFiles(undefined, FIRST_PAGE)).resolves.toMatchObject({ gzip: true });
});

test('the user, a start token and a single file are told', async () => {
  const [file] = box.emulator.truth();
  await expect(box.drive.user()).resolves.toEqual({
    permissionId: expect.stringMatching(/^\d+$/),
    emailAddress: expect.stringContaining('@'),
    storage: { limit: 2_199_023_255_552, usage: 1024, usageInDrive: 1024, usageInTrash: 0 },
  });
  await expect(box.drive.startPageToken(undefined)).resolves.toMatch(/./);
  await expect(box.drive.getFile(file!.id)).resolves.toEqual(requestedPart({ ...file }));
});

function refuse(times: number): void {
  box.emulator.failNext('about.get', { kind: 'drive-error', status: 401, reason: 'authError' }, times);
}

describe('the login', () => {
  test('an expired access token is renewed once and the request goes on', async () => {
    await box.loggedIn.user();
    box.emulator.expireAccessTokens();
    await expect(box.loggedIn.user()).resolves.toHaveProperty('permissionId');
    expect(box.emulator.counts).toMatchObject({ 'about.get': 3, 'oauth2.token': 2 });
  });

  test('one access token serves many requests', async () => {
    for (let i = 0; i < 3; i++) await box.loggedIn.user();
    expect(box.emulator.counts).toMatchObject({ 'about.get': 3, 'oauth2.token': 1 });
  });

  test('a revoked login needs a new one', async () => {
    await box.loggedIn.user();
    box.emulator.revoke();
    await expect(box.loggedIn.user()).rejects.toMatchObject({ kind: 'needs-login' });
    expect(box.emulator.counts).toMatchObject({ 'about.get': 2, 'oauth2.token': 2 });
  });

  test('a login revoked before its first use needs a new one', async () => {
    box.emulator.revoke();
    await expect(box.loggedIn.user()).rejects.toMatchObject({ kind: 'needs-login' });
    expect(box.emulator.counts['about.get']).toBe(0);
  });

  test('a 401 that stays after two renewals needs a new login', async () => {
    refuse(5);
    await expect(box.loggedIn.user()).rejects.toMatchObject({ kind: 'needs-login' });
    expect(box.emulator.counts['about.get']).toBe(3);
  });

  test('an access token that expires while the request is sent again is renewed once more', async () => {
    refuse(2);
    await expect(box.loggedIn.user()).resolves.toHaveProperty('permissionId');
    expect(box.emulator.counts).toMatchObject({ 'about.get': 3, 'oauth2.token': 3 });
  });

  test('requests whose token expires together have one new token', async () => {
    await box.loggedIn.user();
    box.emulator.expireAccessTokens();
    await Promise.all(Array.from({ length: 8 }, () => box.loggedIn.user()));
    expect(box.emulator.counts).toMatchObject({ 'about.get': 17, 'oauth2.token': 2 });
  });

  test('a ready access token that is refused twice needs a new login', async () => {
    box.emulator.expireAccessTokens();
    await expect(box.drive.user()).rejects.toMatchObject({ kind: 'needs-login' });
    expect(box.emulator.counts).toMatchObject({ 'about.get': 2, 'oauth2.token': 0 });
  });

  test('a ready access token that is refused in passing is good', async () => {
    refuse(1);
    await expect(box.drive.user()).resolves.toHaveProperty('permissionId');
    expect(box.emulator.counts).toMatchObject({ 'about.get': 2, 'oauth2.token': 0 });
  });

  test.each(['drive', 'loggedIn'] as const)(
    'a 401 that is not of Google is no lost login (%s)',
    async (name) => {
      box.emulator.failNext('about.get', { kind: 'status', status: 401, html: true });
      await expect(box[name].user()).rejects.toMatchObject({ kind: 'transient' });
      expect(box.emulator.counts['about.get']).toBe(1);
    },
  );

  test.each<{ body: object; kind: FailureKind }>([
    { body: { error: 'invalid_grant', error_description: 'Bad Request' }, kind: 'needs-login' },
    { body: { error: 'invalid_client' }, kind: 'client-refused' },
    { body: { error: 'admin_policy_enforced' }, kind: 'domain-policy' },
    {
      body: { error: 'invalid_grant', error_description: 'Invalid email or User ID' },
      kind: 'subject-unknown',
    },
  ])('an access token that is refused with $body needs $kind', async ({ body, kind }) => {
    box.emulator.failNext('oauth2.token', { kind: 'status', status: 400, body });
    await expect(box.loggedIn.user()).rejects.toMatchObject({ kind });
    expect(box.emulator.counts).toMatchObject({ 'about.get': 0, 'oauth2.token': 1 });
  });

  test('a refused scope is not taken for a lost login and asks for no token', async () => {
    await box.loggedIn.user();
    const fault: Fault = { kind: 'drive-error', status: 403, reason: 'insufficientPermissions' };
    box.emulator.failNext('about.get', fault);
    await expect(box.loggedIn.user()).rejects.toMatchObject({ kind: 'scope-insufficient' });
    expect(box.emulator.counts).toMatchObject({ 'about.get': 2, 'oauth2.token': 1 });
  });

  test('a throttled request does not renew the access token', async () => {
    await box.loggedIn.user();
    const fault: Fault = { kind: 'drive-error', status: 403, reason: 'userRateLimitExceeded' };
    box.emulator.failNext('about.get', fault);
    await expect(box.loggedIn.user()).rejects.toMatchObject({ kind: 'rate-limited' });
    expect(box.emulator.counts).toMatchObject({ 'about.get': 2, 'oauth2.token': 1 });
  });
});

const driveError = (status: number, reason: string, location?: string): Fault => ({
  kind: 'drive-error',
  status,
  reason,
  ...(location !== undefined && { location }),
});

const ERRORS: { name: string; fault: Fault; kind: FailureKind }[] = [
  { name: 'a 403 of the rate', fault: driveError(403, 'rateLimitExceeded'), kind: 'rate-limited' },
  { name: 'a 429', fault: driveError(429, 'rateLimitExceeded'), kind: 'rate-limited' },
  { name: 'a used up day', fault: driveError(403, 'dailyLimitExceeded'), kind: 'quota-daily' },
  { name: 'a missing scope', fault: driveError(403, 'insufficientPermissions'), kind: 'scope-insufficient' },
  { name: 'an API turned off', fault: driveError(403, 'accessNotConfigured'), kind: 'api-disabled' },
  { name: "a domain's policy", fault: driveError(403, 'domainPolicy'), kind: 'domain-policy' },
  { name: 'an expired page token', fault: driveError(403, 'pageTokenExpired'), kind: 'page-token-rejected' },
  {
    name: 'a rejected page token',
    fault: driveError(400, 'invalid', 'pageToken'),
    kind: 'page-token-rejected',
  },
  { name: 'a bad query', fault: driveError(400, 'invalid', 'q'), kind: 'bad-request' },
  { name: 'a lost drive', fault: driveError(404, 'notFound', 'driveId'), kind: 'source-gone' },
  { name: 'a 500', fault: driveError(500, 'backendError'), kind: 'transient' },
  { name: 'a 502 in HTML', fault: { kind: 'status', status: 502, html: true }, kind: 'transient' },
  { name: 'an empty 503', fault: { kind: 'status', status: 503 }, kind: 'transient' },
  { name: 'a 408', fault: { kind: 'status', status: 408 }, kind: 'transient' },
  { name: 'a reset connection', fault: { kind: 'reset' }, kind: 'transient' },
];

test.each(ERRORS)('$name is $kind after a single request', async ({ fault, kind }) => {
  box.emulator.failNext('files.list', fault, 5);
  await expect(box.drive.listFiles(undefined, FIRST_PAGE)).rejects.toMatchObject({
    name: 'SyncFailure',
    kind,
    message: expect.not.stringMatching(/http:|html|trashed/i),
  });
  expect(box.emulator.counts['files.list']).toBe(1);
});

test.each([
  { name: 'half a page', fault: { kind: 'truncated' } as Fault },
  { name: 'HTML', fault: { kind: 'html-200' } as Fault },
  { name: 'nothing', fault: { kind: 'empty-200' } as Fault },
  { name: 'another kind', fault: { kind: 'patch', patch: (page) => ({ ...page, kind: 'x' }) } as Fault },
  { name: 'a page without files', fault: { kind: 'patch', patch: () => ({}) } as Fault },
])('a 200 with $name is malformed after a single request', async ({ fault }) => {
  box.emulator.failNext('files.list', fault, 5);
  const read = async () => decodedPage(await box.drive.listFiles(undefined, FIRST_PAGE));
  await expect(read()).rejects.toMatchObject({ name: 'SyncFailure', kind: 'malformed' });
  expect(box.emulator.counts['files.list']).toBe(1);
});

test.each<{ name: string; fault: Fault }>([
  { name: 'half a body', fault: { kind: 'truncated' } },
  { name: 'HTML', fault: { kind: 'html-200' } },
  { name: 'nothing', fault: { kind: 'empty-200' } },
  { name: 'an empty object', fault: { kind: 'patch', patch: () => ({}) } },
])('a 200 with $name is malformed for every other request too', async ({ fault }) => {
  for (const method of ['about.get', 'changes.getStartPageToken', 'files.get'])
    box.emulator.failNext(method, fault);
  const [file] = box.emulator.truth();
  const failure = { name: 'SyncFailure', kind: 'malformed' };
  await expect(box.drive.user()).rejects.toMatchObject(failure);
  await expect(box.drive.startPageToken(undefined)).rejects.toMatchObject(failure);
  await expect(box.drive.getFile(file!.id)).rejects.toMatchObject(failure);
});

test('a good page of a wrong content type is a page', async () => {
  box.emulator.failNext('files.list', { kind: 'wrong-content-type' });
  const page = decodedPage(await box.drive.listFiles(undefined, FIRST_PAGE));
  expect(page.files).toHaveLength(100);
});

test.each([
  { retryAfter: '7', ms: 7_000 },
  { retryAfter: 'Fri, 01 Jan 2010 00:00:00 GMT', ms: 0 },
  { retryAfter: 'soon', ms: undefined },
])('Retry-After $retryAfter of a compressed error is heard as $ms ms', async ({ retryAfter, ms }) => {
  const body = { error: { code: 403, errors: [{ reason: 'userRateLimitExceeded' }] } };
  box.emulator.failNext('files.list', { kind: 'status', status: 403, body, gzip: true, retryAfter });
  await expect(box.drive.listFiles(undefined, FIRST_PAGE)).rejects.toMatchObject({
    kind: 'rate-limited',
    retryAfterMs: ms,
  });
});

test('a page token made up by somebody is rejected as such', async () => {
  const position = { ...FIRST_PAGE, pageToken: 'made-up' };
  await expect(box.drive.listFiles(undefined, position)).rejects.toMatchObject({
    kind: 'page-token-rejected',
  });
});

test('a file and a drive that do not exist are told apart', async () => {
  await expect(box.drive.getFile('nobody')).rejects.toMatchObject({ kind: 'not-found' });
  await expect(box.drive.listFiles('nobody', FIRST_PAGE)).rejects.toMatchObject({ kind: 'source-gone' });
});

test('a server that is not there is a network failure', async () => {
  const closed = await startEmulated({ corpus: { kind: 'seed', seed: 1, files: 1 } });
  await closed.close();
  await expect(closed.drive.user()).rejects.toMatchObject({ kind: 'network' });
});

test('a signal ends a request that gets no answer, with the reason of the signal', async () => {
  const stop = new AbortController();
  box.emulator.failEvery('files.list', () => {
    stop.abort(new Error('stopped by the test'));
    return { kind: 'stall' };
  });
  await expect(box.drive.listFiles(undefined, FIRST_PAGE, stop.signal)).rejects.toThrow(
    'stopped by the test',
  );
  expect(box.emulator.counts['files.list']).toBe(1);
});

test('a signal that has ended already lets no request out', async () => {
  const signal = AbortSignal.abort(new Error('stopped before'));
  await expect(box.drive.user(signal)).rejects.toThrow('stopped before');
  expect(box.emulator.counts['about.get']).toBe(0);
});

test('a page is as large as it is asked to be', async () => {
  const page = decodedPage(await box.drive.listFiles(undefined, { ...FIRST_PAGE, pageSize: 7 }));
  expect(page.files).toHaveLength(7);
  const token = await box.drive.startPageToken(undefined);
  await box.drive.listChanges(undefined, { token, pageSize: 9 });
  const [listing, log] = box.emulator.requests().filter(({ method }) => method.endsWith('.list'));
  expect([listing?.params['pageSize'], log?.params['pageSize']]).toEqual(['7', '9']);
});

test('requests in the background count their own units and share the rest', async () => {
  const walk = box.loggedIn.inBackground();
  await box.loggedIn.listFiles(undefined, FIRST_PAGE);
  await walk.listFiles(undefined, FIRST_PAGE);
  await walk.user();
  expect([box.loggedIn.takeUnits(), walk.takeUnits()]).toEqual([100, 105]);
  expect(box.emulator.counts['oauth2.token']).toBe(1);
  expect(Math.abs(walk.serverTime() - box.loggedIn.serverTime())).toBeLessThan(100);
});

test('no more is asked than the quota grants, and nothing is refused', async () => {
  const limited = await startEmulated({ quota: { unitsPerMinute: 60_000 } }, 60_000);
  try {
    const startedAt = Date.now();
    const pages = await Promise.all(
      Array.from({ length: 15 }, () => limited.drive.listFiles(undefined, FIRST_PAGE)),
    );
    expect(pages).toHaveLength(15);
    expect(Date.now() - startedAt).toBeGreaterThan(1_300);
    expect(limited.emulator.requests().filter(({ status }) => status !== 200)).toEqual([]);
  } finally {
    await limited.close();
  }
});
