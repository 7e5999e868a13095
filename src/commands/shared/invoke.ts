import { parseConfig, usualAccount, type Config, type Environment } from '../../config';
import { EXIT } from '../../errors';
import { openHome, type Home } from '../../process/home';
import { visibleJson } from '../render/json';
import { printable } from '../render/text';
import { completeCommands } from './complete-commands';
import type { Context } from './context';
import { reportError } from './exit';
import type { Host } from './host';
import { openFileLog, openLog } from './log';
import { StatusLine } from './status-line';

/** The options of every command. */
export interface GlobalOptions {
  home?: string;
  account?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  logLevel?: string;
  logFormat?: string;
}

/** Runs a command with its arguments and options; returns the exit code. */
export type Run<A extends unknown[]> = (context: Context, ...given: A) => Promise<number> | number;

/** Makes an action for commander. Loads the command's code only when called, for a fast start. */
export type Invoke = <A extends unknown[]>(load: () => Promise<Run<A>>) => (...given: A) => Promise<void>;

/** How long the process may take to stop after the first Ctrl-C before it is ended. */
const FORCED_EXIT_MS = 20_000;

/** Runs commands in a process; `settle` gets the exit code of each. */
export function createInvoke(
  host: Host,
  { options, settle }: { options: () => GlobalOptions; settle: (code: number) => void },
): Invoke {
  return (load) =>
    async (...given) => {
      const flags = options();
      const stop = new AbortController();
      const status = new StatusLine(host.stderr);
      const release = stopAtSignal(host, stop);
      try {
        const context = openContext(host, { flags, status, signal: stop.signal });
        settle(await (await load())(context, ...given));
      } catch (error) {
        status.clear();
        const code = reportIfOwn(error, host, { flags, signal: stop.signal });
        settle(code);
      } finally {
        status.clear();
        release();
      }
    };
}

/** Completes printed commands for an account; default: the selected one. */
function completerOf(env: Environment, flags: GlobalOptions): (text: string, account?: string) => string {
  const usual = usualAccount(env);
  return (text, account = flags.account ?? usual) =>
    completeCommands(text, { usualAccount: usual, home: flags.home }, account);
}

function reportIfOwn(
  error: unknown,
  { stderr, env }: Host,
  { flags, signal }: { flags: GlobalOptions; signal: AbortSignal },
): number {
  // After Ctrl-C, an error is only a consequence of stopping.
  if (signal.aborted) return EXIT.interrupted;
  const complete = completerOf(env, flags);
  return reportError(error, (text) => void stderr.write(complete(text)), flags.verbose === true);
}

/** The first signal stops the command cleanly; the second one ends the process. */
function stopAtSignal(host: Host, stop: AbortController): () => void {
  return host.onSignal(() => {
    if (stop.signal.aborted) return host.exit(EXIT.interrupted);
    stop.abort();
    setTimeout(() => host.exit(EXIT.interrupted), FORCED_EXIT_MS).unref();
  });
}

function openContext(
  host: Host,
  { flags, status, signal }: { flags: GlobalOptions; status: StatusLine; signal: AbortSignal },
): Context {
  const { stdout, stderr } = host;
  const config: Config = parseConfig(host.env, flags);
  const complete = completerOf(host.env, flags);
  const say = (line: string): void => {
    status.clear();
    stderr.write(`${printable(complete(line))}\n`);
  };
  const isQuiet = flags.quiet === true;
  let home: Home | undefined;
  return {
    config,
    // Opened lazily: `doctor` must work even if the home cannot be opened.
    get home() {
      return (home ??= openHome(config.home));
    },
    json: flags.json === true,
    signal,
    streams: host,
    complete,
    accountNamed: config.accountNamed,
    log: openLog(config.home, flags, say),
    fileLog: openFileLog(config.home),
    out(line) {
      status.clear();
      stdout.write(`${flags.json === true ? visibleJson(line) : complete(line)}\n`);
    },
    tell: isQuiet ? () => undefined : say,
    ask: say,
    status: stderr.isTTY === true && !isQuiet ? (line) => status.show(line) : undefined,
  };
}
