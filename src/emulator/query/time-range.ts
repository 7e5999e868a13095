import { timeRank, type Corpus } from '../corpus/corpus';
import { conjuncts, type Operator, type Query } from './query';

/** Positions in the time index, from the first to before the last. */
export interface TimeRange {
  from: number;
  to: number;
}

/**
 * Bounds the part of the time index in which files can match, so that a page costs what is on it and not what the Drive
 * holds. The range may be too great, since every file in it is tested; it is never too small.
 */
export function timeRange(query: Query | undefined, corpus: Corpus): TimeRange {
  const range = { from: 0, to: corpus.byTime.length };
  if (query === undefined) return range;
  for (const clause of conjuncts(query)) {
    if (clause.kind === 'time' && clause.field === 'modifiedTime') narrow(range, corpus, clause);
    if (clause.kind === 'not' && clause.operand.kind === 'time' && clause.operand.field === 'modifiedTime') {
      narrowNot(range, corpus, clause.operand);
    }
  }
  return range;
}

interface Bound {
  operator: Operator;
  ms: number;
}

function narrow(range: TimeRange, { byTime }: Corpus, { operator, ms }: Bound): void {
  const rank = Math.max(0, timeRank(ms));
  if (operator === '>=' || operator === '=' || operator === '>')
    range.from = Math.max(range.from, byTime.before(rank, 0));
  if (operator === '<=' || operator === '=') range.to = Math.min(range.to, byTime.before(rank + 1, 0));
  if (operator === '<') range.to = Math.min(range.to, byTime.before(rank, 0));
}

/** Files without a time stand first in the index, so only negated lower bounds leave one piece of it. */
function narrowNot(range: TimeRange, { byTime }: Corpus, { operator, ms }: Bound): void {
  const rank = Math.max(0, timeRank(ms));
  if (operator === '>=') range.to = Math.min(range.to, byTime.before(rank, 0));
  if (operator === '>') range.to = Math.min(range.to, byTime.before(rank + 1, 0));
}
