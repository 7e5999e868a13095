import { CommanderError } from 'commander';
import { errorCode, errorMessage, EXIT, UserError } from '../errors';
import { buildProgram } from './program';
import { reportError } from './shared/exit';
import type { Host } from './shared/host';
import { processHost } from './shared/process-host';
import { createInvoke, type GlobalOptions } from './shared/invoke';

/** What is not needed any more, such as a connection that does not close, holds the process no longer than this. */
const LINGER_MS = 5_000;

/** Runs one command line in this process, which ends with it. */
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
    if (args.length > 0) await program.parseAsync(withWords(args), { from: 'user' });
    else {
      host.stdout.write(program.helpInformation());
      const act = createInvoke(host, { options: () => ({}), settle });
      await act(async () => (await import('./jobs/status.js')).runOverview)();
    }
    return code;
  } catch (error) {
    if (error instanceof UserError) return reportError(error, (text) => void host.stderr.write(text));
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0 || error.code === 'commander.help';
    return isHelp ? EXIT.ok : reportUsage(host, error);
  }
}

/** Whoever reads the output may have seen enough, as `head` does. */
function endWithoutReader({ stdout, stderr, exit }: Host): void {
  stdout.on('error', (error) => {
    if (errorCode(error) === 'EPIPE') return;
    stderr.write(`gdrive-sync: the output cannot be written: ${errorMessage(error)}\n`);
    exit(EXIT.failure);
  });
}

/** The parser's own words, in the form of every other error. */
function reportUsage({ stderr }: Host, { message }: CommanderError): number {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  stderr.write(`gdrive-sync: ${what}\n`);
  stderr.write(`hint: ${suggestion?.replaceAll(/[()]/g, '') ?? 'see `gdrive-sync --help`'}\n`);
  return EXIT.usage;
}

/** A word that a search excludes looks like an option: `-draft`. A space before it tells the parser that it is none. */
function withWords(args: readonly string[]): string[] {
  const at = args.indexOf('search');
  return args.map((arg, place) => (at !== -1 && place > at && /^-[^-]./.test(arg) ? ` ${arg}` : arg));
}
