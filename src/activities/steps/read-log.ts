import type { PageBody } from '../../drive/wire/json';
import { SyncFailure } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import { pageLimitMs } from '../../planning/page-size';
import type { LogCommit } from '../../store/page-group';
import type { SourceTurn } from '../../model/pass';
import type { Account } from '../accounts';
import { followChain, type ChainEnd } from '../page-chain';

/** A place in a change log. */
export interface LogPlace {
  token: string;
  /** Tokens that Drive has rejected since the log was last read to its end. */
  deadTokens: number;
  /** Failures in a row there. */
  failures: number;
  /** Entries a page at the most; undefined: as many as Drive gives. */
  pageSize: number | undefined;
}

/** What is read, and how far. */
export interface LogReading {
  turn: SourceTurn;
  first: LogPlace;
  /** Called after each page that the store has taken. */
  onCommit?: () => void;
  /** Asked before each further page. */
  mayGoOn: () => boolean;
}

/** A page with what has to be known of the moment when it was requested. */
type LogBody = PageBody & { requestNo: number };

/** Pages of a log that are handed on before the first of them is committed. */
const PAGES_AT_ONCE = 32;

/** The id that requests name a drive by; undefined for the user's own source. */
export function driveIdOf(sourceId: string): string | undefined {
  return sourceId === USER_SOURCE ? undefined : sourceId;
}

/**
 * Reads a change log to its end, or until `mayGoOn` says no, and commits its pages. Each page carries the request number that stood when it was
 * requested: a reading answers those requests only that came before its last page was sent.
 */
export async function readLog(
  { writer, drive }: Account,
  { turn, first, onCommit, mayGoOn }: LogReading,
  signal: AbortSignal,
): Promise<ChainEnd<LogPlace, LogCommit>> {
  const driveId = driveIdOf(turn.sourceId);
  return await followChain<LogPlace, LogCommit, LogBody>(
    {
      async ask({ token, pageSize, failures }) {
        // Read before the request is sent: a later caller needs a newer answer.
        const requestNo = writer.latestRequest();
        const limitMs = pageLimitMs(pageSize, failures);
        const body = await drive.listChanges(driveId, { token, pageSize, limitMs }, signal);
        return { ...body, requestNo };
      },
      async commit({ token, pageSize }, { requestNo, sentAt, ...body }, onAhead) {
        const asked = { token, requestNo, sentAt, pageSize };
        const result = await writer.commitChanges(turn, asked, body, onAhead);
        if (result.kind === 'circular')
          throw new SyncFailure('malformed', { detail: 'the change log runs in a circle' });
        onCommit?.();
        return result;
      },
      after: ({ deadTokens, pageSize }, token) =>
        mayGoOn() ? { token, deadTokens, failures: 0, pageSize } : undefined,
      // Otherwise the log has moved on without this turn.
      goesOn: (result) => result.kind === 'committed',
      most: PAGES_AT_ONCE,
    },
    first,
  );
}
