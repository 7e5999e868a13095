/** The sync without Temporal and network: the activities on a store in memory and an emulated Drive in this process. */
import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../src/activities/accounts';
import { crawlSlice } from '../../src/activities/crawl-slice';
import { buildIndexes } from '../../src/activities/build-indexes';
import { planSources, prepareSync } from '../../src/activities/prepare-sync';
import { sourceSlice } from '../../src/activities/source-slice';
import type { DriveClient } from '../../src/drive/client';
import { toSyncFailure } from '../../src/drive/failure';
import {
  changeParams,
  driveParams,
  fileParams,
  listParams,
  startTokenParams,
} from '../../src/drive/parameters';
import { decodeDriveList } from '../../src/drive/wire/drive-list';
import type { PageBody } from '../../src/drive/wire/json';
import { ApiError, type Account as EmulatedAccount } from '../../src/emulator';
import {
  RECORD_COLUMNS,
  requestedPart,
  toDriveFile,
  type JsonObject,
  type SqlValue,
} from '../../src/model/file';
import { jobStateOf, type JobState, type SourceOutcome } from '../../src/model/job';
import { openForWriting } from '../../src/store/open';
import type { JobStart } from '../../src/store/jobs';
import { createTransactor, type Transactor } from '../../src/store/transactor';
import { createStoreWriter } from '../../src/writer/store-writer';

/** How a job in this process came out. */
export interface EngineResult {
  state: JobState | 'waiting';
  outcomes: Map<string, SourceOutcome>;
}

/** A store in memory that is synced with an emulated Drive. */
export interface Engine {
  readonly store: Transactor;
  readonly account: Account;
  /** Requests by method, since the beginning. */
  readonly requests: Record<string, number>;
  /** Syncs to the end, or throws what a step threw. `full`: crawls once more. `tries`: how often the start was tried, this time included. */
  sync(options?: SyncOptions): Promise<EngineResult>;
  rows(sql: string): Record<string, unknown>[];
  /** What differs between the live rows and what the Drive holds: ids, with what is wrong. */
  differences(): string[];
  close(): void;
}

type SyncOptions = { full?: boolean; tries?: number } & JobStart;

/** What a test does before each request; it may throw as a crash would. */
export type BeforeRequest = (method: string) => void;

function toPage(body: JsonObject, sentAt: number): PageBody {
  return { bytes: Buffer.from(JSON.stringify(body)), gzip: false, sentAt };
}

/** A client that asks the emulated Drive by function call. */
export function directClient(
  cloud: EmulatedAccount,
  { before = () => undefined, now = Date.now }: { before?: BeforeRequest; now?: () => number } = {},
): DriveClient {
  function ask(method: string, params: object, argument?: string): JsonObject {
    before(method);
    const text = Object.entries(params).map(([name, value]) => [name, String(value)]);
    try {
      return cloud.request(method, Object.fromEntries(text), argument) as JsonObject;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw toSyncFailure({ response: { status: error.status, data: error.body } });
    }
  }
  const page = (...asked: Parameters<typeof ask>): PageBody => {
    const sentAt = now();
    return toPage(ask(...asked), sentAt);
  };
  const client: DriveClient = {
    user: async () => ({ permissionId: 'me', emailAddress: undefined, storage: NO_STORAGE }),
    startPageToken: async (driveId) =>
      String(ask('changes.getStartPageToken', startTokenParams(driveId))['startPageToken']),
    listFiles: async (driveId, position) => page('files.list', listParams(driveId, position)),
    listChanges: async (driveId, position) => page('changes.list', changeParams(driveId, position)),
    getFile: async (id) => {
      const { fileId, ...params } = fileParams(id);
      return ask('files.get', params, fileId);
    },
    rootId: async () => String(ask('files.get', { fields: 'id' }, 'root')['id']),
    sharedDrives: async () => {
      const drives = [];
      for (let pageToken: string | undefined; ;) {
        const listed = decodeDriveList(ask('drives.list', driveParams(pageToken)));
        drives.push(...listed.drives);
        if (listed.nextPageToken === undefined) return drives;
        pageToken = listed.nextPageToken;
      }
    },
    inBackground: () => client,
    takeUnits: () => 0,
    serverTime: now,
  };
  return client;
}

/** Makes an empty store and an engine on it. `drive`: another client than the one that asks by function call. */
export function createEngine(
  cloud: EmulatedAccount,
  options: { before?: BeforeRequest; now?: () => number; drive?: DriveClient } = {},
): Engine {
  const { now = Date.now } = options;
  const db = openForWriting(':memory:');
  const store = createTransactor(db, now);
  store.bindIdentity({ permissionId: 'me', emailAddress: undefined });
  const requests: Record<string, number> = {};
  const before = (method: string): void => {
    options.before?.(method);
    requests[method] = (requests[method] ?? 0) + 1;
  };
  const drive = options.drive ?? directClient(cloud, { before, now });
  const account = { writer: createStoreWriter(store), drive };
  let jobs = 0;
  return {
    store,
    account,
    requests,
    async sync(start = {}) {
      const result = await runJob(account, { ...start, jobId: `job-${String((jobs += 1))}` });
      if (result.state !== 'waiting') await buildIndexes(account.writer, new AbortController().signal);
      return result;
    },
    rows: (sql) => db.prepare<[], Record<string, unknown>>(sql).all(),
    differences() {
      const sql = `SELECT ${RECORD_COLUMNS.join(', ')} FROM file WHERE removed_at IS NULL`;
      const rows = db.prepare<[], Record<string, SqlValue>>(sql).safeIntegers().all();
      return compare(rows.map(toDriveFile), cloud);
    },
    close: () => store.close(),
  };
}

function compare(held: JsonObject[], cloud: EmulatedAccount): string[] {
  const found = new Map(held.map((file) => [file['id'], file]));
  const wrong: string[] = [];
  for (const file of cloud.truth()) {
    const expected = requestedPart(file);
    const mine = found.get(expected['id']);
    found.delete(expected['id']);
    if (mine === undefined) wrong.push(`${file.id} is missing (${file.name}, ${file.mimeType})`);
    else wrong.push(...fieldDifferences(mine, expected));
  }
  for (const [id, file] of found) wrong.push(`${String(id)} is too many (${String(file['name'])})`);
  return wrong;
}

function fieldDifferences(mine: JsonObject, expected: JsonObject): string[] {
  const fields = new Set([...Object.keys(mine), ...Object.keys(expected)]);
  return [...fields]
    .filter((field) => !isDeepStrictEqual(mine[field], expected[field]))
    .map((field) => {
      const [is, should] = [mine[field], expected[field]].map((value) => JSON.stringify(value));
      return `${String(expected['id'])}.${field} is ${String(is)} instead of ${String(should)}`;
    });
}

const MOST_ROUNDS = 3;
const NO_STORAGE = { limit: undefined, usage: undefined, usageInDrive: undefined, usageInTrash: undefined };

/** What the workflows decide, without waiting. */
async function runJob(
  account: Account,
  { jobId, full, tries = 1, ...start }: { jobId: string } & SyncOptions,
): Promise<EngineResult> {
  const { signal } = new AbortController();
  const ref = { account: 'me', storeId: 's', jobId, attempt: 1, requestedAt: Date.now(), full, ...start };
  const plan = await prepareSync(account, ref, { signal, tries, lanes: MOST_LANES });
  if (plan.kind === 'paused') return { state: 'waiting', outcomes: new Map() };
  const { epoch } = plan;
  const outcomes = new Map(plan.failed.map(({ sourceId, outcome }) => [sourceId, outcome]));
  let isWaiting = false;
  let { sources } = plan;
  for (let round = 0; sources.length > 0 && round < MOST_ROUNDS; round++) {
    let found = false;
    for (const { sourceId } of sources) {
      const end = await runSource(account, { ...ref, epoch, sourceId }, signal);
      if (end === 'wait') isWaiting = true;
      else outcomes.set(sourceId, end.outcome);
      found ||= end !== 'wait' && end.found;
    }
    if (!found) break;
    ({ sources } = await planSources(account, { epoch, onlyNew: true }, signal));
  }
  const list = [...outcomes].map(([sourceId, outcome]) => ({ sourceId, outcome }));
  return { state: isWaiting ? 'waiting' : jobStateOf(list), outcomes };
}

const MOST_LANES = 3;

/** One lane at first, then as many as have something to do, as the workflow would run them. */
async function crawl(
  account: Account,
  source: Parameters<typeof sourceSlice>[1],
  signal: AbortSignal,
): Promise<void> {
  for (let lanes = 1; ;) {
    const numbers = Array.from({ length: lanes }, (_, lane) => lane);
    const turns = await Promise.all(
      numbers.map((lane) => crawlSlice(account, { ...source, lane, lanes, mostLanes: MOST_LANES }, signal)),
    );
    if (turns.every(({ state }) => state !== 'more')) return;
    lanes = Math.max(lanes, ...turns.map(({ usefulLanes }) => usefulLanes));
  }
}

async function runSource(
  account: Account,
  source: Parameters<typeof sourceSlice>[1],
  signal: AbortSignal,
): Promise<'wait' | { outcome: SourceOutcome; found: boolean }> {
  for (;;) {
    await crawl(account, source, signal);
    for (;;) {
      const turn = await sourceSlice(account, source, signal);
      if (turn.state === 'done') return turn;
      if (turn.state === 'wait') return 'wait';
      if (turn.state === 'crawl') break;
    }
  }
}
