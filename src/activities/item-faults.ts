import { FAILURES, retryDelayMs, SyncFailure, type FailureKind } from '../model/failure';

/** Faults of Drive that may concern one item alone. All others stop the source: the login, the quota, the network, this machine. */
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

/** What became of one item. */
export type ItemEnd =
  | { kind: 'done' }
  /** `refused`: Drive has said no, so that another try at once is pointless. */
  | { kind: 'failed'; reason: FailureKind; refused: boolean; triesBefore: number };

/**
 * What a failed request for one item says of it.
 * @throws the error where it may concern more than the item.
 */
export function itemFault(error: unknown, triesBefore: number): Extract<ItemEnd, { kind: 'failed' }> {
  if (!(error instanceof SyncFailure) || !isItemFault(error.kind)) throw error;
  const reason = error.kind;
  return { kind: 'failed', reason, refused: FAILURES[reason].retry === 'fail', triesBefore };
}

/** What a batch of requests for single items came to. */
export interface BatchOfItems {
  ends: readonly ItemEnd[];
  /** Asks Drive for something else of the same sort. Rejects where that fails too. */
  probe: () => Promise<void>;
}

/**
 * Tells faults of items from a fault of Drive: where no request of a batch succeeded, something else is asked for. Returns how long to wait before the
 * items are tried again, in ms; 0 where others can go on.
 * @throws what the probe met: the faults are not the items' own then, and must not be counted as theirs.
 */
export async function waitForItems({ ends, probe }: BatchOfItems): Promise<number> {
  const failed = ends.filter((end) => end.kind === 'failed');
  if (failed.length === 0 || failed.length < ends.length) return 0;
  // Only this word of Drive's can be about nothing but the item.
  if (failed.some(({ reason }) => reason !== 'file-forbidden')) await probe();
  const again = failed.filter(({ refused }) => !refused);
  if (again.length === 0 || again.length < failed.length) return 0;
  const attempt = Math.max(...again.map(({ triesBefore }) => triesBefore)) + 1;
  return retryDelayMs('transient', { attempt, random: Math.random() });
}
