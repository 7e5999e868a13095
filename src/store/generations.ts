import type Database from 'better-sqlite3';
import { UserError } from '../errors';
import type { SourceOutcome } from '../model/job';

/** What a store is. */
export interface StoreRow {
  store_id: string;
  permission_id: string | null;
  epoch: number;
}

interface GenerationFindings {
  pk: number;
  source_pk: number;
  start_token: string | null;
  incomplete: number;
  partial: number;
  open: number;
  unusable: number;
  closed_at: number | null;
}

const FINDINGS = /* sql */ `
SELECT generation.pk, source_pk, start_token, incomplete, closed_at,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'partial') AS partial,
  (SELECT count(*) FROM partition WHERE generation_pk = generation.pk AND state = 'open') AS open,
  (SELECT coalesce(sum(count), 0) FROM item_error WHERE generation_pk = generation.pk) AS unusable
FROM generation JOIN source ON source.pk = source_pk
WHERE source.id = ? ORDER BY generation.pk DESC LIMIT 1`;

function partialReason({ incomplete, partial, unusable }: GenerationFindings): string | undefined {
  if (partial > 0) return 'page-token-rejected';
  if (incomplete > 0) return 'incomplete-search';
  return unusable > 0 ? 'unusable-items' : undefined;
}

/** Prepares the statements on sources and their generations; each call is one step of a transaction that the caller opened. */
export function generationTable(db: Database.Database) {
  const readStore = db.prepare<[], StoreRow>('SELECT store_id, permission_id, epoch FROM store');
  const addSource = db.prepare('INSERT OR IGNORE INTO source (id) VALUES (?)');
  const listSources = db.prepare<[], { id: string; open: number }>(/* sql */ `
    SELECT id, EXISTS (SELECT 1 FROM generation WHERE source_pk = source.pk AND closed_at IS NULL) AS open
    FROM source WHERE retired_at IS NULL ORDER BY pk`);
  const insert = db.prepare(/* sql */ `
    INSERT INTO generation (source_pk, start_token, opened_at) SELECT pk, ?, ? FROM source WHERE id = ?
    ON CONFLICT DO NOTHING`);
  const findings = db.prepare<[string], GenerationFindings>(FINDINGS);
  const closeGeneration = db.prepare('UPDATE generation SET closed_at = ? WHERE pk = ?');
  const setCurrent = db.prepare(
    'UPDATE source SET change_token = coalesce(change_token, ?), current_at = ? WHERE pk = ?',
  );
  const forgetSeen = db.prepare('DELETE FROM seen WHERE generation_pk = ?');

  function store(): StoreRow {
    const row = readStore.get();
    if (row !== undefined) return row;
    throw new UserError('the store has lost its identity', { hint: 'move the file away and sync again' });
  }

  return {
    store,
    addSource(sourceId: string): void {
      addSource.run(sourceId);
    },
    /** The followed sources and whether they have a generation open. */
    sources: () => listSources.all().map(({ id, open }) => ({ sourceId: id, isOpen: open === 1 })),
    /** Opens a generation; undefined if the source has one open already. */
    open(
      { sourceId, startToken }: { sourceId: string; startToken: string },
      now: number,
    ): number | undefined {
      const { changes, lastInsertRowid } = insert.run(startToken, now, sourceId);
      return changes > 0 ? Number(lastInsertRowid) : undefined;
    },
    /** Ends the source's generation; a complete one makes the source current. */
    close(sourceId: string, epoch: number, now: number): SourceOutcome {
      if (store().epoch !== epoch) {
        return { kind: 'failed', failure: 'superseded', message: 'a newer job start owns the store' };
      }
      const found = findings.get(sourceId);
      if (found === undefined) return { kind: 'current' };
      if (found.open > 0) throw new Error('the source still has open windows');
      const reason = partialReason(found);
      const outcome: SourceOutcome = reason === undefined ? { kind: 'current' } : { kind: 'partial', reason };
      // Closed before: the answer was lost on its way, and is given again.
      if (found.closed_at !== null) return outcome;
      closeGeneration.run(now, found.pk);
      forgetSeen.run(found.pk);
      if (reason === undefined) setCurrent.run(found.start_token, now, found.source_pk);
      return outcome;
    },
  };
}
