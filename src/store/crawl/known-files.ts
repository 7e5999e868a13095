import type Database from 'better-sqlite3';
import type { KnownFiles } from '../../planning/recrawl';

/** Enough samples to cut a source by, and few enough to read at once. */
const SAMPLES = 4_096;
const NO_SOURCE = 0;

interface SampleRow {
  trashed: number | null;
  modified_time: string | null;
}

/** Prepares the query that samples the times of a source's files, inside and outside the trash. */
export function knownFilesReader(db: Database.Database): (generationPk: number) => KnownFiles[] {
  const count = db.prepare<[], number>('SELECT coalesce(max(pk), 0) FROM file').pluck();
  const copied = db
    .prepare<[number], number>(/* sql */ `
      SELECT source_pk FROM generation JOIN source ON source.pk = source_pk
      WHERE generation.pk = ? AND current_at IS NOT NULL`)
    .pluck();
  const row = db.prepare<[number, number], SampleRow>(
    'SELECT trashed, modified_time FROM file WHERE pk = ? AND removed_at IS NULL AND source_pk = ?',
  );
  return (generationPk) => {
    const source = copied.get(generationPk) ?? NO_SOURCE;
    // Hundreds of drives may be new at once. They have no files yet, so there is nothing to look for.
    const rows = source === NO_SOURCE ? 0 : (count.get() ?? 0);
    const weight = Math.max(1, Math.floor(rows / SAMPLES));
    const times = { live: [] as number[], trashed: [] as number[] };
    for (let pk = 1; pk <= rows; pk += weight) {
      const found = row.get(pk, source);
      const time = Date.parse(found?.modified_time ?? '');
      if (found !== undefined && !Number.isNaN(time))
        (found.trashed === 1 ? times.trashed : times.live).push(time);
    }
    return [
      { trashed: false, sample: times.live, weight },
      { trashed: true, sample: times.trashed, weight },
    ];
  };
}
