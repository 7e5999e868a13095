// How long Node takes to decompress and parse pages alone: with SQLite's own time, the floor under a writer.
import { createRequire } from 'node:module';
import { get } from 'node:http';
import { median } from './quantile.mjs';

const require = createRequire(import.meta.url);
const { listParams } = require('../dist/drive/parameters.js');
const { parseLongList } = require('../dist/drive/wire/long-list.js');

const PAGES = 30;
const PASSES = 7;

/** What a page of the Drive's files takes, in ms: the median of several passes over the first pages. */
export async function parseAlone(drive) {
  const bodies = await firstPages(drive.url);
  const passes = Array.from({ length: PASSES }, () => {
    const startedAt = performance.now();
    for (const body of bodies) parsed(body);
    return (performance.now() - startedAt) / bodies.length;
  });
  return median(passes);
}

async function firstPages(url) {
  const bodies = [];
  let pageToken;
  do {
    const asked = listParams(undefined, { q: 'trashed = false', orderBy: 'modifiedTime desc', pageToken });
    const body = await bytesOf(new URL(`drive/v3/files?${new URLSearchParams(asked)}`, url));
    bodies.push(body);
    pageToken = parsed(body).nextPageToken;
  } while (pageToken !== undefined && bodies.length < PAGES);
  return bodies;
}

function parsed(body) {
  return parseLongList(body, 'files', () => undefined);
}

/** An answer as it comes over the wire. */
async function bytesOf(url) {
  const headers = { authorization: 'Bearer emulator-token', 'accept-encoding': 'gzip' };
  const response = await new Promise((settle, fail) => get(url, { headers }, settle).once('error', fail));
  if (response.statusCode !== 200) throw new Error(`${url.pathname} is answered ${response.statusCode}`);
  return { bytes: Buffer.concat(await response.toArray()), gzip: true };
}
