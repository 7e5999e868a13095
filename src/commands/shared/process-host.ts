import { readEnv } from '../../config';
import type { Host } from './host';

/** Ends the process after a while, but not before its output has been written. */
function leaveWithin(ms: number): void {
  setTimeout(() => {
    const isRead = process.stdout.writableLength === 0 && process.stderr.writableLength === 0;
    if (isRead) process.exit();
    else leaveWithin(ms);
  }, ms).unref();
}

/** This process, as commands see it. */
export const processHost: Host = {
  // A getter: touching process.stdin opens it, and an open stdin may keep the process alive.
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
