// What reaches an HTTP server of this process: counts and times by method of the API, how many requests are in flight, and the CPU that they cost.
// Listings of what lies in one folder are apart from those of `files.list`.
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { median } from './quantile.mjs';

const { findRoute } = createRequire(import.meta.url)('../dist/emulator/http/routes.js');
const SAMPLE_MS = 50;
/** How `facts` name listings of what lies in one folder. */
export const IN_FOLDER = 'files.list in a folder';

const nothing = () => ({
  asked: 0,
  answered: 0,
  refused: 0,
  firstAt: null,
  firstAnsweredAt: null,
  lastAt: null,
});

/** Watches from now on, all servers of the process. */
export function watchTraffic() {
  let methods = {};
  let samples = [];
  let inFlight = 0;
  let cpu = process.cpuUsage();
  let inFoldersEver = 0;
  subscribe('http.server.request.start', ({ request, response }) => {
    const { pathname, searchParams } = new URL(request.url, 'http://emulator.invalid');
    const { method = 'other', slow = false } = findRoute(request.method, pathname)?.route ?? {};
    const isInFolder = searchParams.get('q')?.includes(' in parents') === true;
    if (isInFolder) inFoldersEver++;
    const seen = (methods[isInFolder ? IN_FOLDER : method] ??= { ...nothing(), slow });
    seen.asked++;
    seen.firstAt ??= Date.now();
    inFlight++;
    response.once('close', () => {
      inFlight--;
      note(seen, response);
    });
  });
  setInterval(() => inFlight > 0 && samples.push(inFlight), SAMPLE_MS).unref();
  return {
    begin() {
      methods = {};
      samples = [];
      cpu = process.cpuUsage();
    },
    /** Listings of folders since the process began. */
    inFoldersEver: () => inFoldersEver,
    facts: () => ({ methods, inFlight: samples.length === 0 ? 0 : median(samples), cpuMs: cpuMsSince(cpu) }),
  };
}

function cpuMsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function note(seen, { statusCode, writableFinished }) {
  if (!writableFinished) return;
  if (statusCode === 403) seen.refused++;
  if (statusCode !== 200) return;
  seen.answered++;
  seen.lastAt = Date.now();
  seen.firstAnsweredAt ??= seen.lastAt;
}
