import { DefaultLogger, type Logger, type LogLevel as TemporalLevel } from '@temporalio/worker';
import type { Log, LogLevel } from '../log';

const LEVELS: Readonly<Record<TemporalLevel, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * Logged at `debug` only: activities log their failures themselves, with account, job and source, and a job
 * that fails says why.
 */
const TOLD: ReadonlySet<string> = new Set(['Activity failed', 'Workflow failed']);

/** Forwards the events of Temporal's SDK to a log. */
export function workerLogger(level: TemporalLevel, log: Log): Logger {
  return new DefaultLogger(level, ({ level: at, message, meta }) => {
    // Only messages: stack traces and causes may quote a request.
    const error: unknown = meta?.['error'];
    const activity: unknown = meta?.['activityType'];
    log.write(TOLD.has(message) ? 'debug' : LEVELS[at], message, {
      ...(error instanceof Error && { error: error.message }),
      ...(typeof activity === 'string' && { activity }),
    });
  });
}
