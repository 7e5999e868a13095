import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator';
import { ask, errorOf } from './emulator-request';

const FILES = 'drive/v3/files';
const GOOD = {
  grant_type: 'refresh_token',
  client_id: 'emulator-client',
  client_secret: 'emulator-secret',
  refresh_token: 'emulator-refresh',
};

const CLIENT = `
  const { auth, drive } = require('googleapis/build/src/apis/drive');
  const [rootUrl, oauth2TokenUrl] = process.argv.slice(1);
  const { client_id: clientId, client_secret: clientSecret, refresh_token } = ${JSON.stringify(GOOD)};
  const client = new auth.OAuth2({ clientId, clientSecret, endpoints: { oauth2TokenUrl } });
  client.setCredentials({ refresh_token });
  const api = drive({ version: 'v3', auth: client, rootUrl, retry: false });
  async function main() {
    const { files } = (await api.files.list({ fields: 'files(id)', pageSize: 5, q: 'trashed = false' })).data;
    const { id } = (await api.files.get({ fileId: files[0].id })).data;
    const { startPageToken } = (await api.changes.getStartPageToken({})).data;
    const refused = await api.files.list({ q: 'nonsense' }).catch((error) => error.status);
    process.stdout.write(JSON.stringify({ files: files.length, sameFile: id === files[0].id, startPageToken, refused }));
  }
  void main();
`;

async function token(
  emulator: Emulator,
  form: Record<string, string>,
): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(emulator.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

describe('emulator: who may ask', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 20 } });
  });
  afterEach(() => emulator.close());

  test('a request without a token is forbidden', async () => {
    const answer = await ask(emulator, FILES, {}, {});
    expect(errorOf(answer)).toMatchObject({
      status: 403,
      reason: 'forbidden',
      rpc: 'PERMISSION_DENIED',
      message: expect.stringMatching(/^Method doesn't allow unregistered callers/) as string,
    });
  });

  test('a request with a wrong token is not authenticated', async () => {
    const answer = await ask(emulator, FILES, {}, { authorization: 'Bearer wrong' });
    expect(errorOf(answer)).toEqual({
      status: 401,
      rpc: 'UNAUTHENTICATED',
      domain: 'global',
      reason: 'authError',
      message: 'Invalid Credentials',
      location: 'Authorization',
      locationType: 'header',
    });
    expect(answer.body).toMatchObject({
      error: {
        message: expect.stringMatching(/^Request had invalid authentication credentials\./) as string,
      },
    });
  });

  test('the token endpoint mints access tokens for the right client only', async () => {
    const minted = await token(emulator, GOOD);
    expect(minted).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3599 } });
    const authorization = `Bearer ${minted.body['access_token'] ?? ''}`;
    expect((await ask(emulator, FILES, {}, { authorization })).status).toBe(200);
    const wrong = async (change: Record<string, string>): Promise<unknown> => {
      const { status, body } = await token(emulator, { ...GOOD, ...change });
      return [status, body['error']];
    };
    expect(await wrong({ client_id: 'other' })).toEqual([401, 'invalid_client']);
    expect(await wrong({ client_secret: 'other' })).toEqual([401, 'invalid_client']);
    expect(await wrong({ refresh_token: 'other' })).toEqual([400, 'invalid_grant']);
    expect(await wrong({ grant_type: 'password' })).toEqual([400, 'unsupported_grant_type']);
    expect((await token(emulator, {})).body['error']).toBe('invalid_request');
    expect(emulator.counts['oauth2.token']).toBe(6);
  });

  test('access tokens that expired are replaced by new ones', async () => {
    emulator.expireAccessTokens();
    expect((await ask(emulator, FILES)).status).toBe(401);
    const { body } = await token(emulator, GOOD);
    expect(
      (await ask(emulator, FILES, {}, { authorization: `Bearer ${body['access_token'] ?? ''}` })).status,
    ).toBe(200);
  });

  test('after a revocation nothing is minted any more', async () => {
    emulator.revoke();
    expect((await ask(emulator, FILES)).status).toBe(401);
    expect(await token(emulator, GOOD)).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    });
  });

  // In a process of its own: the client loads its transport by dynamic import, which jest does not allow.
  test('the client library of Google works against it unchanged', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-e', CLIENT, emulator.url, emulator.tokenUrl],
      {
        env: { ...process.env, NO_PROXY: '127.0.0.1' },
      },
    );
    expect(JSON.parse(stdout)).toEqual({
      files: 5,
      sameFile: true,
      startPageToken: expect.stringMatching(/^\d+$/) as string,
      refused: 400,
    });
    expect(emulator.counts).toMatchObject({ 'oauth2.token': 1, 'files.list': 2, 'files.get': 1 });
  });
});

async function withEmulator(
  options: EmulatorOptions,
  run: (emulator: Emulator) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator({ corpus: { kind: 'seed', seed: 3, files: 20 }, ...options });
  try {
    await run(emulator);
  } finally {
    await emulator.close();
  }
}

describe('emulator: quota and latency', () => {
  test('quota is spent by the kind of request and comes back with time', async () => {
    let time = 0;
    await withEmulator({ quota: { unitsPerMinute: 12_000 }, now: () => time }, async (emulator) => {
      const statuses = async (path: string, times: number): Promise<number[]> => {
        const all: number[] = [];
        for (let i = 0; i < times; i++) all.push((await ask(emulator, path, { fields: 'kind' })).status);
        return all;
      };
      expect(await statuses(FILES, 3)).toEqual([200, 200, 403]);
      expect(errorOf(await ask(emulator, FILES))).toMatchObject({
        reason: 'userRateLimitExceeded',
        domain: 'usageLimits',
      });
      time += 25;
      expect(await statuses('drive/v3/about', 2)).toEqual([200, 403]);
      time += 500;
      expect(await statuses(FILES, 2)).toEqual([200, 403]);
    });
  });

  test('a page takes its latency', async () => {
    await withEmulator({ latencyMs: 60, jitter: 0.5 }, async (emulator) => {
      const start = performance.now();
      await ask(emulator, FILES);
      expect(performance.now() - start).toBeGreaterThan(28);
    });
  });
});
