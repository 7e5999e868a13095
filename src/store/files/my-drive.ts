import type Database from 'better-sqlite3';
import { USER_SOURCE } from '../../model/job';
import type { CandidateTable } from '../removals/candidates';

/**
 * The root folder of My Drive. No listing shows it and it has no row. Only Drive can name it, because any own
 * folder without a parent looks the same. Each call runs inside the caller's transaction.
 */
export function myDrive(db: Database.Database, candidates: CandidateTable) {
  const isAsked = db
    .prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM source WHERE id = ? AND root_asked = 1)')
    .pluck();
  const known = db.prepare<[string], { pk: number; root_id: string | null }>(
    'SELECT pk, root_id FROM source WHERE id = ?',
  );
  const note = db.prepare('UPDATE source SET root_id = ?, root_asked = 1 WHERE id = ?');
  return {
    /** True until Drive has named the root folder. */
    missesRoot: (): boolean => isAsked.get(USER_SOURCE) !== 1,
    /**
     * Notes the root folder. A folder that was taken for it until now is an ordinary folder, which may exist
     * without a row.
     */
    noteRoot(rootId: string): void {
      const source = known.get(USER_SOURCE);
      note.run(rootId, USER_SOURCE);
      if (source?.root_id != null && source.root_id !== rootId) candidates.ask(source.root_id, source.pk);
    },
  };
}
