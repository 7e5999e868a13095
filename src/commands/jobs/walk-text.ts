import type { WalkPhase, WalkState } from '../../queries/jobs/walk-state';
import { reasonOf, withHint } from './reasons';
import { countOf, formatAge, formatCount, formatTime } from '../render/text';

/** One line on the walk of folders shared by others. */
export function walkLine({ done, left, found }: WalkState): string {
  if (done + left === 0) return 'folders shared with you: none';
  const progress = `${formatCount(done)} of ${formatCount(done + left)} listed`;
  return `folders shared with you: ${progress}; ${countOf(found, 'file')} known only from them`;
}

/** How the walk stands, in lines for people; undefined where it is not wanted. `walkedAt`: when it was last complete. `works`: a process works in the home. */
export function describeWalk(
  walk: WalkState | undefined,
  { walkedAt, works }: { walkedAt?: number | undefined; works: boolean },
): string[] {
  if (walk === undefined) return ['folders shared with you are not looked into (--no-walk)'];
  const { done, left, sampled, oldest, removals } = walk;
  const lines = [walkLine(walk) + (walkedAt === undefined ? '' : `, last complete ${formatTime(walkedAt)}`)];
  const state = describePhase(walk.state, works);
  if (state !== undefined) lines.push(`  ${state}`);
  if (sampled > 0) {
    const since = oldest === undefined ? '' : `, oldest listing ${formatAge(oldest)}`;
    lines.push(`  sampled: ${formatCount(done + left)} of ${formatCount(done + left + sampled)}${since}`);
  }
  if (removals > 0) lines.push(`  ${removalsLine(removals)}`);
  return lines;
}

const WHO_GOES_ON = '`gdrive-sync up` or `gdrive-sync sync --walk` goes on';
const NOBODY = `nobody works at it: ${WHO_GOES_ON}`;

/** Whether somebody goes on with the walk, and who; undefined where nothing is left. */
function describePhase(state: WalkPhase, works: boolean): string | undefined {
  if (state.phase === 'complete') return undefined;
  if (state.phase === 'stopped')
    return `stopped: ${withHint(reasonOf(state.reason) ?? { says: state.reason })}`;
  if (!works) return NOBODY;
  if (state.phase === 'due') return 'being listed, behind everything else, by the process that works here';
  return `waits to try folders again, next at ${formatTime(state.retryAt)}`;
}

function removalsLine(removals: number): string {
  return `${countOf(removals, 'file')} in them seem to be gone and are kept until you agree: \`gdrive-sync sync --walk --accept-removals\``;
}

/** What is left of the walk at the end of a sync, who goes on with it, and what waits for consent. */
export function walkLeftLines(walk: WalkState | undefined): string[] {
  if (walk === undefined) return [];
  const { left, removals, state } = walk;
  const lines: string[] = [];
  if (left > 0)
    lines.push(`contents of ${countOf(left, 'shared folder')} still to be listed: ${WHO_GOES_ON}`);
  else if (state.phase === 'due') lines.push(`files in shared folders still to be checked: ${WHO_GOES_ON}`);
  if (removals > 0) lines.push(`folders shared with you: ${removalsLine(removals)}`);
  return lines;
}
