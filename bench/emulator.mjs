// The emulated Drive in a process of its own, forked by the cases: its first message has its options; it tells its address and answers questions.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { compareStore } from './exact.mjs';
import { PageCache } from './page-cache/page-cache.mjs';
import { watchTraffic } from './traffic.mjs';

const load = createRequire(import.meta.url);
const { startEmulator } = load('../dist/emulator/index.js');
const { changeParams, listParams } = load('../dist/drive/parameters.js');
const FOLDER = 'application/vnd.google-apps.folder';
const BROKEN = { kind: 'drive-error', status: 500, reason: 'internalError' };
const traffic = watchTraffic();
const [options] = await once(process, 'message');
const emulator = await startEmulator({
  ...options,
  ...(options.keepFiles && { pageWriter: new PageCache() }),
});
for (const tree of options.received ?? []) emulator.world.receiveFolder(tree);
let brokenLog;
emulator.failEvery('changes.list', (_, { params }) =>
  brokenLog !== undefined && params.driveId === brokenLog ? BROKEN : undefined,
);
if (options.keepFiles) writeFiles();

/** Lets every file be written and compressed once, so that a listing only has to put them together. What the ends of pages cut through is kept by pages of another size. */
function writeFiles() {
  for (const q of ['trashed = false', 'trashed = true'])
    for (const pageSize of ['1000', '700']) {
      let pageToken;
      do {
        const params = listParams(undefined, { q, orderBy: 'modifiedTime desc', pageToken });
        ({ nextPageToken: pageToken } = emulator.request('files.list', { ...params, pageSize }));
      } while (pageToken !== undefined);
    }
}

/** Gives this many files a new name or new content, each with an entry in the log. */
function change(count) {
  const { world } = emulator;
  const { startPageToken } = emulator.request('changes.getStartPageToken', {});
  const ids = world.ids({ folders: false }).slice(0, count);
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) world.edit(id);
    else world.rename(id, `renamed ${index}`);
  }
  if (options.keepFiles) writeLog(startPageToken);
  return ids.length;
}

/** As `writeFiles`. */
function writeLog(pageToken) {
  while (pageToken !== undefined)
    pageToken = emulator.request('changes.list', changeParams(undefined, { token: pageToken })).nextPageToken;
}

/** Folders that other people own, outside shared drives. */
function othersFolders() {
  let count = 0;
  for (const { mimeType, ownedByMe } of emulator.truth())
    if (mimeType === FOLDER && ownedByMe === false) count++;
  return count;
}

/** Creates this many text files, all different, of about this many bytes. */
function addTexts({ count, bytes }) {
  const words = load('node:fs').readFileSync(load.resolve('../ARCHITECTURE.md'), 'utf8').split(/\s+/);
  for (let file = 0; file < count; file++) {
    const lines = [];
    for (let length = 0, at = file * 7919; length < bytes; at += 13) {
      const word = words[at % words.length];
      lines.push(word);
      length += word.length + 1;
    }
    const id = emulator.world.createFile({ name: `text ${file}.txt`, mimeType: 'text/plain' });
    emulator.world.setContent(id, Buffer.from(`sentinel${file} ${lines.join(' ')}`));
  }
}

const answers = {
  addTexts,
  files: () => emulator.fileCount,
  othersFolders,
  /** How fast it answers from now on. */
  pace: (pace) => emulator.setPace(pace),
  /** From now on the log of the last shared drive always fails, or never; returns the drive's id. */
  breakLog(isBroken) {
    const id = emulator.world.drives().at(-1).id;
    brokenLog = isBroken ? id : undefined;
    return id;
  },
  /** Counts from here on. */
  begin: () => traffic.begin(),
  traffic: () => traffic.facts(),
  inFoldersEver: () => traffic.inFoldersEver(),
  compare: ({ store, pageCap }) => compareStore(store, emulator.truth(), pageCap),
  change,
};
process.on('message', ({ id, question, given }) => {
  try {
    process.send({ id, answer: answers[question](given) });
  } catch (error) {
    process.send({ id, error: `${question}: ${error instanceof Error ? error.stack : String(error)}` });
  }
});
// Nobody is left to end it when the cases are killed.
process.on('disconnect', () => process.exit());
process.send({ id: 0, answer: emulator.url });
