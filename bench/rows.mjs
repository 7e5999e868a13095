// The figures of a case: made one run at a time, brought together over all runs, shown as a table.
import { median } from './quantile.mjs';

/** A figure in a unit; `most` or `least` is its target. */
export function figure(what, value, { unit = '', most, least } = {}) {
  return { what, value, unit, most, least };
}

/** Whether a store held what the emulated Drive holds: `leastPages` is no part of that. */
export function exactness(what, { equal, different, missing, extra }) {
  const isExact = different + missing + extra === 0;
  const rows = `${equal.toLocaleString('en')} equal, ${different} different, ${missing} missing, ${extra} too many`;
  return { what, isExact, told: `${isExact ? 'EXACT' : 'NOT EXACT'}: ${rows}` };
}

/** A case that ended with an error, which is no exact copy either. */
export function failure(error) {
  return { what: 'failed', isExact: false, told: error instanceof Error ? error.message : String(error) };
}

/** The rows of several runs of a case as one list: medians, and the first copy that was not exact. */
export function merge(runs) {
  const names = new Set(runs.flat().map(({ what }) => what));
  return [...names].map((what) => {
    return merged(runs.flat().filter((row) => row.what === what));
  });
}

function merged(rows) {
  const [first] = rows;
  if (first.isExact !== undefined) return rows.find(({ isExact }) => !isExact) ?? first;
  const values = rows.map(({ value }) => value);
  const row = { ...first, value: median(values), ...(values.length > 1 && { values }) };
  const ok = isWithin(row);
  return ok === undefined ? row : { ...row, ok };
}

function isWithin({ value, most, least }) {
  if (most !== undefined) return value <= most;
  return least === undefined ? undefined : value >= least;
}

/** The rows of a case as `console.table` shows them. */
export function tableOf({ case: name, rows }) {
  return rows.map((row) => ({
    case: name,
    what: row.what,
    figure: row.told ?? `${short(row.value)} ${row.unit}`.trim(),
    target: targetOf(row),
    ok: yesOrNo(row.isExact ?? row.ok),
  }));
}

function targetOf({ most, least, isExact, unit }) {
  if (isExact !== undefined) return 'exact';
  if (most !== undefined) return `≤ ${most.toLocaleString('en')} ${unit}`.trim();
  return least === undefined ? '' : `≥ ${least.toLocaleString('en')} ${unit}`.trim();
}

function yesOrNo(ok) {
  if (ok === undefined) return '';
  return ok ? 'yes' : 'NO';
}

/** Three digits of what is small; whole numbers of what is large. */
function short(value) {
  return value.toLocaleString(
    'en',
    value < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
  );
}
