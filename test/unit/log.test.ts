import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logFailure, toTemporalFailure } from '../../src/activities/failures';
import { loggingFailure, logFileOf, openFileLog, openLog } from '../../src/commands/shared/log';
import { EXIT, UserError } from '../../src/errors';
import { prettyLine } from '../../src/commands/shared/log';
import { createLog, errorFields, fileSink, foldRepeats, type LogRecord } from '../../src/log';
import { SyncFailure } from '../../src/model/failure';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A log that keeps its records. */
function kept() {
  const records: LogRecord[] = [];
  return { records, log: createLog((record) => void records.push(record)) };
}

test('facts are added to each line of a log, and the nearest one counts', () => {
  const { records, log } = kept();
  log.with({ account: 'work', job: 'a' }).with({ job: 'b' }).write('warn', 'said', { source: 'user' });
  expect(records).toMatchObject([
    { level: 'warn', message: 'said', fields: { account: 'work', job: 'b', source: 'user' } },
  ]);
});

test('a line for people has level, message and facts, and a stack below', () => {
  const at = Date.UTC(2026, 0, 1);
  const line = prettyLine({
    at,
    level: 'warn',
    message: 'said',
    fields: { source: 'user', stack: '    at x', job: undefined },
  });
  expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00 WARN {2}said source=user\n {4}at x$/);
});

test('stderr gets what is asked for, the file in the home all from info on', () => {
  const said: string[] = [];
  const log = openLog(folder, { logLevel: 'error', logFormat: 'json' }, (line) => void said.push(line));
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log.write(level, level);
  expect(said.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['error']);
  const lines = readFileSync(logFileOf(folder), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
    'info',
    'warn',
    'error',
  ]);
  expect(statSync(logFileOf(folder)).mode & 0o777).toBe(0o600);
});

test.each([{ logLevel: 'loud' }, { logFormat: 'xml' }])('%j is refused with the choices', (options) => {
  expect(() => openLog(folder, options, () => undefined)).toThrow(/takes (debug, info|pretty, json)/);
});

test('a file that has grown is kept once under another name', () => {
  const path = join(folder, 'x.log');
  const log = createLog(fileSink(path, 500));
  for (let i = 0; i < 30; i++) log.write('info', 'a line of some length');
  expect(readdirSync(folder).toSorted()).toEqual(['x.log', 'x.log.1']);
  expect(statSync(path).size).toBeLessThan(700);
});

test('a file that cannot be written stops nothing', () => {
  expect(() => createLog(fileSink('/proc/no/where/x.log')).write('info', 'said')).not.toThrow();
});

describe('an error that nobody expected', () => {
  const error = new TypeError("cannot read 'Salaries 2026.xlsx'", {
    cause: Object.assign(new Error('of somebody@example.com'), { code: 'SQLITE_CONSTRAINT' }),
  });

  test('is logged with the frames of its stack and its causes, without their messages', () => {
    const fields = errorFields(error, { messages: false });
    expect(fields).toEqual({
      error: 'TypeError <- Error SQLITE_CONSTRAINT',
      stack: expect.stringMatching(/^\s+at /),
    });
    expect(JSON.stringify(fields)).not.toMatch(/Salaries|somebody/);
    expect(errorFields(error, { messages: true })['error']).toContain('Salaries');
  });

  test('is logged once, although it becomes a failure of Temporal on its way', () => {
    const { records, log } = kept();
    logFailure(log, error, { source: 'user' });
    logFailure(log, toTemporalFailure(error, 1), { activity: 'crawlSlice' });
    expect(records).toMatchObject([
      { level: 'error', message: 'unexpected error', fields: { source: 'user' } },
    ]);
    const { message, cause } = toTemporalFailure(error, 1);
    expect({ message, cause }).toEqual({ message: 'an unexpected error occurred', cause: undefined });
  });

  test('is logged where only Temporal would see it', () => {
    const { records, log } = kept();
    logFailure(log, toTemporalFailure(new RangeError('x'), 1), { activity: 'crawlSlice' });
    expect(records).toMatchObject([
      { level: 'error', fields: { error: 'RangeError', activity: 'crawlSlice' } },
    ]);
  });
});

test('a failure of a known kind is a warning with its kind', () => {
  const { records, log } = kept();
  logFailure(log, new SyncFailure('malformed', { detail: 'the answer is not valid JSON' }));
  expect(records).toMatchObject([
    { level: 'warn', message: expect.stringContaining('not valid JSON'), fields: { kind: 'malformed' } },
  ]);
});

/** Has a command fail; returns what is in the log file then. */
async function failWith(error: unknown, signal = new AbortController().signal): Promise<unknown[]> {
  const work = loggingFailure({ fileLog: openFileLog(folder), signal }, '`sync` failed', () =>
    Promise.reject(error as Error),
  );
  await expect(work).rejects.toBe(error);
  if (!existsSync(logFileOf(folder))) return [];
  const lines = readFileSync(logFileOf(folder), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('a command that fails', () => {
  test('leaves a line in the words that a person is told, with the kind of its cause, without addresses', async () => {
    const cause = new SyncFailure('not-delegated');
    const error = new UserError('it may not act for <someone@example.com>', { cause });
    expect(await failWith(error)).toMatchObject([
      {
        level: 'error',
        message: '`sync` failed: it may not act for <<address>>',
        kind: 'not-delegated',
        pid: process.pid,
      },
    ]);
  });

  test('in a way that nobody expected leaves the frames of its stack, and no message', async () => {
    const [line] = await failWith(new TypeError('of secret.txt'));
    expect(line).toMatchObject({ message: '`sync` failed', error: 'TypeError' });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  test('because it was called wrongly, or stopped, leaves none', async () => {
    expect(await failWith(new UserError('--drives: no', { exitCode: EXIT.usage }))).toEqual([]);
    expect(await failWith(new Error('aborted'), AbortSignal.abort())).toEqual([]);
  });
});

test('an event that repeats is written once a minute, with a count, and another one at once', () => {
  const written: LogRecord[] = [];
  const sink = foldRepeats((record) => written.push(record));
  const at = (seconds: number, kind: string): void =>
    sink({
      at: seconds * 1_000,
      level: 'warn',
      message: 'm',
      fields: { account: 'a', kind, source: seconds },
    });
  for (let second = 0; second < 61; second++) at(second, 'network');
  at(61, 'disk-full');
  at(130, 'network');
  expect(written.map(({ fields }) => fields)).toEqual([
    { account: 'a', kind: 'network', source: 0 },
    { account: 'a', kind: 'network', source: 60, repeated: 59 },
    { account: 'a', kind: 'disk-full', source: 61 },
    { account: 'a', kind: 'network', source: 130 },
  ]);
});
