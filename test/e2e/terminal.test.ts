/** What a person sees and types on a terminal: a pseudo-terminal of 80 columns, and Ctrl-C. */
import stringWidth from 'string-width';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startEmulator, type Emulator } from '../../emulator';
import { CLI, difference, EXACT, openRig, pagesReach, type Rig } from '../support/cli';

const COLUMNS = 80;

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 51, files: 2_000 },
    pageCap: 100,
    latencyMs: 60,
  });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

/** Runs a command on a pseudo-terminal; returns what it wrote there. */
async function onTerminal(args: readonly string[]): Promise<string> {
  const command = `stty cols ${String(COLUMNS)} rows 24; exec ${[process.execPath, CLI, ...args].map((arg) => `'${arg}'`).join(' ')}`;
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
    env: { ...rig.env, TERM: 'xterm' },
  });
  return stdout;
}

/** Sentences, which a terminal wraps as it likes. */
const isFree = (line: string) => /^(as of|account|and \d|hint|Temporal)/.test(line);

/** The lines that stay: of one that was rewritten, the last state. */
function linesThatStay(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\r\u001b[K').at(-1) ?? '')
    .filter((line) => line !== '');
}

test('a sync shows progress in one line, and every line fits the terminal', async () => {
  // To the end of the walk, so that what `status` shows does not depend on how far it came.
  const text = await onTerminal(['sync', '--walk']);
  expect(text).toContain('\r\u001b[K');
  expect(text).toMatch(/\d+ % · [\d,]+ files/);
  const lines = linesThatStay(text);
  expect(lines.find((line) => line.startsWith('completed: 2,000 files'))).toBeDefined();
  for (const args of [['ls', '/My Drive'], ['search', 'e'], ['status'], ['du'], ['--help']]) {
    const shown = linesThatStay(await onTerminal(args));
    const wide = shown.filter((line) => !isFree(line) && stringWidth(line) > COLUMNS);
    expect({ args, wide }).toEqual({ args, wide: [] });
  }
});

test('Ctrl-C leaves a job that continues with the next sync', async () => {
  const sync = rig.spawn(['sync']);
  await pagesReach(emulator, 5, sync);
  const { code, stderr } = await sync.kill('SIGINT');
  expect(code).toBe(130);
  expect(stderr).toMatch(/Stopped\. Job [0-9a-f]{8} continues with the next `gdrive-sync sync`\./);
  const next = await rig.run(['sync']);
  expect(next).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('continues where it stopped') as string,
  });
  expect(await difference(rig, emulator)).toEqual(EXACT);
});
