import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../src/make-folder';
import { runHere } from '../support/in-process';

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'folder-'));
});

afterEach(() => {
  rmSync(base, { recursive: true });
});

test('the missing folders above it are created with the same mode, and a second call changes nothing', () => {
  const path = join(base, 'a', 'b');
  makeFolder(path, 0o700);
  makeFolder(path, 0o755);
  for (const made of [path, join(base, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', () => {
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, 'file'))).toThrow(/EEXIST/);
  expect(() => makeFolder(join(base, 'file', 'below'))).toThrow(/ENOTDIR/);
});

const testWithProc = existsSync('/proc/self') ? test : test.skip;

testWithProc.each(['/proc/gdrive-sync', '/proc/self/gdrive-sync/home'])(
  'a home at %s is refused at once',
  async (home) => {
    const { code, stdout, stderr } = await runHere(['--home', home, 'status'], { env: { HOME: base } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^gdrive-sync: the home folder \/proc\S+ cannot be used: ENOENT.*\nhint: choose a folder that you may write to/,
    );
  },
);
