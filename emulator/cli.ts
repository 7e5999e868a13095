#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startEmulator, type EmulatorOptions } from './index';

const USAGE = `Usage: drive-emulator [options]

Serves an emulated Google Drive API (v3, read-only) and Google's OAuth 2 endpoints on 127.0.0.1 until it is stopped.

  --files <count>      number of generated files in the Drive (default 1000)
  --drives <count>     number of shared drives, each with a tenth of the files (default 0)
  --seed <number>      seed of the generator: the same seed gives the same files (default 1)
  --from <folder>      serve a local folder instead, with its files' contents
  --contents           generate contents of texts, Office files and Google Docs, Sheets and Slides
  --port <number>      port to listen on (default 0: any free port)
  --latency <ms>       latency of list requests (default 0)
  --units <count>      quota units per minute; Google's own quota is 325000 (default: no quota)
  --token <text>       access token to accept (default emulator-token)
  -h, --help           print this help
`;

const OPTIONS = {
  files: { type: 'string', default: '1000' },
  drives: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  from: { type: 'string' },
  contents: { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  latency: { type: 'string', default: '0' },
  units: { type: 'string' },
  token: { type: 'string', default: 'emulator-token' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const HIGHEST_PORT = 65_535;

/** A mistake on the command line. */
class UsageError extends Error {}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** @throws UsageError for an unknown option, and for one without a value. */
function parse(args: string[]): Values {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    // The rest of Node's message is advice that does not fit this command.
    const [sentence = ''] = messageOf(error).split(/\.\s|\n/);
    const option = /'.*(--[a-z]+).*' argument (?:is ambiguous|missing)$/.exec(sentence)?.[1];
    throw new UsageError(option === undefined ? sentence : `${option} needs a value`);
  }
}

function count(name: string, text: string, least = 0, most = Infinity): number {
  const isCount = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  if (isCount) return Number(text);
  const range =
    most === Infinity ? `of at least ${String(least)}` : `from ${String(least)} to ${String(most)}`;
  throw new UsageError(`--${name} takes a whole number ${range}, not ${JSON.stringify(text)}`);
}

function toOptions(values: Values): EmulatorOptions {
  const files = count('files', values.files);
  const inDrive = Math.max(1, Math.floor(files / 10));
  const drives = Array.from({ length: count('drives', values.drives) }, (_, at) => ({
    name: `Shared drive ${String(at + 1)}`,
    files: inDrive,
  }));
  if (values.token === '') throw new UsageError('--token needs a value');
  const corpus: EmulatorOptions['corpus'] =
    values.from === undefined
      ? { kind: 'seed', seed: count('seed', values.seed), files, drives }
      : { kind: 'folder', path: values.from, drives };
  return {
    corpus,
    ...(values.contents && { contents: 'seed' as const }),
    port: count('port', values.port, 0, HIGHEST_PORT),
    latencyMs: count('latency', values.latency),
    accessToken: values.token,
    ...(values.units !== undefined && { quota: { unitsPerMinute: count('units', values.units, 1) } }),
  };
}

async function main(values: Values): Promise<void> {
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const emulator = await startEmulator(toOptions(values)).catch((error: unknown) => {
    throw explain(error, values);
  });
  const stop = (): void => void emulator.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const lines = [
    `Drive emulator on ${emulator.url}`,
    `access token: ${values.token}`,
    `OAuth 2: authorization ${emulator.authUrl}, tokens ${emulator.tokenUrl}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Why the emulator does not start, by error code; errors of `listen` have a prefix. */
const REASONS: Readonly<Record<string, (values: Values) => string>> = {
  'listen EADDRINUSE': ({ port }) => `port ${port} is already in use`,
  'listen EACCES': ({ port }) => `you may not listen on port ${port}`,
  ENOENT: ({ from = '' }) => `the folder ${from} does not exist`,
  ENOTDIR: ({ from = '' }) => `${from} is not a folder`,
  EACCES: ({ from = '' }) => `you may not read the folder ${from}`,
  EPERM: ({ from = '' }) => `you may not read the folder ${from}`,
};

/** Explains in one sentence why the emulator does not start; returns other errors unchanged. */
function explain(error: unknown, values: Values): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', syscall = '' }: NodeJS.ErrnoException = error;
  const reason = REASONS[syscall === 'listen' ? `listen ${code}` : code];
  return reason === undefined ? error : new Error(reason(values));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function run(): Promise<void> {
  try {
    await main(parse(process.argv.slice(2)));
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`drive-emulator: ${messageOf(error)}\n`);
    if (isUsage) process.stderr.write('hint: see `drive-emulator --help`\n');
    process.exitCode = isUsage ? 2 : 1;
  }
}

void run();
