import { setImmediate as nextTurn } from 'node:timers/promises';
import { FAILURES, SyncFailure } from '../model/failure';
import type { MediaClient } from '../drive/media';
import { CONTENT_UNITS } from '../model/media';
import type { Budget } from '../content/planning/budget';
import { ExtractionStopped } from '../content/extraction/pool';
import type { DocumentFacts } from '../content/store/content-store';
import type { Account } from './accounts';
import type { Contents } from './contents';
import { retryDecision } from './failures';
import { fetchText } from './steps/fetch-text';
import { ResultLine } from './steps/result-line';

/** The result of a turn. `more`: there is more to do, after `waitMs` if nothing can be done now. */
export interface ContentSliceResult {
  state: 'more' | 'done';
  /** Files whose result was committed. */
  fetched: number;
  /** Files that are due now. */
  due: number;
  waitMs?: number;
}

interface ContentTurn extends Contents {
  account: Account;
  lease: number;
  signal: AbortSignal;
  endsAt: number;
  media: MediaClient;
  most: number;
  results: ResultLine;
  /** What may still be spent today; it counts down. */
  budget: Budget;
}

const LONGEST_MS = 10_000;
const FETCHES_AT_ONCE = 16;
/** Documents that are taken at a time, so that fetches need not wait for the store. */
const TAKEN_AT_ONCE = 64;

/**
 * Fetches the texts of files, after the plan has compared the metadata with what is known. Its requests wait for
 * all others. What is committed stays, however the turn ends. `lease`: that of the run.
 */
export async function contentSlice(
  account: Account,
  contents: Contents,
  { lease, signal }: { lease: number; signal: AbortSignal },
): Promise<ContentSliceResult> {
  const { writer } = contents;
  const { on, maxBytes } = await writer.settings();
  if (!on) return { state: 'done', fetched: 0, due: 0 };
  const results = new ResultLine(async (group) => await writer.commit(lease, group, Date.now()));
  const endsAt = Date.now() + LONGEST_MS;
  const media = account.drive.media();
  const budget = { ...(await writer.budget(Date.now())) };
  const turn = { account, ...contents, lease, signal, endsAt, media, most: maxBytes, results, budget };
  const before = { ...budget };
  try {
    await writer.beginTurn(lease);
    while ((await writer.plan(lease, Date.now())).more) {
      signal.throwIfAborted();
      await nextTurn();
    }
    await fetchUntilEnd(turn);
    return await endOf(turn);
  } catch (error) {
    const waitMs = waitAfter(turn, error);
    const { due } = await writer.outlook(Date.now());
    return { state: 'more', fetched: results.committed, due, waitMs };
  } finally {
    const units = media.takeUnits();
    if (units > 0) await account.writer.noteUnits(units).catch(() => undefined);
    const spent = { units: before.units - budget.units, bytes: before.bytes - budget.bytes };
    if (spent.units > 0) await writer.spend(spent, Date.now()).catch(() => undefined);
  }
}

async function endOf({ writer, results, signal, budget }: ContentTurn): Promise<ContentSliceResult> {
  const { due } = await writer.outlook(Date.now());
  const fetched = results.committed;
  if (due > 0 && !isSpent(budget)) return { state: 'more', fetched, due };
  while (await writer.tidy()) {
    signal.throwIfAborted();
    await nextTurn();
  }
  return { state: 'done', fetched, due };
}

/** True if nothing more may be fetched today. */
function isSpent({ units, bytes }: Budget): boolean {
  return units <= 0 || bytes <= 0;
}

/** Fetches until the turn is over or nothing is due. The first failure that is not a file's own ends the turn. */
async function fetchUntilEnd(turn: ContentTurn): Promise<void> {
  const { account, writer, lease, signal, endsAt } = turn;
  const taken: DocumentFacts[] = [];
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const isOver = (): boolean =>
    failure !== undefined || signal.aborted || Date.now() >= endsAt || isSpent(turn.budget);
  for (;;) {
    if (taken.length === 0 && !isOver()) {
      const times = { lease, now: Date.now(), driveNow: account.drive.serverTime() };
      taken.push(...(await writer.take(times, TAKEN_AT_ONCE)));
    }
    while (running.size < FETCHES_AT_ONCE && taken.length > 0 && !isOver()) {
      const document = taken.shift();
      if (document === undefined) break;
      const fetching: Promise<void> = fetchOne(turn, document)
        .catch((error: unknown) => {
          failure ??= { error };
          taken.push(document);
        })
        .finally(() => running.delete(fetching));
      running.add(fetching);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (taken.length > 0) await writer.release(taken.map(({ fileId }) => fileId));
  signal.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}

async function fetchOne(turn: ContentTurn, document: DocumentFacts): Promise<void> {
  turn.budget.units -= CONTENT_UNITS;
  turn.budget.bytes -= document.size ?? 0;
  const result = await fetchText(document, turn, turn.signal);
  if (!result.ok) turn.account.log.write('debug', 'no text', { reason: result.reason });
  await turn.results.add(result);
}

/** A turn that committed something ends normally with a wait. One that did not fails, and Temporal retries it. */
function waitAfter({ results, signal }: ContentTurn, error: unknown): number {
  signal.throwIfAborted();
  if (error instanceof ExtractionStopped) throw new SyncFailure('internal', { says: error.message });
  const { kind, delayMs } = retryDecision(error, 1);
  if (results.committed === 0 || FAILURES[kind].retry !== 'wait') throw error;
  return Math.max(1, delayMs);
}
