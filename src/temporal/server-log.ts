import { readFileSync } from 'node:fs';
import { serverFiles } from './server-state';

/** Why a server did not start. */
export interface StartFailure {
  says: string;
  /** What to do, if known. */
  hint?: string;
  /** Its database is damaged. */
  isDamaged?: boolean;
  /** One of its ports was taken by another process. */
  isPortTaken?: boolean;
}

const CAUSES: readonly (readonly [RegExp, StartFailure])[] = [
  [/file is not a database|malformed/, { says: 'its database is damaged', isDamaged: true }],
  [/address already in use/, { says: 'another process has taken its port', isPortTaken: true }],
  [
    /database or disk is full|no space left on device/i,
    { says: 'the disk is full', hint: 'free some space on the disk of the home folder, then try again' },
  ],
  [
    /disk I\/O error|file too large|quota exceeded/i,
    {
      says: 'its database cannot be written: the disk has failed, or a quota or file size limit is reached',
      hint: 'check the disk of the home folder, your quota and `ulimit -f`',
    },
  ],
  [
    /readonly database|read-only file system|permission denied|unable to open database|out of memory \(14\)/i,
    {
      says: 'its database cannot be opened for writing',
      hint: 'check that you may write to the home folder and everything in it',
    },
  ],
];

/** Reads from the server's log why it did not start. */
export function whyNotStarted(home: string): StartFailure {
  const line = lastLine(serverFiles(home).log);
  const known = CAUSES.find(([pattern]) => pattern.test(line));
  return known?.[1] ?? { says: messageOf(line) || 'its log is empty' };
}

/** The last line of the server's log that reports an error, otherwise the last line. */
function lastLine(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    return (lines.findLast((line) => /error|fail|can't/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 500);
  } catch {
    return '';
  }
}

/** The message in a line such as `time=… level=ERROR msg="…"`. */
function messageOf(line: string): string {
  return (/\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line).replaceAll(String.raw`\"`, '"').slice(0, 300);
}
