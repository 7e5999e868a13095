import { dirname, join } from 'node:path';
import type { Log } from '../log';
import { createThreadDecoder, type Decoded } from './decoder';
import { memoryOf, type PackedFiles } from './packed-files';
import type { PageNote } from './page-tasks';
import type { Passage, PageWriter } from './page-writer';
import { decodingWriter, type StoreWriter } from './store-writer';
import { ThreadLink } from './thread-link';

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
  takeRequest: true,
  settings: true,
  changeSettings: true,
  followDrives: true,
  missesRoot: true,
  noteRoot: true,
  leaveSource: true,
  sourcesWithoutToken: true,
  logsToRead: true,
  takeWork: true,
  releaseSource: true,
  failSource: true,
  failingSources: true,
  finishPass: true,
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
  failListing: true,
  shrinkLog: true,
  shrinkPage: true,
  leaveWindow: true,
  restoreLogSize: true,
  mayDropLog: true,
  leaveUnread: true,
  commitAnswers: true,
  recordSourceFailure: true,
  buildIndexes: true,
  noteUnits: true,
  claimWalk: true,
  walkWork: true,
  restartWalkFolder: true,
  refuseWalkFolder: true,
  commitWalkAnswers: true,
  noteWalkUnits: true,
  progress: true,
  flush: true,
} satisfies Record<
  Exclude<keyof PageWriter, 'commitPage' | 'commitChanges' | 'commitChildren' | 'commitWalkPage' | 'close'>,
  true
>;

/**
 * Writes to the store at `path` in a thread of its own, and decodes in another, so that neither keeps requests nor Temporal waiting. A thread
 * that breaks fails what it was asked for; the next call starts another one.
 */
export function createThreadWriter(
  path: string,
  script = join(__dirname, 'thread.js'),
  log?: Log,
): StoreWriter {
  return decodingWriter(
    threadPages(path, script, log),
    createThreadDecoder(join(dirname(script), 'decoder-thread.js')),
  );
}

function threadPages(path: string, script: string, log: Log | undefined): PageWriter {
  const data: ThreadData = { path };
  const link = new ThreadLink(script, { workerData: data, resourceLimits: HEAP, ...(log && { log }) });
  const plain = Object.keys(PLAIN_CALLS) as (keyof typeof PLAIN_CALLS)[];
  const calls = plain.map((method) => [method, (...args: unknown[]) => link.call(method, args)]);

  async function sent<T>(
    method: string,
    args: unknown[],
    page: Decoded<{ files: PackedFiles }>,
    { moreCome, onNote }: Passage,
  ): Promise<T> {
    return await link.call<T>(method, [...args, page, moreCome], {
      transfer: [...memoryOf(page.page.files), page.body.bytes.buffer as ArrayBuffer],
      onNote: (note) => onNote(note as PageNote),
    });
  }

  return {
    ...(Object.fromEntries(calls) as Pick<PageWriter, keyof typeof PLAIN_CALLS>),
    commitPage: (fence, page, passage) => sent('commitPage', [fence], page, passage),
    commitChanges: (turn, asked, page, passage) => sent('commitChanges', [turn, asked], page, passage),
    commitChildren: (turn, asked, page) =>
      link.call('commitChildren', [turn, asked, page], { transfer: memoryOf(page.files) }),
    commitWalkPage: (asked, page) =>
      link.call('commitWalkPage', [asked, page], { transfer: memoryOf(page.files) }),
    close: () => link.close(),
  };
}
