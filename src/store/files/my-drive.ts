import type Database from 'better-sqlite3';
import { USER_SOURCE } from '../../model/job';
import type { CandidateTable } from '../removals/candidates';

/**
 * Which folder is the root of My Drive. No listing shows it and it has no row; only Drive can say, since a folder of the user's that lies in no folder
 * looks just like it. Each call is one step of a transaction that the caller opened.
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
    /** True until Drive has said which folder it is. */
    missesRoot: (): boolean => isAsked.get(USER_SOURCE) !== 1,
    /** Drive says which folder it is. What was taken for it until now is a folder like others, which may exist and have no row. */
    noteRoot(rootId: string): void {
      const source = known.get(USER_SOURCE);
      note.run(rootId, USER_SOURCE);
      if (source?.root_id != null && source.root_id !== rootId) candidates.ask(source.root_id, source.pk);
    },
  };
}
