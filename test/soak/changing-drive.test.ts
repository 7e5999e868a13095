/** A Drive that does not hold still: long runs with real processes, apart from the gate (`npm run soak`). */
import { startEmulator, type Emulator } from '../../emulator';
import { difference, EXACT, openRig, pagesReach, waitFor, type Rig } from '../support/cli';
import { keepChanging, requestsBy, seconds } from '../support/soak';

let emulator: Emulator;
let rig: Rig;

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

test('40,000 files and 3 shared drives under 200 changes a second, killed four times, end exact', async () => {
  const drives = ['Sales', 'Research', 'Archive'].map((name) => ({ name, files: 4_000 }));
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 71, files: 28_000, drives },
    latencyMs: 100,
    jitter: 0.5,
  });
  rig = openRig(emulator.url);
  // Whoever loses a drive of thousands of files is asked first; that is another test's matter.
  const changing = keepChanging(emulator, { perSecond: 200, access: false });
  const startedAt = Date.now();
  let pages = 0;
  for (let kill = 0; kill < 4; kill++) {
    const sync = rig.spawn(['sync']);
    pages += 6 + Math.floor(Math.random() * 22);
    await pagesReach(emulator, pages, sync);
    await sync.kill('SIGKILL');
    await waitFor('the server follows its killed owner', () => rig.servers().length === 0, 5_000);
  }
  const under = await rig.run(['sync'], {}, 240_000);
  const changes = changing.stop();
  expect(under).toEqual({ ...under, code: 0 });
  const tookS = seconds(Date.now() - startedAt);
  const last = await rig.run(['sync', '--walk'], {}, 120_000);
  expect(last).toEqual({ ...last, code: 0 });
  const found = await difference(rig, emulator);
  console.log(
    `${String(emulator.fileCount)} files, ${String(changes)} changes, ${tookS} until the crawl was through; ${under.stdout.split('\n')[0] ?? ''}`,
  );
  console.log('requests', requestsBy(emulator), found);
  expect(found).toEqual(EXACT);
});

test('a schedule every 5 seconds under constant change for 3 minutes never has two jobs, and ends exact', async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 72, files: 5_000, drives: [{ name: 'Team', files: 500 }] },
    latencyMs: 50,
    jitter: 0.5,
  });
  rig = openRig(emulator.url);
  expect(await rig.run(['schedule', 'set', '--every', '5s'])).toMatchObject({ code: 0 });
  const up = rig.spawn(['up', '--every', 'never'], {}, 400_000);
  const changing = keepChanging(emulator, { perSecond: 20 });
  const endsAt = Date.now() + 180_000;
  let most = 0;
  const lags: number[] = [];
  while (Date.now() < endsAt) {
    const jobs = await rig.jobs();
    most = Math.max(
      most,
      jobs.filter(({ state }) => !/completed|partial|failed|canceled|terminated/.test(state)).length,
    );
    const status = await rig.run(['status', '--json', jobs[0]?.jobId ?? '']);
    const { sources = [] } = JSON.parse(status.stdout || '{}') as { sources?: { lagMs?: number }[] };
    lags.push(...sources.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs])));
  }
  const changes = changing.stop();
  const from = Date.now();
  const done = `SELECT count(*) AS n FROM jobs WHERE started_at > ${String(from)} AND state = 'completed'`;
  await waitFor(
    'a job that started after the last change is done',
    async () => JSON.parse((await rig.run(['--json', 'sql', done])).stdout || '{"n":0}').n > 0,
    60_000,
  );
  const jobs = await rig.jobs();
  await up.kill('SIGINT');
  const found = await difference(rig, emulator);
  console.log(
    `${String(changes)} changes; the newest job list has ${String(jobs.length)} jobs; at most ${String(most)} open at once; lag up to ${seconds(Math.max(0, ...lags))}`,
    found,
  );
  expect(most).toBeLessThanOrEqual(1);
  expect(found).toEqual(EXACT);
});
