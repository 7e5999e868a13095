import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDriveClient, type DriveClient } from '../../src/drive/client';
import { Limiter, Pacer } from '../../src/drive/limiter';
import { selfSigned } from '../support/certificates';
import { LOGIN, testCredentials } from '../support/emulated';
import { sendJson, serve, type RawServer } from '../support/raw-server';

let server: RawServer;

afterEach(async () => {
  globalAgent.options.ca = undefined;
  globalAgent.destroy();
  await server.close();
});

/** Starts a server with a certificate for a name; `trusted`: as NODE_EXTRA_CA_CERTS would have it. */
async function start(name: string, trusted = false): Promise<void> {
  const tls = selfSigned(name);
  if (trusted) globalAgent.options.ca = tls.cert;
  server = await serve((_, response) => sendJson(response, { startPageToken: '1' }), tls);
}

async function tokenClient(url = server.url): Promise<DriveClient> {
  const credentials = await testCredentials({ kind: 'token', token: 'token' }, undefined);
  return createDriveClient(credentials, url, new Limiter([new Pacer(1e9)]));
}

test('a certificate of an unknown authority is named with host and reason, and not tried again', async () => {
  await start('IP:127.0.0.1');
  const drive = await tokenClient();
  await expect(drive.startPageToken(undefined)).rejects.toMatchObject({
    kind: 'untrusted-certificate',
    message: `the TLS certificate of ${new URL(server.url).host} is not trusted (it is self-signed)`,
  });
  expect(server.requests).toBe(0);
});

test('a server without TLS where TLS is expected is a fault of the network', async () => {
  server = await serve((_, response) => sendJson(response, {}));
  const drive = await tokenClient(server.url.replace('http:', 'https:'));
  await expect(drive.startPageToken(undefined)).rejects.toMatchObject({
    kind: 'network',
    message: 'Google Drive cannot be reached (no TLS connection: EPROTO)',
  });
});

test('a certificate of an authority that is trusted is taken', async () => {
  await start('IP:127.0.0.1', true);
  const drive = await tokenClient();
  await expect(drive.startPageToken(undefined)).resolves.toBe('1');
});

test('a certificate of another host is named as such', async () => {
  await start('DNS:drive.test', true);
  const drive = await tokenClient();
  await expect(drive.startPageToken(undefined)).rejects.toMatchObject({
    kind: 'untrusted-certificate',
    message: expect.stringContaining('(it is for another host)') as string,
  });
});

test("the login server's certificate is named too", async () => {
  await start('IP:127.0.0.1');
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-login-'));
  try {
    const path = join(folder, 'login.json');
    writeFileSync(path, JSON.stringify(LOGIN));
    const credentials = await testCredentials({ kind: 'file', path }, server.url);
    const drive = createDriveClient(credentials, undefined, new Limiter([new Pacer(1e9)]));
    await expect(drive.user()).rejects.toMatchObject({
      kind: 'untrusted-certificate',
      message: expect.stringContaining(new URL(server.url).host) as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
