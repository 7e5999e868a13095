import { join } from 'node:path';
import { EXIT, UserError } from './errors';
import {
  createLog,
  fileSink,
  fromLevel,
  jsonLine,
  LOG_LEVELS,
  prettyLine,
  type Log,
  type LogLevel,
} from './log';

/** How a process that works logs to its stderr. */
export interface LogOptions {
  /** Default: `warn`. */
  logLevel?: string | undefined;
  /** `pretty` (default) or `json`. */
  logFormat?: string | undefined;
}

/** Where the processes of a home that work log to, besides their stderr. */
export function logFileOf(homePath: string): string {
  return join(homePath, 'logs', 'worker.log');
}

/**
 * The log of a process: to stderr from the level that was asked for, and to a file in the home from `info` on, for when nobody watches.
 * @throws UserError where an option is unknown.
 */
export function openLog(homePath: string, options: LogOptions, say: (line: string) => void): Log {
  const { logLevel = 'warn', logFormat = 'pretty' } = options;
  if (!isLevel(logLevel)) throw wrongOption('--log-level', LOG_LEVELS);
  if (logFormat !== 'pretty' && logFormat !== 'json') throw wrongOption('--log-format', ['pretty', 'json']);
  const line = logFormat === 'json' ? jsonLine : prettyLine;
  return createLog(
    fromLevel(logLevel, (record) => say(line(record))),
    fromLevel('info', fileSink(logFileOf(homePath))),
  );
}

function isLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}

function wrongOption(option: string, choices: readonly string[]): UserError {
  return new UserError(`${option} takes ${choices.join(', ')}`, { exitCode: EXIT.usage });
}
