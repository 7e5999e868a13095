// How many events the workflows of a job have in Temporal. The embedded server lives only as long as a command that needs it, so `up` is started for a look.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { CLI } from './measure.mjs';
import { accessTo } from './sync-run.mjs';

const require = createRequire(import.meta.url);
const { connectClient } = require('../dist/temporal/connect.js');
const { EMBEDDED_NAMESPACE } = require('../dist/temporal/server-process.js');
const { answers, isServerProcess, readServerState } = require('../dist/temporal/server-state.js');

const LOOK_EVERY_MS = 200;
const SERVER_LIMIT_MS = 60_000;
/** The list of workflows lags behind what has happened. */
const SETTLE_LIMIT_MS = 20_000;

/** Counts the runs, and the events in them, that were started between two moments (ms since 1970), by type of workflow. */
export async function eventsBetween(drive, home, from, to) {
  const up = spawn(process.execPath, [CLI, 'up', '--every', 'never'], {
    env: { ...process.env, GDRIVE_SYNC_HOME: home, NO_PROXY: '127.0.0.1', ...accessTo(drive) },
    stdio: 'ignore',
  });
  const gone = once(up, 'close');
  try {
    const connection = { address: `127.0.0.1:${await portOf(home)}` };
    const client = await connectClient({ connection, namespace: EMBEDDED_NAMESPACE });
    const query = `StartTime >= "${timeOf(from)}" AND StartTime <= "${timeOf(to)}"`;
    const found = await settled(() => countEvents(client, query));
    await client.connection.close();
    return found;
  } finally {
    up.kill('SIGINT');
    await gone;
  }
}

function timeOf(ms) {
  return new Date(ms).toISOString();
}

async function portOf(home) {
  for (const endsAt = Date.now() + SERVER_LIMIT_MS; Date.now() < endsAt; await delay(LOOK_EVERY_MS)) {
    const state = readServerState(home);
    if (state !== undefined && isServerProcess(state.pid, home) && (await answers(state.port)))
      return state.port;
  }
  throw new Error('no Temporal server has come up to be looked at');
}

/** What is found twice in a row when nothing runs, or at last. */
async function settled(look) {
  let before;
  for (const endsAt = Date.now() + SETTLE_LIMIT_MS; ; await delay(5 * LOOK_EVERY_MS)) {
    const found = await look();
    const isSame = before !== undefined && before.events === found.events && before.runs === found.runs;
    if ((isSame && found.running === 0 && found.runs > 0) || Date.now() > endsAt) return found;
    before = found;
  }
}

async function countEvents(client, query) {
  const found = { runs: 0, events: 0, running: 0, byType: {} };
  for await (const { type, historyLength, status, workflowId, runId } of client.workflow.list({ query })) {
    const isRunning = status.name === 'RUNNING';
    const length = isRunning ? await lengthNow(client, workflowId, runId) : historyLength;
    found.runs++;
    found.running += isRunning ? 1 : 0;
    found.events += length;
    found.byType[type] = (found.byType[type] ?? 0) + length;
  }
  return found;
}

/** What still runs has no length in the list. */
async function lengthNow(client, workflowId, runId) {
  return (await client.workflow.getHandle(workflowId, runId).describe()).historyLength;
}
