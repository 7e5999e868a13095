import { parseConfig, type Config } from '../../config';
import { EXIT } from '../../errors';
import { openHome, type Home } from '../../process/home';
import { visibleJson } from '../render/json';
import { printable } from '../render/text';
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

/** What a command does, with its arguments and options; returns the exit code. */
export type Run<A extends unknown[]> = (context: Context, ...given: A) => Promise<number> | number;

/** Makes an action of what a command does. Its code is loaded when it is called, since most commands need little of it. */
export type Invoke = <A extends unknown[]>(load: () => Promise<Run<A>>) => (...given: A) => Promise<void>;

/** How long a first Ctrl-C may take before the process ends all the same. */
const FORCED_EXIT_MS = 20_000;

/** Runs commands in a process; `settle` is told the exit code of each. */
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

function reportIfOwn(
  error: unknown,
  { stderr }: Host,
  { flags, signal }: { flags: GlobalOptions; signal: AbortSignal },
): number {
  // What a person has stopped fails in many ways, none of which is news.
  if (signal.aborted) return EXIT.interrupted;
  return reportError(error, (text) => void stderr.write(text), flags.verbose === true);
}

/** The first signal stops the command in order, the second one ends the process. */
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
  const say = (line: string): void => {
    status.clear();
    stderr.write(`${printable(line)}\n`);
  };
  const isQuiet = flags.quiet === true;
  let home: Home | undefined;
  return {
    config,
    // Opened when it is needed: `doctor` must work where it cannot be.
    get home() {
      return (home ??= openHome(config.home));
    },
    json: flags.json === true,
    signal,
    streams: host,
    accountNamed: config.accountNamed,
    log: openLog(config.home, flags, say),
    fileLog: openFileLog(config.home),
    out(line) {
      status.clear();
      stdout.write(`${flags.json === true ? visibleJson(line) : line}\n`);
    },
    tell: isQuiet ? () => undefined : say,
    ask: say,
    status: stderr.isTTY === true && !isQuiet ? (line) => status.show(line) : undefined,
  };
}
