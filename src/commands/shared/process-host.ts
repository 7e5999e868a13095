import { readEnv } from '../../config';
import type { Host } from './host';

/** Ends the process after a while, but not before its output is read. */
function leaveWithin(ms: number): void {
  setTimeout(() => {
    const isRead = process.stdout.writableLength === 0 && process.stderr.writableLength === 0;
    if (isRead) process.exit();
    else leaveWithin(ms);
  }, ms).unref();
}

/** This process, as commands see it. */
export const processHost: Host = {
  // Opened only by what reads it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: readEnv(),
  onSignal(stop) {
    process.on('SIGINT', stop).on('SIGTERM', stop);
    return () => void process.off('SIGINT', stop).off('SIGTERM', stop);
  },
  exit: (code) => process.exit(code),
  leaveWithin,
};
