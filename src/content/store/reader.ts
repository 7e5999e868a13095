import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type Database from 'better-sqlite3';
import { readerOf, type Reader } from '../../store/reader';
import { openForReading, OutdatedStore } from '../../store/sqlite/open';
import { CONTENT } from './schema';

/**
 * Whether there are texts to read:
 *
 * here        : the tables of the texts are in the schema `content`
 * none        : there is no file of texts; the contents are off, or have not run yet
 * other-store : the texts belong to another copy of the account
 * outdated    : the file has an older schema, which the next sync brings up to date
 */
export type TextsState = 'here' | 'none' | 'other-store' | 'outdated';

/** Reads a metadata store, and the texts of the same account. */
export interface ContentReader extends Reader {
  /** Only with `here` may a query name the schema `content`. */
  readonly texts: TextsState;
  /** The text of a body as it is kept: UTF-8, compressed with deflateRaw. */
  packedText(bodyPk: number): Uint8Array | undefined;
}

/**
 * Opens a metadata store for reading, with the texts next to it. Returns undefined without a metadata store.
 * @throws UserError where one of the files is not usable, or is of a newer schema.
 */
export function openContentReader(metadataPath: string, contentPath: string): ContentReader | undefined {
  const db = openForReading(metadataPath);
  if (db === undefined) return undefined;
  try {
    const texts = attachTexts(db, contentPath);
    const packed = texts === 'here' ? packedTexts(db) : undefined;
    return { ...readerOf(db), texts, packedText: (bodyPk) => packed?.get(bodyPk) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function attachTexts(db: Database.Database, contentPath: string): TextsState {
  const found = inspect(contentPath);
  if (found === 'none' || found === 'outdated') return found;
  const storeId = db.prepare<[], string>('SELECT store_id FROM store').pluck().get();
  if (found.storeId !== null && found.storeId !== storeId) return 'other-store';
  // The connection only reads, and so does what is attached to it.
  db.prepare('ATTACH ? AS content').run(attachable(contentPath, found.isImmutable));
  return 'here';
}

/** Checks the file as any store is checked before it is opened. */
function inspect(path: string): 'none' | 'outdated' | { storeId: string | null; isImmutable: boolean } {
  try {
    const db = openForReading(path, CONTENT);
    if (db === undefined) return 'none';
    try {
      const storeId = db.prepare<[], string | null>('SELECT store_id FROM content_store').pluck().get();
      return { storeId: storeId ?? null, isImmutable: db.name.includes('?immutable=1') };
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof OutdatedStore) return 'outdated';
    throw error;
  }
}

/** On read-only media, a file without a write-ahead log opens only as one that nobody changes. */
function attachable(path: string, isImmutable: boolean): string {
  return isImmutable ? `${pathToFileURL(resolve(path)).href}?immutable=1` : path;
}

function packedTexts(db: Database.Database): Database.Statement<[number], Uint8Array> {
  return db.prepare<[number], Uint8Array>('SELECT text FROM content.body WHERE pk = ?').pluck();
}
