import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from './errors';

/** From the most to the least that is logged. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Facts beside a message: ids, counts and failure kinds, never a name of a file or an address. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One event. */
export interface LogRecord {
  /** Ms since 1970. */
  at: number;
  level: LogLevel;
  message: string;
  fields: LogFields;
}

/** Where events go. It is passed in; nothing that is pure knows of it. */
export interface Log {
  write(level: LogLevel, message: string, fields?: LogFields): void;
  /** The same log, with these facts on each of its lines. */
  with(fields: LogFields): Log;
}

/** Takes events, in order. */
export type LogSink = (record: LogRecord) => void;

/** A log that gives its events to all of the sinks. */
export function createLog(...sinks: readonly LogSink[]): Log {
  const of = (common: LogFields): Log => ({
    write(level, message, fields = {}) {
      const record = { at: Date.now(), level, message, fields: { ...common, ...fields } };
      for (const sink of sinks) sink(record);
    },
    with: (fields) => of({ ...common, ...fields }),
  });
  return of({});
}

/** A log that nobody reads. */
export const SILENT: Log = createLog();

/** Lets events of a level and the higher ones through. */
export function fromLevel(least: LogLevel, sink: LogSink): LogSink {
  const rank = LOG_LEVELS.indexOf(least);
  return (record) => {
    if (LOG_LEVELS.indexOf(record.level) >= rank) sink(record);
  };
}

/** A line for people: local time, level, message and `key=value`. */
export function prettyLine({ at, level, message, fields }: LogRecord): string {
  const facts = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined || key === 'stack' ? [] : [`${key}=${String(value)}`],
  );
  const stack = typeof fields['stack'] === 'string' ? `\n${fields['stack']}` : '';
  const time = new Date(at).toLocaleString('sv');
  return `${[time, level.toUpperCase().padEnd(5), message, ...facts].join(' ')}${stack}`;
}

/** A line for programs: one JSON object with `time`, `level`, `message` and the facts. */
export function jsonLine({ at, level, message, fields }: LogRecord): string {
  return JSON.stringify({ time: new Date(at).toISOString(), level, message, ...fields });
}

const LARGEST_FILE = 4 * 1024 * 1024;

/**
 * Writes lines to a file that only its owner can read. A file that has grown to 4 MB is renamed to `<path>.1`, in place of the one before it. What cannot
 * be written is left out: a log must not stop the work.
 */
export function fileSink(path: string, largest = LARGEST_FILE): LogSink {
  return (record) => {
    try {
      if (!existsSync(dirname(path))) mkdirSync(dirname(path), { mode: 0o700 });
      if (existsSync(path) && statSync(path).size > largest) renameSync(path, `${path}.1`);
      appendFileSync(path, `${jsonLine(record)}\n`, { mode: 0o600 });
    } catch {
      // A full disk is told by the job that it stops.
    }
  };
}

/** Deep enough for any chain of causes; one may also lead back to itself. */
const MOST_CAUSES = 5;

/**
 * What is logged of an error that nobody expected: the frames of its stack and the codes and classes of its causes. Its messages may quote what they
 * should not, so they are there only with `messages`.
 */
export function errorFields(error: unknown, { messages }: { messages: boolean }): LogFields {
  const chain: string[] = [];
  for (let at = error; at instanceof Error && chain.length < MOST_CAUSES; at = at.cause) {
    const code = errorCode(at);
    chain.push([at.name, code, messages ? errorMessage(at) : undefined].filter(Boolean).join(' '));
  }
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return { error: chain.join(' <- ') || typeof error, stack: frames.join('\n') };
}
