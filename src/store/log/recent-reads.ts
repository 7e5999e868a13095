import type Database from 'better-sqlite3';

/**
 * Recently read files, and folders whose children were read, that lie below a folder which the log has
 * reported since. A folder counts as below itself. Items below an unknown folder that is not a root count
 * too. The query first climbs to all folders above, through every parent, then descends from the reported
 * ones: its time grows with the folders and not with the paths through them. Cycles end because no row comes
 * twice.
 */
const OVERTAKEN = /* sql */ `
WITH RECURSIVE read (item_id, listed) AS (
  SELECT item_id, listed FROM recent_read WHERE source_pk = @source
  UNION SELECT value, 0 FROM log_read, json_each(items) WHERE source_pk = @source
), lies_in (item_id, listed, folder_id) AS MATERIALIZED (
  SELECT item_id, 1, item_id FROM read WHERE listed
  UNION SELECT item_id, 0, parent_id FROM read JOIN file ON id = item_id WHERE NOT listed AND parent_id IS NOT NULL
  UNION SELECT item_id, 0, file_parent.parent_id FROM read JOIN file ON id = item_id JOIN file_parent ON file_pk = pk WHERE NOT listed
), above (folder_id) AS (
  SELECT folder_id FROM lies_in
  UNION SELECT parent_id FROM above JOIN file ON id = folder_id WHERE parent_id IS NOT NULL
  UNION SELECT file_parent.parent_id FROM above JOIN file ON id = folder_id JOIN file_parent ON file_pk = pk
), step (child_id, folder_id) AS MATERIALIZED (
  SELECT folder_id, parent_id FROM above JOIN file ON id = folder_id WHERE parent_id IS NOT NULL
  UNION SELECT folder_id, file_parent.parent_id FROM above JOIN file ON id = folder_id JOIN file_parent ON file_pk = pk
), unsure (folder_id) AS (
  SELECT folder_id FROM above
  WHERE folder_id IN (SELECT folder_id FROM told_folder WHERE source_pk = @source)
    OR folder_id NOT IN (SELECT coalesce(root_id, id) FROM source WHERE pk = @source)
      AND NOT EXISTS (SELECT 1 FROM file WHERE file.id = above.folder_id AND removed_at IS NULL)
  UNION SELECT child_id FROM unsure JOIN step USING (folder_id)
)
SELECT DISTINCT item_id, listed FROM lies_in WHERE folder_id IN (SELECT folder_id FROM unsure)`;

/**
 * Recently read files, and folders that the log has reported since. Drive shows the present state of a file:
 * a folder above it may have changed although its own entry comes later. By then the change may be undone,
 * and no entry reports it. So a recent read is repeated if the log reports a folder above it.
 */
export function recentReads(db: Database.Database) {
  const addPage = db.prepare(
    'INSERT INTO log_read (source_pk, drain, items) SELECT pk, drains + 1, @items FROM source WHERE pk = @source',
  );
  const addRead = db.prepare(/* sql */ `
    INSERT INTO recent_read (source_pk, item_id, listed, drain, again)
    SELECT pk, @item, @listed, drains, @again FROM source WHERE pk = @source
    ON CONFLICT DO UPDATE SET drain = excluded.drain, again = excluded.again`);
  const addChangedFolder = db.prepare(
    'INSERT OR IGNORE INTO told_folder (source_pk, folder_id) VALUES (?, ?)',
  );
  const overtaken = db.prepare<[{ source: number }], { item_id: string; listed: number }>(OVERTAKEN);
  const hasChangedFolder = db
    .prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM told_folder WHERE source_pk = ?)')
    .pluck();
  const lagging = db
    .prepare<[number], string>(
      'SELECT item_id FROM recent_read WHERE source_pk = ? AND listed = 1 AND again = 1',
    )
    .pluck();
  const endReading = db
    .prepare<[number], number>('UPDATE source SET drains = drains + 1 WHERE pk = ? RETURNING drains')
    .pluck();
  const forgetReads = db.prepare('DELETE FROM recent_read WHERE source_pk = ? AND drain < ?');
  const forgetPages = db.prepare('DELETE FROM log_read WHERE source_pk = ? AND drain < ?');
  const forgetChangedFolders = db.prepare('DELETE FROM told_folder WHERE source_pk = ?');

  return {
    /** The log has shown files. */
    addFromLog: (source: number, items: readonly string[]) =>
      void addPage.run({ source, items: JSON.stringify(items) }),
    /** Drive has answered for a file. */
    addAnswer: (source: number, item: string) => void addRead.run({ source, item, listed: 0, again: 0 }),
    /** Drive has listed the children of a folder. `relist`: the listing may have lagged behind. */
    addListed: (source: number, item: string, relist: boolean) =>
      void addRead.run({ source, item, listed: 1, again: Number(relist) }),
    /** The log has reported something that may be a folder. */
    addChangedFolder: (source: number, folder: string) => void addChangedFolder.run(source, folder),
    /**
     * The reading is complete: returns what has to be read again. Reads from before the end of the previous
     * reading are deleted, because this reading has reported every folder that changed before them.
     */
    endReading(source: number): { files: string[]; folders: string[] } {
      const rows = hasChangedFolder.get(source) === 1 ? overtaken.all({ source }) : [];
      const pick = (listed: number): string[] =>
        rows.filter((row) => row.listed === listed).map((row) => row.item_id);
      const folders = new Set([...pick(1), ...lagging.all(source)]);
      const drains = Number(endReading.get(source));
      forgetReads.run(source, drains);
      forgetPages.run(source, drains);
      forgetChangedFolders.run(source);
      return { files: pick(0), folders: [...folders] };
    },
  };
}

/** The notes of recent reads. */
export type RecentReads = ReturnType<typeof recentReads>;
