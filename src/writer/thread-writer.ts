import { join } from 'node:path';
import type { RawBody } from '../drive/wire/json';
import type { OnAhead } from './page-tasks';
import type { StoreWriter } from './store-writer';
import { movable, ThreadLink } from './thread-link';

/** Records are unpacked one by one and die at once, so that little room does; and a bound that keeps garbage from piling up. */
const HEAP = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 256 };

/** What the thread is started with. */
export interface ThreadData {
  /** The store's file. */
  path: string;
}

/** The calls that pass on what they were given as it is. */
const PLAIN_CALLS = {
  bindIdentity: true,
  recordJob: true,
  startJob: true,
  settings: true,
  changeSettings: true,
  followDrives: true,
  leaveSource: true,
  sources: true,
  openGenerations: true,
  setJobState: true,
  removeJob: true,
  claim: true,
  usefulLanes: true,
  rejectToken: true,
  recordFailure: true,
  advanceSource: true,
  restartListing: true,
  endListing: true,
  commitAnswers: true,
  recordSourceFailure: true,
  buildIndexes: true,
  noteUnits: true,
  progress: true,
} satisfies Record<
  Exclude<keyof StoreWriter, 'commitPage' | 'commitChanges' | 'commitChildren' | 'close'>,
  true
>;

/**
 * Writes to the store at `path` in a thread of its own, so that parsing and committing keep neither requests nor Temporal waiting. A thread
 * that breaks fails what it was asked for; the next call starts another one.
 */
export function createThreadWriter(path: string, script = join(__dirname, 'thread.js')): StoreWriter {
  const data: ThreadData = { path };
  const link = new ThreadLink(script, { workerData: data, resourceLimits: HEAP });
  const plain = Object.keys(PLAIN_CALLS) as (keyof typeof PLAIN_CALLS)[];
  const calls = plain.map((method) => [method, (...args: unknown[]) => link.call(method, args)]);

  async function withBody<T>(method: string, args: unknown[], given: RawBody, onAhead?: OnAhead): Promise<T> {
    const { body, transfer } = movable(given);
    return await link.call<T>(method, [...args, body], { transfer, onAhead });
  }

  return {
    ...(Object.fromEntries(calls) as Pick<StoreWriter, keyof typeof PLAIN_CALLS>),
    commitPage: (fence, body, onAhead) => withBody('commitPage', [fence], body, onAhead),
    commitChanges: (turn, asked, body, onAhead) => withBody('commitChanges', [turn, asked], body, onAhead),
    commitChildren: (turn, listing, body) => withBody('commitChildren', [turn, listing], body),
    close: () => link.close(),
  };
}
