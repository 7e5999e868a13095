import { EXIT, UserError } from '../../errors';
import type { ContentSettings } from '../../model/settings';
import { checkedChoice } from '../../queries/contents/choice';
import { QueryError } from '../../queries/search/query-error';
import type { Reader } from '../../store/reader';
import { findTarget } from '../files/target';
import { formatSize } from '../render/text';

/** Options that choose the files whose text is kept. They are stored; the others stay as they are. */
export interface ContentFlags {
  /** In bytes. */
  maxSize?: number | undefined;
  owner?: 'me' | 'anyone' | undefined;
  trashed?: boolean | undefined;
  /** Search filters; empty for none. */
  include?: string | undefined;
  exclude?: string | undefined;
}

/**
 * The settings with the given options.
 * @throws UserError if a filter is not valid, or names a folder that does not exist.
 */
export function withFlags(
  reader: Reader,
  settings: ContentSettings,
  { maxSize, owner, trashed, include, exclude }: ContentFlags,
): ContentSettings {
  return {
    ...settings,
    ...(maxSize !== undefined && { maxBytes: maxSize }),
    ...(owner !== undefined && { ownOnly: owner === 'me' }),
    ...(trashed !== undefined && { trashed }),
    ...(include !== undefined && { include: checked(reader, include) }),
    ...(exclude !== undefined && { exclude: checked(reader, exclude) }),
  };
}

function checked(reader: Reader, text: string): string {
  try {
    return checkedChoice(text, (named) => findTarget(reader, named));
  } catch (error) {
    if (error instanceof QueryError)
      throw new UserError(error.message, { hint: error.hint, exitCode: EXIT.usage, cause: error });
    throw error;
  }
}

/** Which files' text the settings keep, in words. */
export function describeChoice({ maxBytes, ownOnly, trashed, include, exclude }: ContentSettings): string {
  return [
    ownOnly ? 'your own files' : 'files of all owners',
    `up to ${formatSize(maxBytes)}`,
    trashed ? 'with the trash' : 'without the trash',
    ...(include === '' ? [] : [`only ${include}`]),
    ...(exclude === '' ? [] : [`without ${exclude}`]),
  ].join(', ');
}

/** The settings as `--json` prints them. */
export function settingsJson(settings: ContentSettings): Record<string, unknown> {
  const { maxBytes, ownOnly, trashed, include, exclude } = settings;
  return { maxBytes, owner: ownOnly ? 'me' : 'anyone', trashed, include, exclude };
}
