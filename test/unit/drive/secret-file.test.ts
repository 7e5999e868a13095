import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readClientSecrets } from '../../../src/drive/auth/client-secrets';
import { readCredentialFile } from '../../../src/drive/auth/credential-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-secrets-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(bytes: Buffer): string {
  const path = join(folder, 'file.json');
  writeFileSync(path, bytes);
  return path;
}

const SECRETS = JSON.stringify({ installed: { client_id: 'ïd', client_secret: 's' } });
const LOGIN = JSON.stringify({
  type: 'authorized_user',
  client_id: 'ïd',
  client_secret: 's',
  refresh_token: 'r',
});
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const KEY = JSON.stringify({ type: 'service_account', client_email: 'ïd', private_key: privateKey });

describe.each([
  { encoding: 'UTF-8', encode: (text: string) => Buffer.from(text) },
  { encoding: 'UTF-8 with a byte order mark', encode: (text: string) => Buffer.from(`\ufeff${text}`) },
  {
    encoding: 'UTF-16LE with a byte order mark',
    encode: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  },
  {
    encoding: 'UTF-16BE with a byte order mark',
    encode: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  },
  { encoding: 'lines that end as on Windows', encode: (text: string) => Buffer.from(`${text}\r\n`) },
])('a file in $encoding', ({ encode }) => {
  test('is read as client secrets, as a login and as a key', () => {
    expect(readClientSecrets(write(encode(SECRETS)))).toMatchObject({ clientId: 'ïd' });
    expect(readCredentialFile(write(encode(LOGIN)))).toMatchObject({ clientId: 'ïd', refreshToken: 'r' });
    expect(readCredentialFile(write(encode(KEY)))).toMatchObject({ email: 'ïd', privateKey });
  });
});

test.each([
  ['cut short', Buffer.from(SECRETS.slice(0, 20))],
  ['in UTF-16 and cut in a character', Buffer.from(`\ufeff${SECRETS}`, 'utf16le').subarray(0, 21)],
  ['empty', Buffer.alloc(0)],
  ['a byte order mark alone', Buffer.from('\ufeff')],
])('a file that is %s is no JSON, and is not quoted', (_, bytes) => {
  expect(() => readClientSecrets(write(bytes))).toThrow(
    expect.objectContaining({ name: 'UserError', message: expect.stringMatching(/: it is not JSON$/) }),
  );
});
