import { exceptionSummary, describeExceptions } from '../jobs/exception-lines';
import { describeWalk } from '../jobs/walk-text';
import { ageCell, untilCell } from '../render/cells';
import { formatTable } from '../render/table';
import type { Output } from '../shared/host';
import type { AccountRow } from './account-rows';

const COLUMNS = [
  { title: 'ACCOUNT', whole: true },
  { title: 'STATE', whole: true },
  { title: 'AS OF', whole: true },
  { title: 'NEXT SYNC', whole: true, optional: true },
  { title: 'LOGIN', optional: true },
];

function loginCell({ login, state }: AccountRow): string {
  return login === 'yes' ? (state?.emailAddress ?? 'yes') : login;
}

/** The lines of a table with a row for each account. */
export function accountTable(
  rows: readonly AccountRow[],
  output: Pick<Output, 'isTTY' | 'columns'>,
): string[] {
  const cells = rows.map((row) => [
    row.account,
    row.standing === 'waiting' ? 'waits for you' : row.standing,
    row.state?.completeAt === undefined ? 'not yet' : ageCell(row.state.completeAt),
    untilCell(row.nextAt),
    loginCell(row),
  ]);
  return formatTable(COLUMNS, cells, output);
}

/** What a person should know about an account besides its row. `works`: the home has a worker. */
export function accountNotes({ account, reason, state }: AccountRow, works: boolean): string[] {
  const notes = reason === undefined ? [] : [`${account}: ${reason}`];
  if (state?.completeAt === undefined) return notes;
  const { walk, exceptions } = state;
  if (walk !== undefined && (walk.left > 0 || walk.removals > 0))
    notes.push(...describeWalk(walk, { works }).map((line) => `${account}: ${line.trim()}`));
  if (exceptionSummary(exceptions) !== undefined)
    notes.push(
      ...describeExceptions(exceptions).map((line, at) => (at === 0 ? `${account}: ${line}` : line)),
    );
  return notes;
}
