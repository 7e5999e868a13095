import type { Differences } from '../model/event';
import { childrenOf, stepDown } from '../store/parents';
import type { Reader, Row } from '../store/reader';
import { text } from './row-values';

/** Something that happened to a file, as the copy learned of it. */
export interface HistoryEvent {
  /** Grows from event to event. */
  number: number;
  /** When it was written, ms since 1970. */
  at: number;
  kind: string;
  /** It only follows from what happened to a folder above. */
  inherited: boolean;
  id: string;
  /** The name that the file has now, or had last. */
  name: string | undefined;
  mimeType: string | undefined;
  source: string;
  /** From what to what, for each field that changed. */
  changes: Differences;
  /** For a file that was moved: the names of the two folders, or of the shared drives alone, as far as they are known. */
  folders: { from: string | undefined; to: string | undefined } | undefined;
}

/** Which events are meant. */
export interface HistoryFilter {
  /** Not before, ms since 1970. */
  since?: number | undefined;
  /** Only what happened to this folder and to what is below it now, or was when it was removed. */
  folder?: string | undefined;
  /** Only what happened to this file itself. */
  file?: string | undefined;
  /** Only those after this number. */
  after?: number | undefined;
}

const BELOW = `WITH RECURSIVE below (id) AS (SELECT ? UNION ${stepDown()}) `;

function conditionOf({ since, folder, file, after }: HistoryFilter): {
  with: string;
  where: string;
  params: (string | number)[];
} {
  const conditions: string[] = [];
  const params: (string | number)[] = folder === undefined ? [] : [folder];
  if (folder !== undefined) conditions.push('file.id IN below');
  if (file !== undefined) {
    conditions.push('file_pk = (SELECT pk FROM file WHERE id = ?)');
    params.push(file);
  }
  if (since !== undefined) {
    conditions.push('file_event.at >= ?');
    params.push(since);
  }
  if (after !== undefined) {
    conditions.push('file_event.pk > ?');
    params.push(after);
  }
  const where = conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
  return { with: folder === undefined ? '' : BELOW, where, params };
}

/** The newest events that fit, oldest first. Inherited ones only if asked for. */
export function historyEvents(
  reader: Reader,
  filter: HistoryFilter,
  { limit, inherited }: { limit: number; inherited: boolean },
): HistoryEvent[] {
  const condition = conditionOf(filter);
  const rows = reader.all(
    /* sql */ `${condition.with}
    SELECT file_event.pk, file_event.at, kind, inherited, changes, file.id, file.name, mime_type, source.id AS source
    FROM file_event JOIN file ON file.pk = file_pk JOIN source ON source.pk = file.source_pk
    WHERE ${condition.where} AND inherited <= ? ORDER BY file_event.pk DESC LIMIT ?`,
    ...condition.params,
    Number(inherited),
    limit,
  );
  return rows.toReversed().map((row) => toEvent(reader, row));
}

/** How many inherited events fit. */
export function countInherited(reader: Reader, filter: HistoryFilter): number {
  const condition = conditionOf(filter);
  const row = reader.get(
    `${condition.with} SELECT count(*) AS events FROM file_event ${filter.folder === undefined ? '' : 'JOIN file ON file.pk = file_pk'}
    WHERE ${condition.where} AND inherited = 1`,
    ...condition.params,
  );
  return Number(row?.['events'] ?? 0);
}

/** The number of the newest event; 0 where there is none. */
export function lastEvent(reader: Reader): number {
  return Number(reader.get('SELECT coalesce(max(pk), 0) AS last FROM file_event')?.['last'] ?? 0);
}

/** True if the store knows a folder or a shared drive by this id, whether it still exists or not. */
export function knowsFolder(reader: Reader, id: string): boolean {
  const sql = /* sql */ `
    SELECT EXISTS (SELECT 1 FROM file WHERE id = ? OR pk IN (${childrenOf('?')})) OR EXISTS (SELECT 1 FROM source WHERE id = ?) AS known`;
  return Number(reader.get(sql, id, id, id, id)?.['known']) === 1;
}

function toEvent(reader: Reader, row: Row): HistoryEvent {
  const changes = JSON.parse(String(row['changes'])) as Differences;
  return {
    number: Number(row['pk']),
    at: Number(row['at']),
    kind: String(row['kind']),
    inherited: Number(row['inherited']) === 1,
    id: String(row['id']),
    name: text(row, 'name'),
    mimeType: text(row, 'mime_type'),
    source: String(row['source']),
    changes,
    folders: foldersOf(reader, changes),
  };
}

function foldersOf(reader: Reader, changes: Differences): HistoryEvent['folders'] {
  // A file can come into a drive without leaving its folder, when that is moved.
  const places = changes['parent_id'] ?? changes['drive_id'];
  if (places === undefined) return undefined;
  const [from, to] = places;
  return { from: folderName(reader, from), to: folderName(reader, to) };
}

/** A drive's root has the drive's id and is called after nothing. */
function folderName(reader: Reader, id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  const row = reader.get(
    'SELECT coalesce((SELECT name FROM source WHERE id = ?), (SELECT name FROM file WHERE id = ?)) AS name',
    id,
    id,
  );
  return row && text(row, 'name');
}
