import { CommanderError, type Command } from 'commander';
import { errorCode, errorMessage, EXIT, UserError } from '../errors';
import { overview } from './overview';
import { buildProgram } from './program';
import { reportError } from './shared/exit';
import type { Host } from './shared/host';
import { processHost } from './shared/process-host';
import { createInvoke, type GlobalOptions } from './shared/invoke';

/** How long a leftover, such as a connection that does not close, may keep the process alive. */
const LINGER_MS = 5_000;

/** Runs one command line in this process and then ends the process. */
export function runProcess(args: readonly string[]): void {
  void main(processHost, args)
    .then((code) => (process.exitCode = code))
    .finally(() => processHost.leaveWithin(LINGER_MS));
}

/** Runs one command line (without the names of Node and the program); returns its exit code. */
export async function main(host: Host, args: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const settle = (given: number): void => void (code = given);
  endWithoutReader(host);
  const program = buildProgram(host, (built) =>
    createInvoke(host, { options: () => built.opts<GlobalOptions>(), settle }),
  );
  try {
    if (args.length > 0) await program.parseAsync(withWords(knownHelp(program, args)), { from: 'user' });
    else {
      host.stdout.write(overview(program));
      const act = createInvoke(host, { options: () => ({}), settle });
      await act(async () => (await import('./status/status.js')).runOverview)();
    }
    return code;
  } catch (error) {
    if (error instanceof UserError) return reportError(error, (text) => void host.stderr.write(text));
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || error.code === 'commander.help';
    return isHelp ? EXIT.ok : reportUsage(host, error, helpFor(program, args));
  }
}

/**
 * The reader of a pipe may close it early, as `head` does. What stderr cannot take is lost: a log that cannot
 * be written must not stop a worker.
 */
function endWithoutReader({ stdout, stderr, exit }: Host): void {
  stderr.on('error', () => undefined);
  stdout.on('error', (error) => {
    if (errorCode(error) === 'EPIPE') return;
    stderr.write(`gdrive-sync: cannot write the output: ${errorMessage(error)}\n`);
    exit(EXIT.failure);
  });
}

/** The command that prints the help of the command that the arguments name. */
function helpFor(program: Command, args: readonly string[]): string {
  const names = ['gdrive-sync'];
  let at = program;
  for (const word of args) {
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) continue;
    names.push(word);
    at = next;
  }
  return `${names.join(' ')} --help`;
}

/** Prints an error of the command line parser in the form of every other error. */
function reportUsage({ stderr }: Host, { message }: CommanderError, help: string): number {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  stderr.write(`gdrive-sync: ${what}\n`);
  stderr.write(`hint: ${suggestion?.replaceAll(/[()]/g, '') ?? `see \`${help}\``}\n`);
  return EXIT.usage;
}

/** `help` of an unknown command is that command, for which the parser has an error and a suggestion. */
function knownHelp(program: Command, args: readonly string[]): readonly string[] {
  const [first, name] = args;
  if (first !== 'help' || name === undefined || name.startsWith('-')) return args;
  return program.commands.some((command) => command.name() === name) ? args : args.slice(1);
}

/** `-h`, `-q`, `-v` and `-V` are options of every command. */
const EXCLUDES = /^-(?![hqvV]$)[^-]/;

/** Puts a space before excluded words such as `-draft`, so that the parser does not take them for options. */
export function withWords(args: readonly string[]): string[] {
  const at = args.indexOf('search');
  return args.map((arg, place) => (at !== -1 && place > at && EXCLUDES.test(arg) ? ` ${arg}` : arg));
}
