import type { PlannedFile } from '../../content/planning/policy';
import { PLANNED_COLUMNS, toPlannedFile } from '../../content/store/plan';
import { FOLDER_TYPE } from '../../model/file';
import type { ContentSettings } from '../../model/settings';
import type { SqlValue } from '../../model/values';
import type { Reader } from '../../store/reader';
import { leftOutOf } from './choice';

/** The files that contents are about: neither removed nor folders. */
const IS_COUNTED = `file.removed_at IS NULL AND file.mime_type IS NOT '${FOLDER_TYPE}'`;

/** Files that are read at a time: an open statement keeps the write-ahead log from being reused. */
const MOST = 10_000;

const COLUMNS = `pk, ${PLANNED_COLUMNS}`.split(', ');
const NAMES = [...COLUMNS, 'left_out'];

/** How many files contents are about. */
export function countFiles(reader: Reader): number {
  return Number(reader.get(`SELECT count(*) AS files FROM file WHERE ${IS_COUNTED}`)?.['files']);
}

/** A file as the plan sees it, and the values of further columns. */
export interface FileOfPlan {
  file: PlannedFile;
  values: SqlValue[];
}

/** The files that contents are about, as a plan with these settings sees them. `columns`: further ones, of a table `from` that is joined to `file`. */
export function* plannedFiles(
  reader: Reader,
  settings: ContentSettings,
  { columns = [], from = '' }: { columns?: readonly string[]; from?: string } = {},
): Generator<FileOfPlan> {
  const leftOut = leftOutOf(reader, settings);
  const selected = [...COLUMNS.map((name) => `file.${name}`), leftOut.sql, ...columns].join(', ');
  const sql = `SELECT ${selected} FROM file ${from} WHERE file.pk > ? AND ${IS_COUNTED} ORDER BY file.pk LIMIT ${String(MOST)}`;
  for (let last = 0; ;) {
    const rows = [...reader.iterateValues(sql, ...leftOut.params, last)];
    for (const row of rows) {
      const file = Object.fromEntries(NAMES.map((name, at) => [name, row[at] ?? null]));
      yield { file: toPlannedFile(file), values: row.slice(NAMES.length) };
    }
    if (rows.length < MOST) return;
    last = Number(rows.at(-1)?.[0]);
  }
}
