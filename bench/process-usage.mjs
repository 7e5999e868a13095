// What a process and each of its threads cost, read from /proc while the process lives.
import { readdirSync, readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;
/** The kernel counts the time of threads in hundredths of a second. */
const TICK_MS = 10;
/** Places of utime and stime among what follows the name in parentheses, which may hold spaces. */
const [USER, SYSTEM] = [11, 12];

/** CPU time so far by thread, in ms; empty once the process is gone. */
function threadTimes(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((tid) => timeOf(pid, tid));
  } catch {
    return [];
  }
}

function timeOf(pid, tid) {
  const ms = timeIn(`/proc/${pid}/task/${tid}/stat`);
  // The thread may have ended meanwhile.
  return ms === undefined ? [] : [[Number(tid), ms]];
}

/** CPU time of a process so far, in ms; undefined once it is gone. */
export function cpuMsOf(pid) {
  return timeIn(`/proc/${pid}/stat`);
}

function timeIn(file) {
  try {
    const stat = readFileSync(file, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** Looks at the threads until the returned function is called, which gives what was seen. */
export function watchThreads(pid) {
  const looks = [];
  const timer = setInterval(() => looks.push({ at: Date.now(), threads: threadTimes(pid) }), LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return { pid, looks };
  };
}

/** CPU time between two moments in ms: of the main thread, of the busiest other one, which is the writer, and of all the rest. */
export function cpuBetween({ pid, looks }, from, to) {
  const spent = new Map();
  const last = new Map();
  for (const { at, threads } of looks) {
    for (const [tid, ms] of threads) {
      // What a thread had used before the first moment does not count; a younger thread starts at nothing.
      if (at > from && at <= to) spent.set(tid, (spent.get(tid) ?? 0) + ms - (last.get(tid) ?? 0));
      last.set(tid, ms);
    }
  }
  const main = spent.get(pid) ?? 0;
  spent.delete(pid);
  const [writer = 0, ...rest] = [...spent.values()].toSorted((a, b) => b - a);
  return { main, writer, rest: rest.reduce((sum, ms) => sum + ms, 0) };
}
