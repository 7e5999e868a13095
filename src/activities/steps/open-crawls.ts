import { FAILURES, SyncFailure } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import type { SourceTurn } from '../../model/pass';
import type { CrawlStart } from '../../store/crawl/generations';
import type { StoreWriter } from '../../writer/store-writer';
import type { Account } from '../accounts';
import { logFailure, MOST_FAILURES, retryDecision } from '../failures';
import type { PassRef } from '../inputs';
import { inParallel } from '../parallel';

/** The result of a turn. `more`: sources are left that need a start token. */
export interface OpenedCrawls {
  opened: number;
  more: boolean;
}

/** Start tokens per transaction. */
const TOKENS_A_COMMIT = 100;
/** The first turn ends with its first commit, so that crawls can begin; later ones take this long. */
const TURN_MS = 5_000;

/**
 * Opens a full crawl for each source that has neither a crawl nor a log. The start token is minted before
 * anything is listed, so that the log includes all changes during the crawl. A drive that fails does not stop
 * the others.
 */
export async function openCrawls(
  account: Account,
  pass: PassRef & { turn: number },
  signal: AbortSignal,
): Promise<OpenedCrawls> {
  const { writer } = account;
  const endsAt = Date.now() + (pass.turn === 0 ? 0 : TURN_MS);
  let opened = 0;
  for (;;) {
    const sources = await writer.sourcesWithoutToken(pass, TOKENS_A_COMMIT + 1);
    if (sources.length === 0) return { opened, more: false };
    const batch = sources.slice(0, TOKENS_A_COMMIT);
    await openBatch(account, { pass, sources: batch }, signal);
    opened += batch.length;
    if (sources.length === batch.length || Date.now() >= endsAt)
      return { opened, more: sources.length > batch.length };
  }
}

/** Only the limiter decides how many tokens are really minted at once. */
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
        await recordTokenFailure(writer, { ...pass, sourceId }, error);
      }
    });
  } finally {
    if (starts.length > 0) await writer.openGenerations(pass.epoch, starts);
  }
}

/**
 * Records that minting a drive's start token failed. The drive is retried when it is due; after too many
 * failures, or if Drive refuses, it is given up.
 */
async function recordTokenFailure(writer: StoreWriter, turn: SourceTurn, error: SyncFailure): Promise<void> {
  const { kind, message } = error;
  if (kind === 'source-gone') return await writer.leaveSource(turn);
  const { retry } = FAILURES[kind];
  const { delayMs } = retryDecision(error, 1);
  const isFinal =
    retry === 'fail' || (await writer.recordSourceFailure(turn, { kind, delayMs })) >= MOST_FAILURES;
  if (isFinal) await writer.failSource(turn, { kind, message });
}

/** True for a failure that may concern this drive alone, so that the others need not wait for it. */
function isOfOneDrive(sourceId: string, error: unknown): error is SyncFailure {
  if (sourceId === USER_SOURCE || !(error instanceof SyncFailure)) return false;
  const { retry } = FAILURES[error.kind];
  return retry === 'fail' || retry === 'count';
}
