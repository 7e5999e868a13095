import { readContentProgress, type ContentProgress } from '../../content/store/content-outlook';
import type { Home } from '../../process/home';
import { countOf, formatCount, formatUntil } from '../render/text';

/**
 * How the texts of an account stand; undefined if they are off, or cannot be read: `content status` and `doctor`
 * say why.
 */
export function contentOf(home: Home, account: string): ContentProgress | undefined {
  try {
    const paths = { path: home.contentOf(account), metadataPath: home.storeOf(account) };
    const state = readContentProgress(paths, Date.now());
    return state?.on === true ? state : undefined;
  } catch {
    return undefined;
  }
}

/** One line about texts that are not complete; undefined if nothing is left to do. */
export function contentNote(account: string, state: ContentProgress | undefined): string | undefined {
  if (state === undefined) return undefined;
  const { due, waiting, nextAt, unplanned, done } = state;
  const parts = [
    due > 0 ? `${formatCount(due)} due` : undefined,
    waiting > 0 && nextAt !== undefined
      ? `${formatCount(waiting)} must wait, the first is due ${formatUntil(nextAt)}`
      : undefined,
    unplanned && due === 0 ? 'changes are not looked at yet' : undefined,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return `${account}: texts of ${countOf(done, 'file')}; ${parts.join(', ')}; \`gdrive-sync content status\` tells more`;
}
