import { FAILURES, isFailureKind } from '../../model/failure';
import type { Exception, Exceptions } from '../../queries/jobs/exceptions';
import { countOf, formatTime, printable } from '../render/text';

/** Replaces the failure's own sentence where that is about another request. */
const WORDS: ReadonlyMap<string | undefined, string> = new Map([
  ['file-forbidden', 'Google Drive refuses access'],
  ['not-found', 'Google Drive does not find it when listing it'],
]);

/** A phrase on how many items Drive refuses; undefined if there are none. */
export function exceptionSummary({ count }: Pick<Exceptions, 'count'>): string | undefined {
  if (count === 0) return undefined;
  return `Google Drive refuses ${countOf(count, 'item')}; everything else is kept current`;
}

/** Describes the items that Drive refuses, in lines for people. */
export function describeExceptions(exceptions: Exceptions): string[] {
  const summary = exceptionSummary(exceptions);
  if (summary === undefined) return [];
  const { count, examples } = exceptions;
  const lines = [`${summary}:`, ...examples.map((each) => `  ${describeException(each)}`)];
  if (count > examples.length) lines.push(`  and ${String(count - examples.length)} more`);
  return lines;
}

function describeException({ id, name, kind, reason, retryAt }: Exception): string {
  const what = kind === 'folder' ? 'its contents cannot be listed' : 'it is kept, although it may be gone';
  const why = WORDS.get(reason) ?? (isFailureKind(reason) ? FAILURES[reason].says : undefined);
  const parts = [what, why, retryAt === undefined ? undefined : `next try after ${formatTime(retryAt)}`];
  const said = parts.filter((part) => part !== undefined).join('; ');
  return `${kind} ${printable(name ?? '(no name)')} (${id}): ${said}`;
}
