/** The contents of an account without Temporal: real store, extractors and Drive client, on an emulated Drive over HTTP. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import type { EmulatorOptions } from '../../emulator';
import { contentSlice } from '../../src/activities/content-slice';
import { openExtraction, type Extraction } from '../../src/content/extraction/pool';
import { openContentStore } from '../../src/content/store/content-store';
import { asWriter, type ContentWriter } from '../../src/content/store/content-writer';
import { termsOf } from '../../src/content/model/terms';
import { SILENT } from '../../src/log';
import { NO_CONTENT, type ContentSettings } from '../../src/model/settings';
import { deleteStore } from '../../src/store/sqlite/store-files';
import { startEmulated, type Emulated } from './emulated';
import { createEngine, type Engine } from './engine';

/** A copy with its contents, and the emulated Drive behind it. */
export interface ContentRig {
  readonly emulator: Emulated['emulator'];
  readonly engine: Engine;
  readonly writer: ContentWriter;
  /** Syncs the metadata, then the contents until nothing is due now; returns the turns. */
  sync(): Promise<Awaited<ReturnType<typeof contentSlice>>[]>;
  /** Runs the contents until nothing is due now, as a new run or as one that has the lease. */
  contents(lease?: number): Promise<Awaited<ReturnType<typeof contentSlice>>[]>;
  change(settings: Partial<ContentSettings>): void;
  /** Makes everything due that waits. */
  hurry(): void;
  /** Starts a run; returns its lease. */
  claim(): Promise<number>;
  /** Deletes the texts, as a person may. */
  deleteTexts(): Promise<void>;
  /** Since when a file waits. */
  makeDueSince(fileId: string, at: number): void;
  /** Everything that is in the files of the texts, and their inflated texts. */
  bytes(): string;
  /** The state and reason of a file. */
  stateOf(fileId: string): string | undefined;
  /** The ids of the files whose text has this word. */
  find(word: string): string[];
  rows(sql: string): Record<string, unknown>[];
  close(): Promise<void>;
}

const MOST_TURNS = 30;
/** The program that the build made. */
const EXTRACTOR = join(__dirname, '..', '..', 'dist', 'content', 'extract', 'main.js');

/** Starts an emulated Drive and an empty copy of it, with contents switched on. */
export async function openContentRig(options: EmulatorOptions): Promise<ContentRig> {
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-content-'));
  const cloud = await startEmulated(options);
  const paths = { metadata: join(folder, 'a.db'), content: join(folder, 'a.content.db') };
  const engine = createEngine(cloud.emulator, { drive: cloud.drive, path: paths.metadata });
  const extraction: Extraction = openExtraction({
    folder,
    slots: 16,
    children: 2,
    log: SILENT,
    script: EXTRACTOR,
  });
  engine.store.changeSettings({ content: { ...NO_CONTENT, on: true } });
  let writer: ContentWriter | undefined;
  let reading: Database.Database | undefined;
  const read = (): Database.Database => (reading ??= new Database(paths.content, { readonly: true }));
  const storeId = String(engine.rows('SELECT store_id FROM store')[0]?.['store_id']);

  function write(sql: string): void {
    const db = new Database(paths.content);
    db.exec(sql);
    db.close();
  }

  function openWriter(): ContentWriter {
    return (writer ??= asWriter(openContentStore(paths.content, paths.metadata)));
  }

  async function contents(given?: number): Promise<Awaited<ReturnType<typeof contentSlice>>[]> {
    const lease = given ?? (await openWriter().claim(storeId));
    const turns = [];
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const { signal } = new AbortController();
      const open = { writer: openWriter(), extraction, close: async () => undefined };
      const result = await contentSlice(engine.account, open, { lease, signal });
      turns.push(result);
      if (result.state === 'done' || result.waitMs !== undefined) break;
    }
    return turns;
  }

  return {
    emulator: cloud.emulator,
    engine,
    get writer() {
      return openWriter();
    },
    async sync() {
      await engine.sync();
      await engine.walk();
      return await contents();
    },
    contents,
    change: (settings) => {
      const { content } = engine.store.settings();
      engine.store.changeSettings({ content: { ...content, ...settings } });
    },
    hurry: () => write('UPDATE document SET retry_at = NULL'),
    claim: async () => await openWriter().claim(storeId),
    async deleteTexts() {
      reading?.close();
      reading = undefined;
      await writer?.close();
      writer = undefined;
      deleteStore(paths.content);
    },
    makeDueSince: (fileId, at) =>
      write(`UPDATE document SET due_since = ${String(at)}, retry_at = NULL WHERE file_id = '${fileId}'`),
    bytes() {
      const texts = read().prepare<[], Buffer>('SELECT text FROM body').pluck().all();
      const plain = texts.map((text) => inflateRawSync(text).toString());
      const files = [paths.content, `${paths.content}-wal`].map((file) => readFileSync(file, 'latin1'));
      return [...plain, ...files].join('\n');
    },
    stateOf(fileId) {
      const sql = "SELECT state || coalesce(': ' || reason, '') FROM document WHERE file_id = ?";
      return read().prepare<[string], string>(sql).pluck().get(fileId);
    },
    find(word) {
      const sql = `SELECT file_id FROM body_index JOIN document ON body_pk = body_index.rowid WHERE body_index MATCH ? ORDER BY file_id`;
      return read()
        .prepare<[string], string>(sql)
        .pluck()
        .all(`"${termsOf(word)}"`);
    },
    rows: (sql) => read().prepare<[], Record<string, unknown>>(sql).all(),
    async close() {
      reading?.close();
      await writer?.close();
      await extraction.close();
      engine.close();
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
