import { timeRank } from '../corpus/corpus';
import { conjuncts, type Operator, type Query } from './query';

/** A range of modification time ranks, including `from` and excluding `to`. */
export interface TimeRange {
  from: number;
  to: number;
}

/**
 * Bounds the modification times of matching files, so that the cost of a page depends on its own files and
 * not on the whole Drive. The range may be too large, because each file in it is still tested.
 */
export function timeRange(query: Query | undefined): TimeRange {
  const range = { from: 0, to: Infinity };
  if (query === undefined) return range;
  for (const clause of conjuncts(query)) {
    if (clause.kind === 'time' && clause.field === 'modifiedTime') narrow(range, clause);
    if (clause.kind === 'not' && clause.operand.kind === 'time' && clause.operand.field === 'modifiedTime') {
      narrowNot(range, clause.operand);
    }
  }
  return range;
}

interface Bound {
  operator: Operator;
  ms: number;
}

function narrow(range: TimeRange, { operator, ms }: Bound): void {
  const rank = Math.max(0, timeRank(ms));
  if (operator === '>=' || operator === '=' || operator === '>') range.from = Math.max(range.from, rank);
  if (operator === '<=' || operator === '=') range.to = Math.min(range.to, rank + 1);
  if (operator === '<') range.to = Math.min(range.to, rank);
}

/** Files without a time come first in the order, so only a negated lower bound leaves a contiguous range. */
function narrowNot(range: TimeRange, { operator, ms }: Bound): void {
  const rank = Math.max(0, timeRank(ms));
  if (operator === '>=') range.to = Math.min(range.to, rank);
  if (operator === '>') range.to = Math.min(range.to, rank + 1);
}
