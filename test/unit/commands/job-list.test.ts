import { joinJob, pickJob, type JobView, type ProcessFacts } from '../../../src/commands/jobs/job-list';
import { reasonText } from '../../../src/commands/jobs/reasons';
import { EXIT, UserError } from '../../../src/errors';
import { FAILURES } from '../../../src/model/failure';
import { ENDED, type JobState } from '../../../src/model/job';
import type { StoredJob } from '../../../src/queries/jobs/stored-jobs';
import type { TemporalJob } from '../../../src/temporal/job-records';

const STORED: StoredJob = {
  jobId: 'j1',
  attempt: 1,
  state: 'running',
  reason: undefined,
  message: undefined,
  requestedAt: 100,
  startedAt: 200,
  endedAt: undefined,
  pages: 3,
  files: 30,
  changes: 0,
  full: false,
  answered: 0,
  answeredState: undefined,
};
const TEMPORAL: TemporalJob = {
  jobId: 'j1',
  attempt: 1,
  account: 'me',
  storeId: 's1',
  workflowId: 'sync/me/s1',
  runId: 'r1',
  status: 'RUNNING',
  requestedAt: 100,
  closedAt: undefined,
  revision: undefined,
};
const AROUND: ProcessFacts = { worker: true, temporalAsked: true };
const WAITS_FOR_WORKER = expect.stringContaining('a worker');
const LOGIN = FAILURES['needs-login'].says;

interface Case {
  stored?: Partial<StoredJob>;
  temporal?: Partial<TemporalJob>;
  around?: Partial<ProcessFacts>;
  state: JobState;
  reason?: unknown;
}

const stored = (state: JobState, more: Partial<StoredJob> = {}) => ({ stored: { state, ...more } });
const temporal = (status: TemporalJob['status'], more: Partial<TemporalJob> = {}) => ({
  temporal: { status, ...more },
});
const NOT_ASKED = { around: { temporalAsked: false } };
const NO_WORKER = { around: { worker: false } };

const CASES: Case[] = [
  // Both sides agree that it goes on.
  { ...stored('pending'), ...temporal('RUNNING'), state: 'pending' },
  { ...stored('pending'), ...temporal('RUNNING'), ...NO_WORKER, state: 'pending', reason: WAITS_FOR_WORKER },
  { ...stored('running'), ...temporal('RUNNING'), state: 'running' },
  { ...stored('running'), ...temporal('RUNNING'), ...NO_WORKER, state: 'waiting', reason: WAITS_FOR_WORKER },
  {
    ...stored('waiting', { reason: 'needs-login' }),
    ...temporal('RUNNING'),
    state: 'waiting',
    reason: LOGIN,
  },
  {
    ...stored('waiting', { reason: 'needs-login' }),
    ...temporal('RUNNING'),
    ...NO_WORKER,
    state: 'waiting',
    reason: LOGIN,
  },
  // The store has heard of the end before the workflow has ended.
  ...[...ENDED].map((state) => ({ ...stored(state), ...temporal('RUNNING'), state })),
  // Temporal knows the end, the store may not.
  { ...stored('completed'), ...temporal('COMPLETED'), state: 'completed' },
  { ...stored('partial'), ...temporal('COMPLETED'), state: 'partial' },
  { ...stored('running'), ...temporal('COMPLETED'), state: 'completed' },
  {
    ...stored('failed', { reason: 'api-disabled' }),
    ...temporal('FAILED'),
    state: 'failed',
    reason: FAILURES['api-disabled'].says,
  },
  { ...stored('running'), ...temporal('FAILED'), state: 'failed' },
  { ...stored('running'), ...temporal('CANCELED'), state: 'canceled' },
  { ...stored('waiting', { reason: 'needs-login' }), ...temporal('CANCELED'), state: 'canceled' },
  { ...stored('running'), ...temporal('TERMINATED'), state: 'terminated' },
  { ...stored('terminated'), ...temporal('TERMINATED'), state: 'terminated' },
  // Only one side knows the job.
  { ...temporal('RUNNING'), state: 'pending' },
  { ...temporal('RUNNING'), ...NO_WORKER, state: 'pending', reason: WAITS_FOR_WORKER },
  { ...temporal('COMPLETED'), state: 'completed' },
  { ...temporal('FAILED'), state: 'failed' },
  { ...temporal('CANCELED'), state: 'canceled' },
  { ...temporal('TERMINATED'), state: 'terminated' },
  { ...stored('running'), state: 'terminated', reason: 'its workflow is gone' },
  { ...stored('pending'), state: 'terminated', reason: 'its workflow is gone' },
  { ...stored('running'), ...NOT_ASKED, state: 'running' },
  {
    ...stored('running'),
    around: { worker: false, temporalAsked: false },
    state: 'waiting',
    reason: WAITS_FOR_WORKER,
  },
  ...[...ENDED].map((state) => ({ ...stored(state), state })),
  // The store speaks of an earlier attempt.
  { ...stored('failed'), ...temporal('RUNNING', { attempt: 2 }), state: 'pending' },
  { ...stored('failed'), ...temporal('COMPLETED', { attempt: 2 }), state: 'completed' },
  { ...stored('partial', { attempt: 2 }), ...temporal('RUNNING', { attempt: 2 }), state: 'partial' },
];

function tell({ stored: record, temporal: run }: Case): string {
  const store =
    record === undefined ? 'nothing' : `${String(record.state)} of attempt ${String(record.attempt ?? 1)}`;
  const server =
    run === undefined ? 'nothing' : `${String(run.status)} of attempt ${String(run.attempt ?? 1)}`;
  return `the store says ${store}, Temporal ${server}`;
}

test.each(CASES.map((each) => ({ ...each, said: tell(each), around: { ...AROUND, ...each.around } })))(
  'where $said (worker $around.worker, asked $around.temporalAsked), a job is $state',
  (given) => {
    const records = {
      ...(given.stored && { stored: { ...STORED, ...given.stored } }),
      ...(given.temporal && { temporal: { ...TEMPORAL, ...given.temporal } }),
    };
    const { state, reason } = joinJob('me', records, given.around);
    expect(state).toBe(given.state);
    expect(reason).toEqual(given.reason);
  },
);

test('numbers and times come from the store, the end from whoever knows it', () => {
  const ended = { ...TEMPORAL, status: 'TERMINATED', closedAt: 500, attempt: 2 } as const;
  expect(joinJob('me', { stored: STORED, temporal: ended }, AROUND)).toEqual({
    jobId: 'j1',
    account: 'me',
    attempt: 2,
    state: 'terminated',
    reason: undefined,
    requestedAt: 100,
    startedAt: 200,
    endedAt: 500,
    pages: 3,
    files: 30,
    changes: 0,
    full: false,
    temporal: ended,
  });
});

test('a job that only Temporal knows has no numbers yet', () => {
  expect(joinJob('me', { temporal: { ...TEMPORAL, requestedAt: 7 } }, AROUND)).toMatchObject({
    jobId: 'j1',
    attempt: 1,
    requestedAt: 7,
    startedAt: undefined,
    pages: 0,
    files: 0,
  });
});

test('a job that goes on has no end, whatever an earlier attempt left', () => {
  const records = {
    stored: { ...STORED, state: 'failed', endedAt: 300 } as const,
    temporal: { ...TEMPORAL, attempt: 2 },
  };
  expect(joinJob('me', records, AROUND).endedAt).toBeUndefined();
});

test('a message goes before the reason', () => {
  const failed = { ...STORED, state: 'failed', reason: 'internal', message: 'told in words' } as const;
  expect(joinJob('me', { stored: failed }, AROUND).reason).toBe('told in words');
});

test.each([
  { reason: 'disk-full', text: FAILURES['disk-full'].says },
  { reason: 'something else', text: 'something else' },
  { reason: 'constructor', text: 'constructor' },
  { reason: null, text: undefined },
  { reason: undefined, text: undefined },
])('the reason $reason is told as $text', ({ reason, text }) => {
  expect(reasonText(reason)).toBe(text);
});

const JOBS: JobView[] = ['ab1', 'ab2', 'c'].map((jobId) =>
  joinJob('me', { stored: { ...STORED, jobId } }, AROUND),
);

test.each([
  { prefix: undefined, jobId: 'ab1' },
  { prefix: 'c', jobId: 'c' },
  { prefix: 'ab2', jobId: 'ab2' },
])('the prefix $prefix names the job $jobId', ({ prefix, jobId }) => {
  expect(pickJob(JOBS, prefix).jobId).toBe(jobId);
});

test.each([
  { prefix: 'ab', jobs: JOBS, message: 'more than one job id begins with "ab"', exitCode: EXIT.usage },
  { prefix: 'x', jobs: JOBS, message: 'there is no job "x"', exitCode: EXIT.usage },
  { prefix: undefined, jobs: [], message: 'there are no jobs', exitCode: EXIT.failure },
])('the prefix $prefix of no single job is refused: $message', ({ prefix, jobs, message, exitCode }) => {
  let thrown: unknown;
  try {
    pickJob(jobs, prefix);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(UserError);
  expect(thrown).toMatchObject({ message, exitCode, hint: expect.any(String) });
});
