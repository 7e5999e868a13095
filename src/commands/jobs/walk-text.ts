import type { WalkPhase, WalkState } from '../../queries/jobs/walk-state';
import { reasonOf, withHint } from './reasons';
import { countOf, formatAge, formatCount, formatTime } from '../render/text';

/** One line on the progress of the walk of folders shared by others. */
export function walkLine({ done, left, found }: WalkState): string {
  if (done + left === 0) return 'folders shared with you: none';
  const progress = `${formatCount(done)} of ${formatCount(done + left)} listed`;
  return `folders shared with you: ${progress}; ${countOf(found, 'file')} found only in them`;
}

/**
 * Describes the walk, in lines for people. `walk`: undefined with --no-walk. `walkedAt`: when it was last
 * complete. `works`: a worker runs.
 */
export function describeWalk(
  walk: WalkState | undefined,
  { walkedAt, works }: { walkedAt?: number | undefined; works: boolean },
): string[] {
  if (walk === undefined) return ['folders shared with you are not listed (--no-walk)'];
  const { done, left, sampled, oldest, removals } = walk;
  const lines = [walkLine(walk) + (walkedAt === undefined ? '' : `, last complete ${formatTime(walkedAt)}`)];
  const state = describePhase(walk.state, works);
  if (state !== undefined) lines.push(`  ${state}`);
  if (sampled > 0) {
    const since = oldest === undefined ? '' : `, oldest listing ${formatAge(oldest)}`;
    lines.push(`  sampled: ${formatCount(done + left)} of ${formatCount(done + left + sampled)}${since}`);
  }
  if (removals > 0) lines.push(`  ${walkRemovalsText(removals)}`);
  return lines;
}

const HOW_TO_CONTINUE = '`gdrive-sync sync --walk` or `gdrive-sync up` lists them';
const HOW_TO_CHECK = '`gdrive-sync sync --walk` or `gdrive-sync up` checks them';
const NO_WORKER = `no worker is running: ${HOW_TO_CONTINUE}`;

/** Whether the walk continues, and how; undefined if it is complete. */
function describePhase(state: WalkPhase, works: boolean): string | undefined {
  if (state.phase === 'complete') return undefined;
  if (state.phase === 'stopped')
    return `stopped: ${withHint(reasonOf(state.reason) ?? { says: state.reason })}`;
  if (!works) return NO_WORKER;
  if (state.phase === 'due') return 'being listed by the running worker, with low priority';
  return `waiting to retry folders, next try ${formatTime(state.retryAt)}`;
}

/** Says how many files of the walk wait for consent, and how to give it. */
export function walkRemovalsText(removals: number): string {
  return `${countOf(removals, 'file')} in them seem to be gone; to remove them from the copy, run \`gdrive-sync sync --walk --accept-removals\``;
}

/** What is left of the walk at the end of a sync, how it continues, and what waits for consent. */
export function walkLeftLines(walk: WalkState | undefined): string[] {
  if (walk === undefined) return [];
  const { left, removals, state } = walk;
  const lines: string[] = [];
  if (left > 0) lines.push(`${countOf(left, 'shared folder')} left to list: ${HOW_TO_CONTINUE}`);
  else if (state.phase === 'due') lines.push(`files in shared folders left to check: ${HOW_TO_CHECK}`);
  if (removals > 0) lines.push(`folders shared with you: ${walkRemovalsText(removals)}`);
  return lines;
}
