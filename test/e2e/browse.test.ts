import { startEmulator, type Emulator } from '../../emulator';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRig, type Outcome, type Rig } from '../support/cli';

const FILES = 2_000;
const SAMPLE = 25;

let emulator: Emulator;
let rig: Rig;

beforeAll(async () => {
  emulator = await startEmulator({
    corpus: {
      kind: 'seed',
      seed: 3,
      files: FILES,
      hostile: true,
      drives: [{ name: 'Team \u001b[31m/ red', files: 50 }],
    },
  });
  rig = openRig(emulator.url);
  expect((await rig.run(['sync'])).code).toBe(0);
}, 60_000);
afterAll(async () => {
  await rig.close();
  await emulator.close();
});

/** Characters that move the cursor, change colors or turn the direction of writing. */
const HOSTILE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function linesOf({ stdout }: Outcome): string[] {
  return stdout.split('\n').slice(0, -1);
}

/** A record of RFC 4180 as its fields. */
function csvRecords(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') records.push([]);
  }
  return records.filter((record) => record.length > 1);
}

const COMMANDS: string[][] = [
  ['ls'],
  ['ls', '/My Drive', '--trashed'],
  ['ls', '/Shared drives'],
  ['ls', '-R', '--trashed'],
  ['ls', '-R', '/My Drive'],
  ['du'],
  ['du', '/My Drive', '--limit', '5000'],
  ...['type', 'owner', 'drive', 'age'].map((by) => ['du', '--by', by]),
  ['search', 'e', '--limit', '5000'],
  ['search', 'is:trashed'],
  ['history', '--all'],
  ['sql', 'SELECT name, description FROM files'],
  ['status'],
];

test.each(COMMANDS.map((args) => ({ args, words: args.join(' ') })))(
  'no name gets a control character to the terminal: $words',
  async ({ args }) => {
    const outcome = await rig.run(args);
    expect(outcome.code).toBe(0);
    // Tabs separate the fields of a table.
    const lines = linesOf(outcome).map((line) => line.replaceAll('\t', ' '));
    expect(lines.filter((line) => HOSTILE.test(line))).toEqual([]);
    expect(outcome.stderr.split('\n').filter((line) => HOSTILE.test(line))).toEqual([]);
    if (args[0] !== 'history' && args[0] !== 'sql') expect(outcome.stderr).toMatch(/as of \d{4}-|^$/);
  },
);

test.each(COMMANDS.map((args) => ({ args, words: args.join(' ') })))(
  'every line of JSON can be read: $words',
  async ({ args }) => {
    const outcome = await rig.run([...args, '--json']);
    expect(outcome.code).toBe(0);
    for (const line of linesOf(outcome)) JSON.parse(line);
  },
);

test('a path that is printed names its file, or says that it is not the only one', async () => {
  const all = linesOf(await rig.run(['ls', '-R', '--trashed', '--json'])).map(
    (line) => JSON.parse(line) as { id: string; path: string; name: string },
  );
  expect(all).toHaveLength(FILES + 50);
  // No argument of a command can hold a NUL.
  const named = all.filter(({ path }) => !path.includes('\0'));
  const step = Math.floor(named.length / SAMPLE);
  for (const { id, path } of named.filter((_, at) => at % step === 0)) {
    const { code, stdout, stderr } = await rig.run(['info', path, '--json']);
    if (code === 0) expect(JSON.parse(stdout)).toMatchObject({ file: { id } });
    // Folders that lie in each other have no place of their own: their path says so, and leads nowhere.
    else expect(stderr).toMatch(path.startsWith('/No folder/') ? /there is no|are named/ : /are named/);
  }
}, 60_000);

test('hostile files are told of one by one', async () => {
  const names = linesOf(await rig.run(['ls', '-R', '--trashed', '--json'])).map(
    (line) => JSON.parse(line) as { id: string; name: string },
  );
  const hostile = names.filter(({ name }) => HOSTILE.test(name) || name.trim() === '').slice(0, 8);
  expect(hostile.length).toBeGreaterThan(3);
  for (const { id } of hostile) {
    const outcome = await rig.run(['info', id, '--duplicates']);
    expect(outcome.code).toBe(0);
    expect(linesOf(outcome).filter((line) => HOSTILE.test(line))).toEqual([]);
    expect(JSON.parse((await rig.run(['info', id, '--json'])).stdout)).toMatchObject({ file: { id } });
  }
}, 60_000);

test('an export with paths has the same fields in every record', async () => {
  const { stdout } = await rig.run(['export', '--format', 'csv', '--paths']);
  const [header = [], ...records] = csvRecords(stdout);
  expect(header.at(-1)).toBe('path');
  expect(records).toHaveLength(FILES + 50);
  expect(records.filter((record) => record.length !== header.length)).toEqual([]);
  const lines = linesOf(await rig.run(['export', '--paths']));
  const paths = lines.map((line) => (JSON.parse(line) as { path: string }).path);
  const inRecords = records.map((record) => record.at(-1));
  expect(new Set(paths)).toEqual(new Set(inRecords));
});

test('a result is opened in the browser', async () => {
  const script = join(rig.home, 'browser.sh');
  const seen = join(rig.home, 'seen');
  mkdirSync(rig.home, { recursive: true });
  writeFileSync(script, `#!/bin/sh\nprintf %s "$1" > '${seen}'\n`);
  chmodSync(script, 0o755);
  const { code } = await rig.run(['search', 'e', '--open', '2'], { BROWSER: script });
  expect(code).toBe(0);
  expect(readFileSync(seen, 'utf8')).toMatch(/^https:\/\//);
});

test('a word that is excluded is no option', async () => {
  const found = async (...words: string[]) =>
    linesOf(await rig.run(['search', '--ids', '--limit', '5000', ...words]));
  const all = await found('invoice');
  const rest = await found('-quarterly', 'invoice', '-final');
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.length).toBeLessThan(all.length);
  expect(await rig.run(['search', 'invoice', '--limt', '3'])).toMatchObject({ code: 2 });
});

test.each([
  { args: ['search', 'larger:much'], says: /"much" is not a size/, code: 2 },
  { args: ['search'], says: /nothing to search for/, code: 2 },
  { args: ['ls', '/My Drive/nowhere'], says: /there is no "nowhere" in \/My Drive/, code: 1 },
  { args: ['info', 'nowhere'], says: /there is no "nowhere"/, code: 1 },
  { args: ['info', '/My Drive'], says: /is not a file or folder with details/, code: 1 },
  { args: ['du', '--by', 'color'], says: /--by takes folder, type/, code: 2 },
  { args: ['search', 'x', '--limit', 'many'], says: /--limit takes a count/, code: 2 },
])('$args is told in one sentence', async ({ args, says, code }) => {
  const outcome = await rig.run(args);
  expect(outcome.stderr).toMatch(says);
  expect(outcome.stderr).toMatch(/^hint: /m);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(outcome.code).toBe(code);
});
