import type { Config } from '../../config';
import type { Home } from '../../process/home';
import type { Log } from '../../log';
import type { Streams } from './host';

/** What every command gets: where to work, where to write, and when to stop. */
export interface Context {
  config: Config;
  home: Home;
  json: boolean;
  streams: Streams;
  /** Aborts at the first Ctrl-C. */
  signal: AbortSignal;
  /** The result, on stdout. */
  out(line: string): void;
  /** Everything else, on stderr; silent with `--quiet`. */
  tell(line: string): void;
  /** What a person must see in order to continue, on stderr; `--quiet` never silences it. */
  ask(line: string): void;
  /** One or more lines on stderr that the next ones overwrite; only on a terminal. */
  status: ((lines: string) => void) | undefined;
  /** The worker's log, on stderr and in the home's log file. */
  log: Log;
  /** The worker's log in the home's log file only, for events that stderr shows in other words. */
  fileLog: Log;
  /** Completes the commands in a text that is about another account than the selected one. */
  complete(text: string, account: string): string;
  /** True if the user named the account. */
  accountNamed: boolean;
}
