import type { Log } from '../../log';
import { FAILURES, retryDelayMs, SyncFailure, type FailureKind } from '../../model/failure';
import type { ItemFault } from '../../planning/patience';
import { inParallel } from '../parallel';

/**
 * Faults of Drive that may concern one item alone. All others stop the source: those of the login, the quota,
 * the network or this machine.
 */
const ITEM_FAULTS: ReadonlySet<FailureKind> = new Set([
  'transient',
  'malformed',
  'too-slow',
  'too-large',
  'bad-request',
  'not-found',
  'file-forbidden',
  'source-gone',
  'page-token-rejected',
  'scope-insufficient',
  'api-disabled',
  'domain-policy',
]);

/** True for a fault of Drive that may concern one item alone. */
export function isItemFault(kind: FailureKind): boolean {
  return ITEM_FAULTS.has(kind);
}

/**
 * The fault of an item whose request failed.
 * @throws the error if it may concern more than the item.
 */
export function itemFault(error: unknown): ItemFault {
  if (!(error instanceof SyncFailure) || !isItemFault(error.kind)) throw error;
  return { reason: error.kind, refused: FAILURES[error.kind].retry === 'fail' };
}

/** How to work on single items. */
export interface ItemWork<Item> {
  /** Names the items in the log, such as "folders". */
  what: string;
  log: Log;
  signal: AbortSignal;
  /** When the turn is over, in ms since 1970. */
  endsAt: number;
  /** Requests in flight. */
  atOnce: number;
  /** Returns the item's own fault; rejects if the failure concerns more than the item. */
  ask: (item: Item) => Promise<ItemFault | undefined>;
  /** Requests something else of the same sort. Rejects if that fails too. */
  probe: () => Promise<void>;
  /** Counts a fault as the item's own. */
  fail: (item: Item, fault: ItemFault) => Promise<void>;
}

interface Failed<Item> {
  item: Item;
  fault: ItemFault;
}

/**
 * Works on items that may fail one by one without blocking each other. If every request failed, it requests
 * something else, to tell faults of items from a fault of Drive. Returns how long to wait before the items
 * are retried, in ms; 0 if others can continue.
 * @throws what concerns more than single items.
 */
export async function workOnItems<Item extends { tries: number }>(
  items: readonly Item[],
  { what, log, signal, endsAt, atOnce, ask, probe, fail }: ItemWork<Item>,
): Promise<number> {
  const failed: Failed<Item>[] = [];
  let ended = 0;
  await inParallel(items, atOnce, async (item) => {
    signal.throwIfAborted();
    // A request that starts now may take as long as the longest.
    if (ended > 0 && Date.now() >= endsAt) return;
    const fault = await ask(item);
    ended += 1;
    if (fault !== undefined) failed.push({ item, fault });
  });
  if (failed.length === 0) return 0;
  // Only this answer of Drive is certain to concern the item alone.
  const isCertain = failed.length < ended || failed.every(({ fault }) => fault.reason === 'file-forbidden');
  if (!isCertain) await probe();
  for (const { item, fault } of failed) await fail(item, fault);
  const kind = [...new Set(failed.map(({ fault }) => fault.reason))].join(', ');
  log.write('warn', `${String(failed.length)} of ${String(ended)} ${what} failed`, { kind });
  return failed.length < ended ? 0 : waitAfter(failed);
}

/** Nothing waits for items that Drive refuses. */
function waitAfter(failed: readonly Failed<{ tries: number }>[]): number {
  if (failed.some(({ fault }) => fault.refused)) return 0;
  const attempt = Math.max(...failed.map(({ item }) => item.tries)) + 1;
  return retryDelayMs('transient', { attempt, random: Math.random() });
}
