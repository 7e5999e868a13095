import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDriveClient, type DriveClient } from '../../src/drive/client';
import { loadCredentials } from '../../src/drive/auth/credentials';
import { Limiter, Pacer } from '../../src/drive/limiter';
import { nodeFetch } from '../support/emulated';
import { sendJson, serve, type RawServer } from '../support/raw-server';

const LIMITS = { ms: 250, body: 64 * 1024, errorBody: 4 * 1024, secondTryMs: 10 };
const PATIENT = { ...LIMITS, ms: 30_000 };
const AUTH_ERROR = { error: { code: 401, errors: [{ reason: 'authError' }] } };

let folder: string;
let server: RawServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-login-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

/** A login that Google's library mints by itself, from another provider's token. */
async function open(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  limits = PATIENT,
): Promise<DriveClient> {
  server = await serve(answer);
  const token = join(folder, 'token');
  const path = join(folder, 'login.json');
  writeFileSync(token, 'subject-token');
  const login = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.url}sts`,
    credential_source: { file: token },
  };
  writeFileSync(path, JSON.stringify(login));
  const credentials = await loadCredentials({ kind: 'file', path }, undefined, limits);
  if (!('getClient' in credentials.client)) throw new Error('the library has not made this login');
  const client = await credentials.client.getClient();
  const exchange = (client as unknown as { stsCredential: Pick<typeof client, 'transporter'> }).stsCredential;
  for (const { transporter } of [client, exchange])
    transporter.defaults.fetchImplementation = await nodeFetch();
  return createDriveClient(credentials, server.url, new Limiter([new Pacer(1e9)]), PATIENT);
}

test('a login of another provider is renewed when Drive refuses its token', async () => {
  let minted = 0;
  const drive = await open((request, response) => {
    if (request.url === '/sts') {
      minted += 1;
      sendJson(response, {
        access_token: `token-${String(minted)}`,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      });
    } else if (request.headers.authorization === 'Bearer token-2')
      sendJson(response, { startPageToken: '1' });
    else sendJson(response, AUTH_ERROR, { status: 401 });
  });
  await expect(drive.startPageToken(undefined)).resolves.toBe('1');
  expect(minted).toBe(2);
});

test('a login whose file of the token is missing is lost', async () => {
  const drive = await open(() => undefined);
  rmSync(join(folder, 'token'));
  await expect(drive.user()).rejects.toMatchObject({
    kind: 'needs-login',
    message: expect.stringContaining('a file of the login cannot be read') as string,
  });
});

test('a provider that never answers is given up', async () => {
  const drive = await open(() => undefined, LIMITS);
  await expect(drive.user()).rejects.toMatchObject({ kind: 'too-slow' });
  expect(server.requests).toBe(1);
});
