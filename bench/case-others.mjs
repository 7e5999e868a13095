// M2: a Drive with thousands of folders of other people, some of which hide what lies in them from the flat listing.
import { setTimeout as delay } from 'node:timers/promises';
import { watchCurrent } from './current.mjs';
import { runCommand } from './measure.mjs';
import { PAGES_A_SECOND, QUOTA } from './quota.mjs';
import { exactness, figure } from './rows.mjs';
import { accessTo, syncAsUsers } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

const FILES = 300_000;
/** About 170 of the seed files are folders of others, too. */
const DIRECT = { trees: 31, tree: { folders: 99, files: 1_800, listed: true, access: 'direct', old: true } };
const LINKS = { trees: 20, tree: { folders: 9, files: 250, listed: false, access: 'link', old: true } };
/** Parts of the folders after whose listing the walk is killed. */
const KILLS = [1 / 3, 2 / 3];
const LOOK_EVERY_MS = 50;

/** Syncs, walks with two kills on the way, and crawls once more. */
export async function foldersOfOthers(bench) {
  const drive = await bench.drive(optionsOf(bench), { fresh: true });
  const folders = await drive.ask('othersFolders');
  return await inFreshHome(bench, async (home) => {
    const first = await measuredSync(drive, home);
    const { leastPages, missing } = await bench.compare(drive, home);
    const walk = await walkWithKills(bench, { drive, home, folders, first });
    const full = await measuredSync(drive, home, ['--full']);
    return [
      figure('folders of others', folders),
      ...syncRows('first job', first, leastPages),
      figure('first job: files still missing', missing),
      ...walk,
      ...syncRows('second crawl', full, leastPages),
      exactness('copy after the second crawl', await bench.compare(drive, home)),
    ];
  });
}

function optionsOf(bench) {
  const received = [DIRECT, LINKS].flatMap(({ trees, tree }) =>
    Array.from({ length: bench.size(trees) }, () => tree),
  );
  const inTrees = received.reduce((sum, { folders, files }) => sum + 1 + folders + files, 0);
  const files = Math.max(1, bench.size(FILES) - inTrees);
  return {
    corpus: { kind: 'seed', seed: 7, files },
    received,
    pageCap: 460,
    latencyMs: 400,
    quota: QUOTA,
  };
}

async function measuredSync(drive, home, args = []) {
  return await syncAsUsers(drive, home, { args, watch: () => watchCurrent(home) });
}

function syncRows(name, run, leastPages) {
  const { watched, firstSeconds, seconds, cpuSeconds, methods, inFolders, rssMb, driveCpuMs } = run;
  return [
    figure(`${name}: the user's source is current`, watched.user ?? NaN, { unit: 's' }),
    figure(
      `${name}: current ÷ what the quota allows for full pages`,
      watched.user / (leastPages / PAGES_A_SECOND),
    ),
    figure(`${name}: summary printed`, firstSeconds, { unit: 's' }),
    figure(`${name}: whole command`, seconds, { unit: 's' }),
    figure(`${name}: pages of the flat listing`, methods['files.list'].asked),
    figure(`${name}: listings of folders`, inFolders),
    figure(`${name}: peak RSS`, rssMb, { unit: 'MB' }),
    figure(`${name}: CPU`, cpuSeconds, { unit: 's' }),
    figure(`${name}: CPU of the emulated Drive`, driveCpuMs / 1000, { unit: 's' }),
  ];
}

/**
 * `sync --walk`, which is killed twice on its way. Where the first job has walked the folders already, the same is done in a new home, with the
 * crawl before it.
 */
async function walkWithKills(bench, { drive, home, folders, first }) {
  const isWalked = first.inFolders >= folders;
  const name = isWalked ? 'sync --walk into a new home' : 'sync --walk';
  const walk = async (place) => {
    const killed = await runKilled(
      drive,
      place,
      KILLS.map((part) => Math.floor(part * folders)),
    );
    const { kills, seconds, listings } = killed;
    return [
      figure(`${name}: kills`, kills),
      figure(`${name}: all commands`, seconds, {
        unit: 's',
        // A crawl before it is no part of the walk.
        ...(!isWalked && { most: 1.1 * (listings / PAGES_A_SECOND) + 4 * kills }),
      }),
      figure(`${name}: listings of folders`, listings),
      exactness(`${name}: copy`, await bench.compare(drive, place)),
    ];
  };
  return isWalked ? await inFreshHome(bench, walk) : await walk(home);
}

/** Runs the command until it succeeds. Kills it when the folder listings reach each number in `killAt`. */
async function runKilled(drive, home, killAt) {
  const before = await drive.ask('inFoldersEver');
  const listings = async () => (await drive.ask('inFoldersEver')) - before;
  const left = [...killAt];
  let seconds = 0;
  for (let kills = 0; ; kills++) {
    const [limit = Infinity] = left;
    const { ms, end } = await runCommand(['sync', '--walk'], {
      home,
      env: accessTo(drive),
      ends: [0, 'SIGKILL'],
      watch: (pid) => killAfter(pid, limit, listings),
    });
    seconds += ms / 1000;
    if (end === 0) return { kills, seconds, listings: await listings() };
    left.shift();
  }
}

/** Kills a process when its folder listings reach `limit`. */
function killAfter(pid, limit, listings) {
  const over = new AbortController();
  const look = async () => {
    while (!over.signal.aborted && (await listings()) < limit) await delay(LOOK_EVERY_MS);
    if (!over.signal.aborted) process.kill(pid, 'SIGKILL');
  };
  void look();
  return () => over.abort();
}
