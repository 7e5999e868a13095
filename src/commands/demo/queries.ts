import { requireStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { DEMO_ACCOUNT } from './process';
import { formatTable } from '../render/table';

const QUERIES = [
  {
    title: 'What uses the space?',
    sql: `SELECT mime_type AS "type", count(*) AS files, sum(quota_bytes) AS bytes FROM files WHERE NOT trashed GROUP BY 1 ORDER BY 3 DESC LIMIT 4`,
  },
  {
    title: 'Who owns the most?',
    sql: `SELECT owner_email AS owner, count(*) AS files, sum(quota_bytes) AS bytes FROM files WHERE owner_email IS NOT NULL GROUP BY 1 ORDER BY 3 DESC LIMIT 4`,
  },
] as const;

/** Prints the answers of two example queries on the copy. */
export function showQueries({ home, out, json, streams }: Context): void {
  if (json) return;
  const reader = requireStore(home, DEMO_ACCOUNT);
  try {
    for (const { title, sql } of QUERIES) {
      const { columns, rows } = reader.query(sql);
      const cells = [...rows].map((row) =>
        row.map((value) => (typeof value === 'bigint' ? Number(value) : (value ?? ''))),
      );
      out('');
      out(title);
      for (const line of formatTable(columns, cells, { isTTY: true, columns: streams.stdout.columns }))
        out(`  ${line}`);
    }
  } finally {
    reader.close();
  }
}
