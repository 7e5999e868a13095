/** The sync without Temporal and network: the activities on a store in memory and an emulated Drive in this process. */
import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';
import type { Account } from '../../src/activities/accounts';
import { crawlSlice } from '../../src/activities/crawl-slice';
import { buildIndexes } from '../../src/activities/steps/build-indexes';
import { followDrives } from '../../src/activities/steps/follow-drives';
import type { PassRef } from '../../src/activities/inputs';
import { openCrawls } from '../../src/activities/steps/open-crawls';
import { pollLogs } from '../../src/activities/poll-logs';
import { prepareSync } from '../../src/activities/prepare-sync';
import { sourceSlice } from '../../src/activities/source-slice';
import { walkSlice, type WalkSliceResult } from '../../src/activities/walk-slice';
import type { DriveClient } from '../../src/drive/client';
import { FAILURES, isFailureKind } from '../../src/model/failure';
import { SILENT } from '../../src/log';
import { toSyncFailure } from '../../src/drive/failure';
import {
  changeParams,
  driveParams,
  fileParams,
  listParams,
  startTokenParams,
} from '../../src/drive/parameters';
import { textSearchParams, toTextSearchResult } from '../../src/drive/text-search';
import { decodeDriveList } from '../../src/drive/wire/drive-list';
import type { PageBody } from '../../src/drive/wire/json';
import { ApiError, type Account as EmulatedAccount } from '../../emulator';
import { RECORD_COLUMNS, requestedPart, toDriveFile } from '../../src/model/file';
import type { JsonObject, SqlValue } from '../../src/model/values';
import type { FailureKind } from '../../src/model/failure';
import type { JobState, SourceOutcome } from '../../src/model/job';
import type { PartialReason } from '../../src/model/reasons';
import { openForWriting } from '../../src/store/sqlite/open';
import type { JobStart } from '../../src/store/jobs/jobs';
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
  /** Walks the folders of others until nothing is due, or something has to be waited for. */
  walk(): Promise<WalkSliceResult>;
  rows(sql: string): Record<string, unknown>[];
  /** What differs between the live rows and what the Drive holds: ids, with what is wrong. */
  differences(): string[];
  close(): void;
}

/** `sameJob`: goes on with the last job, which was cut off. */
type SyncOptions = { full?: boolean; tries?: number; sameJob?: boolean } & JobStart;

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
    searchText: async (search) => toTextSearchResult(ask('files.list', textSearchParams(search))),
    inBackground: () => client,
    media: () => {
      throw new Error('a Drive in this process has no contents');
    },
    takeUnits: () => 0,
    serverTime: now,
  };
  return client;
}

/** Makes an empty store and an engine on it. `drive`: another client than the one that asks by function call. `path`: where the store lies; default: in memory. */
export function createEngine(
  cloud: EmulatedAccount,
  options: { before?: BeforeRequest; now?: () => number; drive?: DriveClient; path?: string } = {},
): Engine {
  const { now = Date.now } = options;
  const db = openForWriting(options.path ?? ':memory:');
  const store = createTransactor(db, now);
  store.bindIdentity({ permissionId: 'me', emailAddress: undefined });
  const requests: Record<string, number> = {};
  const before = (method: string): void => {
    options.before?.(method);
    requests[method] = (requests[method] ?? 0) + 1;
  };
  const drive = options.drive ?? directClient(cloud, { before, now });
  const account = { writer: createStoreWriter(store), drive, log: SILENT };
  let jobs = 0;
  return {
    store,
    account,
    requests,
    async sync({ sameJob = false, ...start } = {}) {
      if (!sameJob) jobs += 1;
      const jobId = `job-${String(jobs)}`;
      const state = await runJob(account, store, { ...start, jobId });
      if (state !== 'waiting') await buildIndexes(account.writer, new AbortController().signal);
      return { state, outcomes: outcomesOf(db, jobId) };
    },
    async walk() {
      const lease = store.claimWalk();
      for (;;) {
        const turn = await walkSlice(account, { lease }, new AbortController().signal);
        if (turn.state === 'done' || turn.waitMs !== undefined) return turn;
      }
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

const NO_STORAGE = { limit: undefined, usage: undefined, usageInDrive: undefined, usageInTrash: undefined };
/** More passes than any job should need. */
const MOST_PASSES = 5;

/** What the workflows decide, without waiting. */
async function runJob(
  account: Account,
  store: Transactor,
  { jobId, full, tries = 1, ...start }: { jobId: string } & SyncOptions,
): Promise<EngineResult['state']> {
  const { signal } = new AbortController();
  const ref = { account: 'me', storeId: 's', jobId, attempt: 1, requestedAt: Date.now(), full };
  let isResumed: JobStart = start;
  for (let passes = 0; ; passes++) {
    if (passes >= MOST_PASSES) throw new Error('the job does not come to its end');
    const plan = await prepareSync(account, { ...ref, ...isResumed }, MOST_LANES);
    isResumed = {};
    if (plan.kind === 'paused') return 'waiting';
    const pass: PassRef = { ...ref, epoch: plan.epoch, target: plan.target };
    if (await runPass(account, pass, { tries, signal })) return 'waiting';
    const end = store.finishPass(pass);
    if (end.kind === 'ended') return end.state;
  }
}

type NotedOutcome = { source_id: string } & (
  | { outcome: 'failed'; reason: FailureKind; message: string }
  | { outcome: 'partial'; reason: PartialReason }
  | { outcome: 'gone' }
);

/** How the sources stand after a job: those without a note of their own are current. */
function outcomesOf(db: Database.Database, jobId: string): Map<string, SourceOutcome> {
  const sources = db
    .prepare<[], string>("SELECT id FROM source WHERE state IN ('followed', 'leaving')")
    .pluck();
  const noted = db.prepare<[string], NotedOutcome>(
    'SELECT source_id, outcome, reason, message FROM job_source WHERE job_id = ?',
  );
  const outcomes = new Map(sources.all().map((id): [string, SourceOutcome] => [id, { kind: 'current' }]));
  for (const row of noted.all(jobId)) {
    const { source_id: id } = row;
    if (row.outcome === 'failed')
      outcomes.set(id, { kind: 'failed', failure: row.reason, message: row.message });
    else
      outcomes.set(id, row.outcome === 'gone' ? { kind: 'gone' } : { kind: 'partial', reason: row.reason });
  }
  return outcomes;
}

/** Works on everything that the store hands out; true if a source waits for a person. */
async function runPass(
  account: Account,
  pass: PassRef,
  { tries, signal }: { tries: number; signal: AbortSignal },
): Promise<boolean> {
  const { writer } = account;
  let isWaiting = false;
  await openCrawls(account, { ...pass, turn: 0 }, signal);
  await followDrives(account, pass, { tries, signal });
  for (;;) {
    await openCrawls(account, { ...pass, turn: 1 }, signal);
    await pollLogs(account, pass, signal);
    const work = await writer.takeWork(pass);
    if (work.kind === 'none') {
      if (work.unopened) continue;
      if (work.retryInMs !== undefined) throw await lastFailure(account, pass);
      return isWaiting;
    }
    for (const sourceId of work.kind === 'large' ? [work.sourceId] : work.sourceIds) {
      const end = await runSource(account, { ...pass, sourceId }, signal);
      if (end === 'wait') isWaiting = true;
      if (end === 'hold') await writer.releaseSource({ ...pass, sourceId }, { held: true });
    }
  }
}

/** What a workflow would wait for, and a test does not. */
async function lastFailure({ writer }: Account, pass: PassRef): Promise<Error> {
  const [first] = await writer.failingSources(pass);
  const kind = isFailureKind(first?.failure) ? first.failure : 'internal';
  return Object.assign(new Error(FAILURES[kind].says), { type: kind });
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
): Promise<'wait' | 'hold' | 'done'> {
  for (;;) {
    const turn = await sourceSlice(account, source, signal);
    if (turn.state === 'done' || turn.state === 'wait' || turn.state === 'hold') return turn.state;
    if (turn.state === 'crawl') await crawl(account, source, signal);
  }
}
