/** Runs the command line in the process of the test, on streams that the test can read. */
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { main } from '../../src/commands/main';
import { buildProgram } from '../../src/commands/program';
import type { Host } from '../../src/commands/shared/host';
import { importModule } from './import-module';

/** How the terminal looks: `columns` wide, or a pipe where that is undefined. `typed`: what a person types. */
export interface Terminal {
  columns?: number;
  typed?: string;
  env?: Readonly<Record<string, string | undefined>>;
}

/** What a command wrote, and its exit code. */
export interface Written {
  code: number;
  stdout: string;
  stderr: string;
}

function collector(columns: number | undefined): { stream: Host['stdout']; text: () => string } {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      text += String(chunk);
      done();
    },
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  return { stream: Object.assign(stream, terminal), text: () => text };
}

/** A process that ends nothing. Signals are sent with `signal`. */
export function fakeHost({ columns, typed, env = {} }: Terminal = {}) {
  const [out, err] = [collector(columns), collector(columns)];
  const stops = new Set<() => void>();
  const exits: number[] = [];
  const stdin = Object.assign(Readable.from(typed === undefined ? [] : [typed]), {
    isTTY: columns !== undefined,
  });
  const host: Host = {
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    env,
    onSignal(stop) {
      stops.add(stop);
      return () => void stops.delete(stop);
    },
    exit: (code) => void exits.push(code),
    leaveWithin: () => undefined,
  };
  return {
    host,
    exits,
    signal: () => {
      for (const stop of stops) stop();
    },
    written: () => ({ stdout: out.text(), stderr: err.text() }),
  };
}

/** Runs one command line to its end. */
export async function runHere(
  args: readonly string[],
  terminal: Terminal = {},
  run: typeof main = main,
): Promise<Written> {
  const { host, written } = fakeHost(terminal);
  const code = await run(host, args);
  return { code, ...written() };
}

/** The same with the program that the build made, whose threads can start: for commands that write. */
export async function runBuilt(args: readonly string[], terminal: Terminal = {}): Promise<Written> {
  const built = join(__dirname, '..', '..', 'dist', 'commands', 'main.js');
  const { main: builtMain } = await importModule<{ main: typeof main }>(built);
  return await runHere(args, terminal, builtMain);
}

/** The command line, of which no command does anything. */
export function inertProgram(): Command {
  return buildProgram(fakeHost().host, () => () => () => Promise.resolve());
}
