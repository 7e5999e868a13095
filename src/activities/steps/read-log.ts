import type { PageBody } from '../../drive/wire/json';
import { SyncFailure } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import { pageLimitMs } from '../../planning/page-size';
import type { LogCommit } from '../../store/page-group';
import type { SourceTurn } from '../../model/pass';
import type { Account } from '../accounts';
import { followChain, type ChainEnd } from '../page-chain';

/** A place in a change log. */
export interface LogCursor {
  token: string;
  /** Tokens that Drive has rejected since the log was last read to its end. */
  deadTokens: number;
  /** Failures in a row at this place. */
  failures: number;
  /** Entries to request per page; undefined: the largest page. */
  pageSize: number | undefined;
}

/** Which log to read, and how far. */
export interface LogReading {
  turn: SourceTurn;
  first: LogCursor;
  /** Called after each committed page. */
  onCommit?: () => void;
  /** Called before each further page. */
  mayContinue: () => boolean;
}

/** A page with the request number at the time when it was requested. */
type LogBody = PageBody & { requestNo: number };

/** Pages of a log that are handed on before the first of them is committed. */
const PAGES_AT_ONCE = 32;

/** The drive id for requests; undefined for the user's own source. */
export function driveIdOf(sourceId: string): string | undefined {
  return sourceId === USER_SOURCE ? undefined : sourceId;
}

/**
 * Reads a change log to its end, or until `mayContinue` returns false, and commits its pages. Each page carries
 * the request number at the time when it was requested: a reading answers only requests from before its last
 * page was sent.
 */
export async function readLog(
  { writer, drive }: Account,
  { turn, first, onCommit, mayContinue }: LogReading,
  signal: AbortSignal,
): Promise<ChainEnd<LogCursor, LogCommit>> {
  const driveId = driveIdOf(turn.sourceId);
  return await followChain<LogCursor, LogCommit, LogBody>(
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
          throw new SyncFailure('malformed', { detail: 'the change log loops' });
        onCommit?.();
        return result;
      },
      after: ({ deadTokens, pageSize }, token) =>
        mayContinue() ? { token, deadTokens, failures: 0, pageSize } : undefined,
      // Otherwise another turn has moved the log on.
      continues: (result) => result.kind === 'committed',
      most: PAGES_AT_ONCE,
    },
    first,
  );
}
