import { timeRank } from '../corpus/corpus';
import { conjuncts, type Operator, type Query } from './query';

/** Ranks of modification times, from the first to before the last. */
export interface TimeRange {
  from: number;
  to: number;
}

/**
 * Bounds the times that files can have which match, so that a page costs what is on it and not what the Drive holds. The
 * range may be too great, since every file in it is tested; it is never too small.
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

/** Files without a time stand first in the order, so only negated lower bounds leave one piece of it. */
function narrowNot(range: TimeRange, { operator, ms }: Bound): void {
  const rank = Math.max(0, timeRank(ms));
  if (operator === '>=') range.to = Math.min(range.to, rank);
  if (operator === '>') range.to = Math.min(range.to, rank + 1);
}
