import { DefaultLogger, type Logger, type LogLevel as TemporalLevel } from '@temporalio/worker';
import type { Log, LogLevel } from '../log';

const LEVELS: Readonly<Record<TemporalLevel, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** What has failed was logged where it failed, with account, job and source. */
const ACTIVITY_FAILED = 'Activity failed';

/** Gives the events of Temporal's SDK to a log. */
export function workerLogger(level: TemporalLevel, log: Log): Logger {
  return new DefaultLogger(level, ({ level: at, message, meta }) => {
    // Errors carry stacks and causes that may quote a request; their messages are enough.
    const error: unknown = meta?.['error'];
    const activity: unknown = meta?.['activityType'];
    log.write(message === ACTIVITY_FAILED ? 'debug' : LEVELS[at], message, {
      ...(error instanceof Error && { error: error.message }),
      ...(typeof activity === 'string' && { activity }),
    });
  });
}
