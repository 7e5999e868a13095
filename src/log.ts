import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from './errors';

/** The levels, from the most verbose to the least. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields of an event: ids, counts and failure kinds, never file names or e-mail addresses. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One event of the log. */
export interface LogRecord {
  /** Ms since 1970. */
  at: number;
  level: LogLevel;
  message: string;
  fields: LogFields;
}

/** A log. It is passed as an argument; pure modules do not get one. */
export interface Log {
  write(level: LogLevel, message: string, fields?: LogFields): void;
  /** The same log, with these fields added to each event. */
  with(fields: LogFields): Log;
}

/** Receives events, in order. */
export type LogSink = (record: LogRecord) => void;

/** Creates a log that writes its events to all sinks. */
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

/** A log that discards its events. */
export const SILENT: Log = createLog();

/** Passes on only events of this level and above. */
export function fromLevel(least: LogLevel, sink: LogSink): LogSink {
  const rank = LOG_LEVELS.indexOf(least);
  return (record) => {
    if (LOG_LEVELS.indexOf(record.level) >= rank) sink(record);
  };
}

/** How long the repetitions of an event are counted before it is written again. */
const FOLD_MS = 60_000;

/**
 * Passes on an event once a minute, although it happens more often, for example for each of many sources. The
 * next one says how often it was left out: `repeated`.
 */
export function foldRepeats(sink: LogSink): LogSink {
  const seen = new Map<string, { at: number; repeated: number }>();
  return (record) => {
    const { level, message, fields } = record;
    const key = [level, message, fields['account'], fields['kind']].join(' ');
    const last = seen.get(key);
    if (last !== undefined && record.at - last.at < FOLD_MS) {
      last.repeated += 1;
      return;
    }
    seen.set(key, { at: record.at, repeated: 0 });
    const repeated = last === undefined || last.repeated === 0 ? undefined : last.repeated;
    sink(repeated === undefined ? record : { ...record, fields: { ...fields, repeated } });
  };
}

/** A line for programs: one JSON object with `time`, `level`, `message` and the fields. */
export function jsonLine({ at, level, message, fields }: LogRecord): string {
  return JSON.stringify({ time: new Date(at).toISOString(), level, message, ...fields });
}

const LARGEST_FILE = 4 * 1024 * 1024;

/**
 * Writes JSON lines to a file that only its owner can read. Rotates the file at 4 MB: renames it to
 * `<path>.1`, which replaces the previous one. Drops events that cannot be written, because a log must not
 * stop the work.
 */
export function fileSink(path: string, largest = LARGEST_FILE): LogSink {
  return (record) => {
    try {
      if (!existsSync(dirname(path))) mkdirSync(dirname(path), { mode: 0o700 });
      if (existsSync(path) && statSync(path).size > largest) renameSync(path, `${path}.1`);
      appendFileSync(path, `${jsonLine(record)}\n`, { mode: 0o600 });
    } catch {
      // The job reports a full disk.
    }
  };
}

/** A limit, because a chain of causes may be a cycle. */
const MOST_CAUSES = 5;

/**
 * The log fields of an unexpected error: its stack frames, and the classes and codes of its causes. Messages
 * may quote private data, so they are included only with `messages`.
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
