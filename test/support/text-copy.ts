/** A home with one small copy of a Drive, and the texts of some of its files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_CONTENT } from '../../src/model/settings';
import type { JsonObject } from '../../src/model/values';
import { openHome } from '../../src/process/home';
import { runHere, type Terminal, type Written } from './in-process';
import { file, OPENED_AT, openTestStore, page } from './stores';
import { fetchedText, keepTexts } from './texts';

const OWN = { ownedByMe: true, owners: [{ emailAddress: 'me@example.com', me: true }] };
const THEIRS = { ownedByMe: false, owners: [{ emailAddress: 'ann@example.com', me: false }] };
const PDF = 'application/pdf';
const SHEETS = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const FOLDER = 'application/vnd.google-apps.folder';

let day = 0;

/** A file; each is a day older than the one before. */
function of(id: string, name: string, fields: JsonObject = {}) {
  day += 1;
  const modified = OPENED_AT - day * 86_400_000;
  return file(id, {
    name,
    mimeType: 'text/plain',
    size: '100',
    parents: ['root'],
    modified,
    ...OWN,
    ...fields,
  });
}

const FILES = [
  of('docs', 'Docs', { mimeType: FOLDER }),
  of('report', 'Annual report.pdf', { mimeType: PDF, md5Checksum: 'a'.repeat(32), parents: ['docs'] }),
  of('twin', 'Same content.pdf', { mimeType: PDF, md5Checksum: 'a'.repeat(32), ...THEIRS }),
  of('letter', 'letter.txt'),
  of('list', 'needle list.txt'),
  of('only-name', 'needlework.jpg', { mimeType: 'image/jpeg' }),
  of('budget', 'Budget.xlsx', { mimeType: SHEETS }),
  of('tokyo', '天気.txt'),
  of('gone', 'gone.txt'),
  of('trash', 'trash.txt', { trashed: true }),
  of('scan', 'scan.pdf', { mimeType: PDF }),
  of('broken', 'broken.pdf', { mimeType: PDF }),
  of('later', 'later.txt'),
];

const REPORT = 'The budget of the year.\nMany a haystack.\n\nIn it, a needle.\u202e And more.';

/** The copy, and commands on it. */
export interface TextCopy {
  home: string;
  paths: { metadata: string; content: string };
  storeId: string;
  run(args: readonly string[], terminal?: Terminal): Promise<Written>;
  close(): void;
}

/** Makes the copy. Without `texts`, contents are off. */
export function openTextCopy({ texts = true }: { texts?: boolean } = {}): TextCopy {
  const home = mkdtempSync(join(tmpdir(), 'gdrive-sync-texts-'));
  const { storeOf, contentOf } = openHome(home);
  const paths = { metadata: storeOf('default'), content: contentOf('default') };
  const box = openTestStore(paths.metadata);
  box.store.changeSettings({ walk: false, content: { ...NO_CONTENT, on: texts } });
  box.commit(page(box.claim(0).fence, { files: FILES }));
  box.settle();
  box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
  while (box.store.buildIndexes().state === 'building');
  const storeId = String(box.row('SELECT store_id FROM store')['store_id']);
  if (texts)
    keepTexts(
      { ...paths, storeId },
      {
        report: fetchedText(REPORT, [
          { at: 0, label: 'p. 1' },
          { at: REPORT.indexOf('In it'), label: 'p. 3' },
        ]),
        letter: fetchedText('Dear reader, the needles are lost in the haystack. '.repeat(3), [], true),
        list: fetchedText('a list of what the needle sews'),
        budget: fetchedText('first\nlast quarter Étude', [
          { at: 0, label: 'sheet Q1' },
          { at: 6, label: 'sheet Q3' },
        ]),
        tokyo: fetchedText('明日の東京都の天気は晴れです'),
        gone: fetchedText('a needle that is gone'),
        scan: 'scanned',
        broken: 'malformed',
      },
    );
  box.db.exec("UPDATE file SET removed_at = 1, removal = 'log' WHERE id = 'gone'");
  box.store.close();
  return {
    home,
    paths,
    storeId,
    run: async (args, terminal = {}) =>
      await runHere(args, {
        ...terminal,
        env: { GDRIVE_SYNC_HOME: home, HOME: home, PATH: '/usr/bin:/bin', ...terminal.env },
      }),
    close: () => rmSync(home, { recursive: true }),
  };
}
