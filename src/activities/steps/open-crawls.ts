import { FAILURES, SyncFailure } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import type { SourceTurn } from '../../model/pass';
import type { CrawlStart } from '../../store/crawl/generations';
import type { StoreWriter } from '../../writer/store-writer';
import type { Account } from '../accounts';
import { logFailure, MOST_FAILURES, verdict } from '../failures';
import type { PassRef } from '../inputs';
import { inParallel } from '../parallel';

/** What a turn opened. `more`: sources are left that need a start token. */
export interface OpenedCrawls {
  opened: number;
  more: boolean;
}

/** Start tokens that are committed together. */
const TOKENS_A_COMMIT = 100;
/** The first turn ends with its first commit, so that crawls begin; later ones go on for this long. */
const TURN_MS = 5_000;

/**
 * Opens a full crawl for each source that has neither a crawl nor a log. Its start token is minted before anything is listed, so that whatever
 * changes during the crawl can be caught up on afterwards. A drive that fails does not stop the others.
 */
export async function openCrawls(
  account: Account,
  pass: PassRef & { turn: number },
  signal: AbortSignal,
): Promise<OpenedCrawls> {
  const { writer } = account;
  const endsAt = Date.now() + (pass.turn === 0 ? 0 : TURN_MS);
  for (let opened = 0; ;) {
    const sources = await writer.sourcesWithoutToken(pass, TOKENS_A_COMMIT + 1);
    if (sources.length === 0) return { opened, more: false };
    const batch = sources.slice(0, TOKENS_A_COMMIT);
    await openBatch(account, { pass, sources: batch }, signal);
    opened += batch.length;
    if (sources.length === batch.length || Date.now() >= endsAt)
      return { opened, more: sources.length > batch.length };
  }
}

/** The limiter of requests decides how many tokens are really minted at once. */
async function openBatch(
  { writer, drive, log }: Account,
  { pass, sources }: { pass: PassRef; sources: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const starts: CrawlStart[] = [];
  try {
    await inParallel(sources, sources.length, async (sourceId) => {
      const openedAt = drive.serverTime();
      try {
        const isUser = sourceId === USER_SOURCE;
        const startToken = await drive.startPageToken(isUser ? undefined : sourceId, signal);
        starts.push({ sourceId, openedAt, startToken });
      } catch (error) {
        if (!isOfOneDrive(sourceId, error)) throw error;
        logFailure(log, error, { source: sourceId });
        await leaveOut(writer, { ...pass, sourceId }, error);
      }
    });
  } finally {
    if (starts.length > 0) await writer.openGenerations(pass.epoch, starts);
  }
}

/** A drive whose start token cannot be had is tried again when it is due; one that has failed too often, or that Drive refuses, is given up. */
async function leaveOut(writer: StoreWriter, turn: SourceTurn, error: SyncFailure): Promise<void> {
  const { kind, message } = error;
  if (kind === 'source-gone') return await writer.leaveSource(turn);
  const { retry } = FAILURES[kind];
  const { delayMs } = verdict(error, 1);
  const isFinal =
    retry === 'fail' || (await writer.recordSourceFailure(turn, { kind, delayMs })) >= MOST_FAILURES;
  if (isFinal) await writer.failSource(turn, { kind, message });
}

/** True for a failure that may concern this drive alone: the others need not wait for it. */
function isOfOneDrive(sourceId: string, error: unknown): error is SyncFailure {
  if (sourceId === USER_SOURCE || !(error instanceof SyncFailure)) return false;
  const { retry } = FAILURES[error.kind];
  return retry === 'fail' || retry === 'count';
}
