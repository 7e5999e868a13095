import { DefaultLogger, type Logger, type LogLevel } from '@temporalio/worker';
import pino from 'pino';

/** The worker's log on stderr: one JSON line each, levels as in Temporal. */
export function workerLogger(level: LogLevel): Logger {
  const log = pino({ level: level.toLowerCase() }, pino.destination(2));
  return new DefaultLogger(level, ({ level: at, message, meta }) => {
    const write = { TRACE: log.trace, DEBUG: log.debug, INFO: log.info, WARN: log.warn, ERROR: log.error }[
      at
    ];
    // Errors carry stacks and causes that may quote a request; their messages are enough.
    const { error, ...rest } = meta ?? {};
    write.call(log, { ...rest, ...(error instanceof Error && { error: error.message }) }, message);
  });
}
