import { FAILURES, isFailureKind } from '../../model/failure';
import { USER_SOURCE } from '../../model/job';
import { FOLLOW_STATES } from '../../model/reasons';
import { removalLimit } from '../../planning/removal-guard';
import type { AccountRemovals } from '../../queries/jobs/removals';
import type { Removals, SourceState } from '../../queries/jobs/source-states';
import { partialReason, withHint } from './reasons';
import { countOf, formatAge, formatCount, formatSpan, formatTime, printable } from '../render/text';

/** Sources beyond this number are only counted, unless they have a problem. */
const MOST_SOURCES = 20;

const CONSENT =
  '`gdrive-sync sync --accept-removals` removes them, `gdrive-sync resume` checks each with Drive again';

/** A delay of the change log that is worth telling of. */
const NOTABLE_LAG_MS = 60_000;

/** A source as people know it: My Drive, or a shared drive's name with its id behind it. */
export function titleOf(sourceId: string, name: string | undefined): string {
  if (sourceId === USER_SOURCE) return 'My Drive';
  return name === undefined ? `shared drive ${sourceId}` : `${printable(name)} (${sourceId})`;
}

/** Describes the state of an account's sources, in lines for people. */
export function describeSources(sources: readonly SourceState[]): string[] {
  const shown = sources.filter((source, at) => at < MOST_SOURCES || needsAttention(source));
  const lines = shown.flatMap(describeSource);
  const more = sources.length - shown.length;
  if (more > 0)
    lines.push(
      `  and ${formatCount(more)} more ${more === 1 ? 'source' : 'sources'} without problems (--json lists them)`,
    );
  return lines;
}

function needsAttention({ state, gap, failures, removals, currentAt }: SourceState): boolean {
  if (state !== 'followed') return removals !== undefined;
  return gap !== undefined || failures > 0 || removals !== undefined || currentAt === undefined;
}

function describeSource(source: SourceState): string[] {
  const { sourceId, name, currentAt, lagMs, gap, removals } = source;
  const title = titleOf(sourceId, name);
  const parts = [stateWord(source), currentAt === undefined ? 'not complete yet' : asOf(currentAt)];
  if (lagMs !== undefined && lagMs > NOTABLE_LAG_MS)
    parts.push(`Drive reported its last changes after ${formatSpan(lagMs)}`);
  const lines = [`  ${title}: ${parts.filter((part) => part !== undefined).join(', ')}`];
  if (gap !== undefined && source.state === 'followed') lines.push(`    ${withHint(partialReason(gap))}`);
  lines.push(...failureLines(source));
  if (removals !== undefined) lines.push(...removalLines(removals).map((line) => `    ${line}`));
  return lines;
}

function asOf(at: number): string {
  return `as of ${formatTime(at)} (${formatAge(at)})`;
}

function stateWord({ state }: SourceState): string | undefined {
  return state === 'followed' ? undefined : FOLLOW_STATES[state];
}

function failureLines({ failure, failures, retryAt }: SourceState): string[] {
  if (failures === 0) return [];
  const says = isFailureKind(failure) ? FAILURES[failure].says : 'a step failed';
  const next = retryAt === undefined ? '' : `, next try ${formatTime(retryAt)}`;
  return [`    ${says} (${countOf(failures, 'time')} in a row${next})`];
}

function removalLines({ files, of, examples }: Removals): string[] {
  const lines = [
    `${countOf(files, 'file')} of ${formatCount(of)} are gone from Drive and wait to be removed from the copy, such as`,
  ];
  lines.push(...examples.map(({ id, name }) => `  ${printable(name ?? '(no name)')} (${id})`));
  if (files > removalLimit(of)) lines.push(CONSENT);
  return lines;
}

/** Counts the removals of a whole account if they need consent; `describeSources` names some of the files. */
export function describeRemovals({ files, of, recent }: AccountRemovals): string[] {
  if (files + recent <= removalLimit(of)) return [];
  const before = recent === 0 ? '' : `, after ${formatCount(recent)} removed in the last 24 hours`;
  return [
    `${countOf(files, 'file')} of all sources are gone from Drive and wait to be removed from the copy${before}`,
    CONSENT,
  ];
}
