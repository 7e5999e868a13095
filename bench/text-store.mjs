// Texts for a copy: one of about 20 KB for each file, in words whose frequencies are those of a language.
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const Database = require('better-sqlite3');
const { CONTENT } = require('../dist/content/store/schema.js');
const { openForWriting } = require('../dist/store/sqlite/open.js');

const WORDS = 60_000;
const WORDS_A_TEXT = 2_800;
const A_TRANSACTION = 1_000;
const SYLLABLES = [
  'ka',
  'lo',
  'mi',
  'ten',
  'ra',
  'su',
  've',
  'no',
  'par',
  'di',
  'gel',
  'o',
  'bri',
  'un',
  'sta',
  'qui',
];

/** A generator of numbers from 0 to 1, always the same. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The word of a rank; no two ranks have the same. */
export function wordOf(rank) {
  let word = '';
  for (let rest = rank + 16; rest > 0; rest = Math.floor(rest / 16)) word = SYLLABLES[rest % 16] + word;
  return word;
}

function textOf(random, words) {
  const picked = [];
  // Zipf: the word of rank n comes with a frequency of about 1/n.
  for (let count = 0; count < WORDS_A_TEXT; count++) picked.push(words[Math.floor(WORDS ** random()) - 1]);
  return picked.join(' ');
}

/** Writes texts for up to `most` files of a metadata store, as a run of the contents leaves them. */
export function writeTexts(metadataPath, contentPath, most) {
  const metadata = new Database(metadataPath, { readonly: true });
  const db = openForWriting(contentPath, CONTENT);
  db.pragma('synchronous = OFF');
  db.prepare('UPDATE content_store SET store_id = ?').run(
    metadata.prepare('SELECT store_id FROM store').pluck().get(),
  );
  const files = metadata
    .prepare(
      "SELECT pk, id, modified_time AS modified FROM file WHERE mime_type NOT LIKE '%folder' AND removed_at IS NULL LIMIT ?",
    )
    .all(most);
  const body = db.prepare("INSERT INTO body VALUES (?, ?, 'text', ?, 0, '[]', ?)");
  const index = db.prepare('INSERT INTO body_index (rowid, text) VALUES (?, ?)');
  const document = db.prepare(
    "INSERT INTO document (file_id, file_pk, state, modified, body_pk) VALUES (?, ?, 'done', ?, ?)",
  );
  const words = Array.from({ length: WORDS }, (_, rank) => wordOf(rank));
  const random = randomFrom(1);
  const write = db.transaction((part, from) => {
    for (const [at, { pk, id, modified }] of part.entries()) {
      const key = from + at + 1;
      const text = textOf(random, words);
      body.run(key, String(key), text.length, deflateRawSync(text, { level: 1 }));
      index.run(key, text);
      document.run(id, pk, modified ?? '', key);
    }
  });
  for (let from = 0; from < files.length; from += A_TRANSACTION)
    write(files.slice(from, from + A_TRANSACTION), from);
  db.close();
  metadata.close();
  return files.length;
}
