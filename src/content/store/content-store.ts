import { chmodSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { SyncFailure } from '../../model/failure';
import type { ContentSettings } from '../../model/settings';
import type { SqlValue } from '../../model/values';
import { SETTINGS_ROW, toSettings } from '../../store/jobs/account-settings';
import { openForReading, openForWriting } from '../../store/sqlite/open';
import { leftOutOf } from '../../queries/contents/choice';
import { readerOf } from '../../store/reader';
import { budgetLeft, quotaDay, type Budget } from '../planning/budget';
import {
  DocumentTable,
  type ContentOutlook,
  type ContentTurn,
  type DocumentResult,
  type DueDocument,
} from './documents';
import { ContentPlan, type PlanStep } from './plan';
import { CONTENT } from './schema';
import { tidy } from './tidy';

/** What the metadata store says about a document that is fetched. */
export interface DocumentFacts extends DueDocument {
  name: string;
  mimeType: string;
  size: number | undefined;
  md5: string | undefined;
  resourceKey: string | undefined;
}

/** The texts of an account, next to its metadata store. Every call that writes is one transaction. */
export interface ContentStore {
  /**
   * Starts a run; results of older runs are refused from now on. `storeId`: that of the metadata store.
   * @throws SyncFailure of kind `wrong-store` if the texts belong to another store.
   */
  claim(storeId: string): number;
  /** True if a run would have something to do now. */
  isDue(now: number): boolean;
  /** What the account's settings want. */
  settings(): ContentSettings;
  /** What may still be spent today. */
  budget(now: number): Budget;
  /** Counts what was spent. */
  spend(spent: Budget, now: number): void;
  /** Starts a turn of a run: what an earlier one took and did not finish is due again. */
  beginTurn(lease: number): void;
  /** Does a part of the plan. */
  plan(lease: number, now: number): PlanStep;
  take(turn: ContentTurn, limit: number): DocumentFacts[];
  /** Writes results; a superseded run's are refused. Returns false then. */
  commit(lease: number, results: readonly DocumentResult[], now: number): boolean;
  release(fileIds: readonly string[]): void;
  outlook(now: number): ContentOutlook;
  tidy(): boolean;
  close(): void;
}

const FACTS = /* sql */ `
SELECT name, mime_type AS mimeType, size, md5, extra ->> '$.resourceKey' AS resourceKey FROM file WHERE pk = ?`;

type Spent = Budget & { spentOn: string | null };

const NOTHING_SPENT: Spent = { spentOn: null, units: 0, bytes: 0 };
const SPENT = 'SELECT spent_on AS spentOn, spent_units AS units, spent_bytes AS bytes FROM content_store';
const SPEND = /* sql */ `
UPDATE content_store SET spent_units = iif(spent_on = @day, spent_units, 0) + @units,
  spent_bytes = iif(spent_on = @day, spent_bytes, 0) + @bytes, spent_on = @day`;

type SettingsRow = Record<string, SqlValue>;

interface FactsRow {
  name: string | null;
  mimeType: string | null;
  size: number | null;
  md5: string | null;
  resourceKey: string | null;
}

/** Opens the texts at `path`, creating them if they do not exist. `metadataPath`: the metadata store. */
export function openContentStore(path: string, metadataPath: string): ContentStore {
  const metadata = openForReading(metadataPath);
  if (metadata === undefined) throw new SyncFailure('wrong-store');
  const db = openForWriting(path, CONTENT);
  // Texts are more private than names; SQLite gives the side files the same mode.
  chmodSync(path, 0o600);
  db.pragma('secure_delete = ON');
  // Large texts would make the log as large as the default allows for pages of metadata.
  db.pragma('wal_autocheckpoint = 4000');
  return contentStoreOn(db, metadata);
}

function contentStoreOn(db: Database.Database, metadata: Database.Database): ContentStore {
  const documents = new DocumentTable(db);
  const plan = new ContentPlan(db, metadata, (wanted) => leftOutOf(readerOf(metadata), wanted));
  const facts = metadata.prepare<[number], FactsRow>(FACTS);
  const bind = db.prepare<[string]>('UPDATE content_store SET store_id = coalesce(store_id, ?)');
  const boundTo = db.prepare<[], string | null>('SELECT store_id FROM content_store').pluck();
  const spent = db.prepare<[], Spent>(SPENT);
  const spend = db.prepare<[{ day: string; units: number; bytes: number }]>(SPEND);
  const settings = (): ContentSettings =>
    toSettings(metadata.prepare<[], SettingsRow>(SETTINGS_ROW).get()).content;
  const check = (lease: number): void => {
    if (!documents.owns(lease)) throw new SyncFailure('superseded');
  };
  return {
    claim: db.transaction((storeId: string) => {
      bind.run(storeId);
      if (boundTo.get() !== storeId) throw new SyncFailure('wrong-store');
      return documents.claim();
    }),
    isDue(now) {
      if (!settings().on) return false;
      const hasBudget = budgetLeft(spent.get() ?? NOTHING_SPENT, now).units > 0;
      return plan.isDue(settings(), now) || (hasBudget && documents.outlook(now).due > 0);
    },
    budget: (now) => budgetLeft(spent.get() ?? NOTHING_SPENT, now),
    spend({ units, bytes }, now) {
      spend.run({ day: quotaDay(now), units, bytes });
    },
    settings,
    beginTurn(lease) {
      check(lease);
      documents.giveBackAll(lease);
    },
    plan(lease, now) {
      check(lease);
      return plan.step(settings(), now);
    },
    take: db.transaction((turn: ContentTurn, limit: number) => {
      check(turn.lease);
      return documents.take(turn, limit).map((document) => withFacts(document, facts.get(document.filePk)));
    }),
    commit: db.transaction((lease: number, results: readonly DocumentResult[], now: number) => {
      if (!documents.owns(lease)) return false;
      for (const result of results) documents.commit(result, now);
      return true;
    }),
    release: db.transaction((fileIds: readonly string[]) => {
      for (const id of fileIds) documents.release(id);
    }),
    outlook: (now) => documents.outlook(now),
    tidy: () => tidy(db),
    close() {
      metadata.close();
      db.close();
    },
  };
}

function withFacts(document: DueDocument, row: FactsRow | undefined): DocumentFacts {
  return {
    ...document,
    name: row?.name ?? '',
    mimeType: row?.mimeType ?? '',
    size: row?.size ?? undefined,
    md5: row?.md5 ?? undefined,
    resourceKey: row?.resourceKey ?? undefined,
  };
}
