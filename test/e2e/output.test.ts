import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import { CLI, openRig, waitFor, type Outcome, type Rig } from '../support/cli';
import { fillStore } from '../support/local-store';
import { file } from '../support/stores';

const NOBODY = 'http://127.0.0.1:1/';
const ENDLESS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n';
const LIMIT_S = 20;

/** Other people choose names. */
const NAME = '=cmd|x!A1 \u009b31m\u202egpj.\u001b[0m\u200f';
const DESCRIPTION = '@SUM(1)\u0085';
const EVIL = file('evil', { name: NAME, description: DESCRIPTION, ownedByMe: true });
/** What a terminal obeys. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

let rig: Rig;

beforeAll(() => {
  rig = openRig(NOBODY);
  fillStore(rig, [file('plain'), file('other'), EVIL]);
});
afterAll(async () => {
  await rig.close();
});

/** Runs a command whose output goes through a pipe into another program; one that takes too long is killed. */
function piped(args: readonly string[], into: string): Outcome {
  const words = ['timeout', '-s', 'KILL', String(LIMIT_S), process.execPath, CLI, ...args].map(quoted);
  const script = `{ ${words.join(' ')}; echo "code $?" >&2; } | ${into}`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GDRIVE_SYNC_HOME: rig.home },
  });
  const [said = '', code] = stderr.split(/code (\d+)\n$/);
  return { code: Number(code), stdout, stderr: said };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

describe('a reader that has seen enough ends the command', () => {
  test.each([
    { args: ['sql', ENDLESS, '--csv'], lines: ['i', '1', '2'] },
    { args: ['sql', ENDLESS, '--json'], lines: ['{"i":1}', '{"i":2}', '{"i":3}'] },
  ])('$args', ({ args, lines }) => {
    expect(piped(args, 'head -n 3')).toEqual({ code: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
  });
});

describe('a reader that pauses keeps the write-ahead log from being reused for a moment only', () => {
  const FILES = 5_000;
  let slow: Rig;

  beforeAll(() => {
    slow = openRig(NOBODY);
    const folder = file('folder', { mimeType: 'application/vnd.google-apps.folder', ownedByMe: true });
    const files = Array.from({ length: FILES }, (_, at) =>
      file(`file-${String(at)}`, { name: 'x'.repeat(200), parents: ['folder'], ownedByMe: true }),
    );
    fillStore(slow, [folder, ...files]);
  });
  afterAll(async () => {
    await slow.close();
  });

  test.each([
    { args: ['export'] },
    { args: ['export', '--paths'] },
    { args: ['export', '--format', 'csv'] },
    { args: ['ls', '-R'] },
    { args: ['ls', '-R', '--json'] },
    { args: ['ls', '-R', '/No folder/name of folder', '--json'] },
  ])('$args', async ({ args }) => {
    const command = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env['PATH'], GDRIVE_SYNC_HOME: slow.home },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const db = new Database(slow.store);
    try {
      // It has begun, and stands still as soon as the pipe is full.
      await once(command.stdout, 'readable');
      db.pragma('busy_timeout = 50');
      await waitFor('the log is emptied', () => {
        db.exec('UPDATE store SET epoch = epoch + 1');
        const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
        return result?.busy === 0;
      });
      let lines = 0;
      command.stdout.on('data', (text: Buffer) => (lines += text.toString('latin1').split('\n').length - 1));
      const [code] = (await once(command, 'close')) as [number];
      expect({ code, lines }).toEqual({ code: 0, lines: expect.any(Number) as number });
      expect(lines).toBeGreaterThanOrEqual(FILES);
    } finally {
      command.kill();
      db.close();
    }
  });
});

test('a statement that fails between two rows is reported in one sentence', async () => {
  const fails = 'SELECT abs(i) AS i FROM (SELECT 1 AS i UNION ALL SELECT -9223372036854775807 - 1)';
  const outcome = await rig.run(['sql', fails, '--csv']);
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toMatch(/^gdrive-sync: SQLite says: integer overflow\nhint: /);
});

test('a table shows every digit of a large integer', async () => {
  const { stdout } = await rig.run(['sql', 'SELECT 9223372036854775807 AS large']);
  expect(stdout).toContain('9223372036854775807');
});

test.each(['2026-09', '2026-09-01', '2026-09-01 08:00', '2026-09-01T08:00+02:00', '7d'])(
  'the history and a search take the same moment: %s',
  async (moment) => {
    expect(await rig.run(['history', '--since', moment])).toMatchObject({ code: 0 });
    expect(await rig.run(['search', `after:"${moment}"`])).toMatchObject({ code: 0 });
  },
);

describe('names that a terminal or a spreadsheet would obey', () => {
  const NAMES = 'SELECT name, description FROM files ORDER BY id';

  test.each([
    { args: ['export'] },
    { args: ['export', '--paths'] },
    { args: ['sql', NAMES, '--json'] },
    { args: ['ls', '/No folder', '--json'] },
    { args: ['ls', '-R', '--json'] },
    { args: ['search', 'gpj', '--json'] },
    { args: ['info', 'evil', '--json'] },
    { args: ['du', '/No folder', '--json'] },
  ])('are the same JSON value without such a character: $args', async ({ args }) => {
    const { code, stdout } = await rig.run(args);
    const lines = stdout.split('\n').filter((line) => line !== '');
    expect(code).toBe(0);
    expect(lines.filter((line) => OBEYED.test(line))).toEqual([]);
    expect(lines.map((line) => JSON.stringify(JSON.parse(line))).join('\n')).toContain(
      JSON.stringify(NAME).slice(1, -1),
    );
  });

  test.each([
    { args: ['ls', '/No folder'] },
    { args: ['ls', '-R'] },
    { args: ['search', 'gpj'] },
    { args: ['info', 'evil'] },
    { args: ['du', '/No folder'] },
    { args: ['sql', NAMES] },
  ])('are visible as text: $args', async ({ args }) => {
    const { stdout, stderr } = await rig.run(args);
    expect(stdout).toContain('=cmd|x!A1 \uFFFD31m\uFFFDgpj.\uFFFD[0m\uFFFD');
    // Tabs separate the fields of a table.
    const lines = (stdout + stderr).replaceAll('\t', ' ').split('\n');
    expect(lines.filter((line) => OBEYED.test(line))).toEqual([]);
  });

  test.each([
    { args: ['export', '--format', 'csv'] },
    { args: ['export', '--format', 'csv', '--paths'] },
    { args: ['sql', NAMES, '--csv'] },
  ])('are no formulas in CSV, unless they are to be raw: $args', async ({ args }) => {
    const guarded = (await rig.run(args)).stdout;
    expect(guarded).toContain(`'${NAME}`);
    expect(guarded).toContain(`'${DESCRIPTION}`);
    const raw = (await rig.run([...args, '--raw'])).stdout;
    expect(raw).toContain(NAME);
    expect(raw).not.toContain(`'${NAME}`);
  });
});
