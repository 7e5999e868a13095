/** The activities of a job on a store that is only a list of sources, for tests of what the workflows decide. */
import { NO_CONTENT } from '../../src/model/settings';
import type { Activities } from '../../src/activities';
import { jobStateOf } from '../../src/model/job';
import type { FailureKind } from '../../src/model/failure';
import type { Progress } from '../../src/model/progress';
import type { JobResult } from '../../src/store/jobs/jobs';

const PROGRESS: Progress = {
  jobId: 'job1',
  state: 'running',
  pages: 3,
  files: 30,
  changes: 0,
  startedAt: 1,
  units: 0,
  indexing: undefined,
  sources: 1,
  sourcesOpen: 0,
  open: [],
};
const SETTINGS = { drives: 'all', walk: true, fullEveryMs: 1, historyMs: 1, content: NO_CONTENT } as const;
const BATCH = 25;

/** A source of the list. */
interface FakeSource {
  small: boolean;
  takenBy: number;
  end: 'current' | { kind: FailureKind; message: string } | undefined;
}

/** A list of sources, the activities on it, and what they were asked for. */
export interface FakePasses {
  all: Activities;
  /** The states that the job was told to record. */
  recorded: JobResult[];
  /** The state with which the job ended. */
  ended: string[];
  sources: Map<string, FakeSource>;
  /** Adds a source that has work for a child workflow. */
  add(id: string, small?: boolean): void;
  /** Brings a source to its end. */
  settle(id: string): void;
  requests: number;
}

/** Sources of one kind, each with work for a child workflow. The user's own always has one of its own. */
export function fakePasses(ids: readonly string[], overrides: Partial<Activities> = {}): FakePasses {
  let epoch = 0;
  const fake: FakePasses = {
    recorded: [],
    ended: [],
    sources: new Map(),
    requests: 0,
    add: (id, small = false) => void fake.sources.set(id, { small, takenBy: 0, end: undefined }),
    settle: (id) => {
      const source = fake.sources.get(id);
      if (source !== undefined) source.end = 'current';
    },
    all: {
      prepareSync: async () => ({
        kind: 'work',
        epoch: (epoch += 1),
        target: (fake.requests = Math.max(1, fake.requests)),
        lanes: 4,
        unopened: false,
      }),
      takeRequest: async () => (fake.requests += 1),
      followDrives: async () => ({ unopened: false }),
      openCrawls: async () => ({ opened: 0, more: false }),
      pollLogs: async () => ({ more: false, work: true }),
      takeWork: async () => take(fake, epoch),
      releaseSource: async ({ sourceId }) => {
        const source = fake.sources.get(sourceId);
        if (source !== undefined) source.takenBy = 0;
      },
      failSource: async ({ sourceId, failure }) => {
        const source = fake.sources.get(sourceId);
        if (source !== undefined) source.end ??= failure;
      },
      giveUpFailing: async () => undefined,
      finishPass: async (pass) => finish(fake, pass.target),
      crawlSlice: async () => ({ state: 'done', pages: 3, files: 30, usefulLanes: 1 }),
      sourceSlice: async ({ sourceId }) => {
        fake.settle(sourceId);
        return { state: 'done', outcome: { kind: 'current' } };
      },
      batchSlice: async ({ sourceIds }) => {
        for (const id of sourceIds) fake.settle(id);
        return { left: [], waits: false };
      },
      readProgress: async () => PROGRESS,
      buildIndexes: async () => ({ state: 'ready', indexed: 1 }),
      setJobState: async (result) => void fake.recorded.push(result),
      removeJob: async () => undefined,
      changeSettings: async ({ change }) => ({ ...SETTINGS, ...change }),
      newJob: async (store) => ({ ...store, jobId: 'job2', attempt: 1, requestedAt: 2, revision: 'r' }),
      claimWalk: async () => 1,
      walkSlice: async () => ({ state: 'done', pages: 0 }),
      claimContents: async () => 1,
      contentSlice: async () => ({ state: 'done', fetched: 0, due: 0 }),
      ...overrides,
    },
  };
  for (const id of ids) fake.add(id);
  return fake;
}

/** Temporal refuses a workflow whose summary is longer than 400 bytes. */
const LONG_NAME = '`\u{1f600}'.repeat(500);

function take({ sources }: FakePasses, epoch: number): Awaited<ReturnType<Activities['takeWork']>> {
  const free = [...sources].filter(([, { takenBy, end }]) => takenBy !== epoch && end === undefined);
  const [first] = free;
  if (first === undefined) return { kind: 'none', retryInMs: undefined, unopened: false };
  const taken = first[1].small ? free.filter(([, { small }]) => small).slice(0, BATCH) : [first];
  for (const [, source] of taken) source.takenBy = epoch;
  if (!first[1].small) return { kind: 'large', sourceId: first[0], name: LONG_NAME, crawls: true };
  return { kind: 'small', sourceIds: taken.map(([id]) => id) };
}

function finish(fake: FakePasses, target: number): Awaited<ReturnType<Activities['finishPass']>> {
  const { sources, ended, requests } = fake;
  const ends = [...sources].map(([id, { end }]) => ({ id, end }));
  if (ends.some(({ end }) => end === undefined)) return { kind: 'again', open: true };
  if (requests > target) return { kind: 'again', open: false };
  const failed = ends.flatMap(({ id, end }) => (typeof end === 'object' ? [{ id, ...end }] : []));
  const state = jobStateOf({
    sources: ends.length,
    failed: failed.length,
    userFailed: failed.some(({ id }) => id === 'user'),
    partial: 0,
  });
  ended.push(state);
  const [worst] = failed;
  return {
    kind: 'ended',
    answered: target,
    state,
    reason: worst?.kind,
    message: worst?.message,
    pages: 3,
    files: 30,
    background: [],
  };
}
