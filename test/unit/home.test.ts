import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config';
import { UserError } from '../../src/errors';
import { credentialSource } from '../../src/process/credentials';
import { openHome, placesOf, type Home } from '../../src/process/home';

let home: Home;

beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'home-')));
});

afterEach(() => {
  rmSync(home.path, { recursive: true });
});

test.each(['../x', '..', '.', '', 'a/b', '/etc/x', 'A', 'a b', '.hidden', 'a\0b', 'x'.repeat(65)])(
  'no path is made of the name %j',
  (name) => {
    expect(() => home.storeOf(name)).toThrow(UserError);
    expect(() => home.credentialsOf(name)).toThrow(UserError);
  },
);

test('files whose names are not those of accounts are not listed as accounts', () => {
  for (const file of ['default.db', 'Copy of default.db', 'work.credentials.json', '.x.db'])
    writeFileSync(join(home.path, 'accounts', file), '');
  expect(home.accounts()).toEqual(['default']);
  expect(home.logins()).toEqual(['work']);
  expect(home.known()).toEqual(['default', 'work']);
});

test('in a home that does not exist, an account has no credentials', () => {
  const nowhere = placesOf(join(home.path, 'nowhere'));
  expect(() => credentialSource(parseConfig({ HOME: home.path }, {}), nowhere, 'default')).toThrow(
    'there are no credentials for account "default"',
  );
});
