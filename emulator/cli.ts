#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startEmulator, type EmulatorOptions } from './index';

const USAGE = `Usage: drive-emulator [options]

Serves an emulated Google Drive v3 API and its OAuth 2 endpoints on 127.0.0.1 until it is stopped.

  --files <count>      files in the Drive, made up from the seed (default 1000)
  --drives <count>     shared drives with a tenth of the files each (default 0)
  --seed <number>      what the files are made up from (default 1)
  --from <folder>      show the names, sizes, times and tree of a real folder instead
  --port <number>      port to listen on (default 0: any free one)
  --latency <ms>       how long each answer takes (default 0)
  --units <count>      quota units a minute; Google's own quota is 325000 (default: no quota)
  --token <text>       the access token to accept (default emulator-token)
`;

const OPTIONS = {
  files: { type: 'string', default: '1000' },
  drives: { type: 'string', default: '0' },
  seed: { type: 'string', default: '1' },
  from: { type: 'string' },
  port: { type: 'string', default: '0' },
  latency: { type: 'string', default: '0' },
  units: { type: 'string' },
  token: { type: 'string', default: 'emulator-token' },
  help: { type: 'boolean', default: false },
} as const;

/** A mistake on the command line. */
class UsageError extends Error {}

function count(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** Reads the command line; undefined where only help is wanted. */
function readOptions(args: string[]): EmulatorOptions | undefined {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) return undefined;
  const files = count('files', values.files);
  const inDrive = Math.max(1, Math.floor(files / 10));
  const drives = Array.from({ length: count('drives', values.drives) }, (_, at) => ({
    name: `Shared drive ${String(at + 1)}`,
    files: inDrive,
  }));
  const corpus: EmulatorOptions['corpus'] =
    values.from === undefined
      ? { kind: 'seed', seed: count('seed', values.seed), files, drives }
      : { kind: 'folder', path: values.from, drives };
  return {
    corpus,
    port: count('port', values.port),
    latencyMs: count('latency', values.latency),
    accessToken: values.token,
    ...(values.units !== undefined && { quota: { unitsPerMinute: count('units', values.units) } }),
  };
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const emulator = await startEmulator(options);
  const lines = [
    `Drive emulator on ${emulator.url}`,
    `access token: ${options.accessToken ?? ''}`,
    `OAuth 2: authorization ${emulator.authUrl}, tokens ${emulator.tokenUrl}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const stop = (): void => void emulator.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

/** One sentence for what a person can mend: a wrong option, a busy port, a folder that is not there. */
main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`drive-emulator: ${message}\n`);
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (isUsage) process.stderr.write('hint: see `drive-emulator --help`\n');
  process.exitCode = isUsage ? 2 : 1;
});
