import type { SharedDrive } from '../../model/change';
import { USER_SOURCE } from '../../model/job';
import { GONE_SOURCE } from '../../store/jobs/source-conditions';
import type { Reader } from '../../store/reader';
import { text } from '../row-values';

/** The shared drives that the account has not lost, followed or not. */
export function knownDrives(reader: Reader): SharedDrive[] {
  const rows = reader.all(
    `SELECT id, name FROM source WHERE id <> '${USER_SOURCE}' AND state <> ${GONE_SOURCE}`,
  );
  return rows.map((row) => ({ id: String(row['id']), name: text(row, 'name') }));
}
