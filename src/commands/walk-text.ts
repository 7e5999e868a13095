import type { WalkPhase, WalkState } from '../queries/walk-state';
import { reasonOf, reasonText } from './reasons';
import { countOf, formatAge, formatCount, formatTime, printable } from './render/text';

/** Refused folders that are named; the others are only counted. */
const MOST_NAMED = 10;

/** One line on the walk of folders shared by others. */
export function walkLine({ done, left, found }: WalkState): string {
  const total = formatCount(done + left);
  const progress = left === 0 ? `all ${total} listed` : `${formatCount(done)} of ${total} listed`;
  return `folders shared with you: ${progress}, ${countOf(found, 'file')} found that no other listing shows`;
}

/** How the walk stands, in lines for people; undefined where it is not wanted. `walkedAt`: when it was last complete. `works`: a process works in the home. */
export function describeWalk(
  walk: WalkState | undefined,
  { walkedAt, works }: { walkedAt?: number | undefined; works: boolean },
): string[] {
  if (walk === undefined) return ['folders shared with you are not looked into (--no-walk)'];
  const { done, left, sampled, oldest, refused, removals } = walk;
  const lines = [walkLine(walk) + (walkedAt === undefined ? '' : `, last complete ${formatTime(walkedAt)}`)];
  const state = describePhase(walk.state, works);
  if (state !== undefined) lines.push(`  ${state}`);
  if (sampled > 0) {
    const since = oldest === undefined ? '' : `, oldest listing ${formatAge(oldest)}`;
    lines.push(`  sampled: ${formatCount(done + left)} of ${formatCount(done + left + sampled)}${since}`);
  }
  if (refused.length > 0) lines.push(`  Drive refuses to list ${countOf(refused.length, 'folder')}:`);
  for (const { id, name, reason, retryAt } of refused.slice(0, MOST_NAMED)) {
    const next = retryAt === undefined ? '' : `, next try ${formatTime(retryAt)}`;
    lines.push(`    ${printable(name ?? '(no name)')} (${id}): ${reasonText(reason) ?? 'refused'}${next}`);
  }
  if (removals > 0)
    lines.push(
      `  ${countOf(removals, 'file')} in them may be gone; \`gdrive-sync resume --accept-removals\` removes those that are`,
    );
  return lines;
}

const NOBODY = 'nobody works at it: `gdrive-sync up` or `gdrive-sync sync --walk` goes on';

/** Whether somebody goes on with the walk, and who; undefined where nothing is left. */
function describePhase(state: WalkPhase, works: boolean): string | undefined {
  if (state.phase === 'complete') return undefined;
  if (state.phase === 'stopped') return `stopped: ${withHint(state.reason)}`;
  if (!works) return NOBODY;
  if (state.phase === 'due') return 'being listed, behind everything else, by the process that works here';
  return `waits to try folders again, next at ${formatTime(state.retryAt)}`;
}

function withHint(word: string): string {
  const { says = word, hint } = reasonOf(word) ?? {};
  return hint === undefined ? says : `${says}; ${hint}`;
}

/** What is left of the walk at the end of a sync, and who goes on with it; undefined if nothing is. */
export function walkLeftLine(walk: WalkState | undefined): string | undefined {
  if (walk === undefined || walk.left === 0) return undefined;
  return `${countOf(walk.left, 'folder')} shared with you not looked into yet: \`gdrive-sync up\` or \`gdrive-sync sync --walk\` goes on`;
}
