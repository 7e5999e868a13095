import { join } from 'node:path';
import { EXIT } from '../../errors';
import { explain } from '../../explain';
import {
  createLog,
  errorFields,
  fileSink,
  foldRepeats,
  fromLevel,
  jsonLine,
  LOG_LEVELS,
  type Log,
  type LogRecord,
} from '../../log';
import { SyncFailure } from '../../model/failure';
import { formatZoned } from '../render/text';
import { choice } from './arguments';

const LOG_FORMATS = ['pretty', 'json'] as const;

/** How the worker logs to its stderr. */
export interface LogOptions {
  /** Default: `warn`. */
  logLevel?: string | undefined;
  /** `pretty` (default) or `json`. */
  logFormat?: string | undefined;
}

/** The log file of a home's worker. */
export function logFileOf(homePath: string): string {
  return join(homePath, 'logs', 'worker.log');
}

/** A line for people: local time with its zone, level, message and `key=value`. */
export function prettyLine({ at, level, message, fields }: LogRecord): string {
  const facts = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined || key === 'stack' ? [] : [`${key}=${String(value)}`],
  );
  const stack = typeof fields['stack'] === 'string' ? `\n${fields['stack']}` : '';
  return `${[formatZoned(at), level.toUpperCase().padEnd(5), message, ...facts].join(' ')}${stack}`;
}

/**
 * Opens the worker's log: to stderr from the given level on, where repetitions are counted, and to a file in
 * the home from `info` on, for when nobody watches.
 * @throws UserError if an option is unknown.
 */
export function openLog(homePath: string, options: LogOptions, say: (line: string) => void): Log {
  const level = choice('--log-level', LOG_LEVELS)(options.logLevel ?? 'warn');
  const format = choice('--log-format', LOG_FORMATS)(options.logFormat ?? 'pretty');
  const line = format === 'json' ? jsonLine : prettyLine;
  return createLog(
    fromLevel(
      level,
      foldRepeats((record) => say(line(record))),
    ),
    fromLevel('info', fileSink(logFileOf(homePath))),
  );
}

/** Opens the home's log file alone, for events that stderr shows in other words. */
export function openFileLog(homePath: string): Log {
  return createLog(fileSink(logFileOf(homePath))).with({ pid: process.pid });
}

/** Logs an error as the user sees it, but without e-mail addresses. Skips mistakes on the command line. */
export function logTold(log: Log, what: string, error: unknown): void {
  const known = explain(error);
  if (known?.exitCode === EXIT.usage) return;
  if (known === undefined) return log.write('error', what, errorFields(error, { messages: false }));
  const cause = error instanceof SyncFailure ? error : known.cause;
  const kind = cause instanceof SyncFailure ? cause.kind : undefined;
  log.write('error', `${what}: ${known.message.replaceAll(ADDRESS, '<address>')}`, { kind });
}

/** Runs `work` and logs its error, unless a person has stopped it. */
export async function loggingFailure<T>(
  { fileLog, signal }: { fileLog: Log; signal: AbortSignal },
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) logTold(fileLog, what, error);
    throw error;
  }
}

const ADDRESS = /[^\s"'<>]+@[^\s"'<>]+/g;
