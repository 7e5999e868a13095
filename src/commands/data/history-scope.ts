import { UserError } from '../../errors';
import { folderIdOf, type Target } from '../../queries/files/items';
import { readRoots } from '../../queries/files/places';
import { isSingleFile, knowsTarget, type HistoryFilter } from '../../queries/history';
import type { Reader } from '../../store/reader';
import { findTarget } from '../files/target';

/** The part of a filter that says where. */
export type HistoryScope = Pick<HistoryFilter, 'file' | 'folder' | 'place'>;

/**
 * The events that a person means with a target: those of a file, of a folder and what is below it, or of a
 * place. What was removed is known by its id only.
 * @throws UserError if the store has no match, or more than one.
 */
export function scopeOf(reader: Reader, named: string | undefined): HistoryScope {
  if (named === undefined) return {};
  if (knowsTarget(reader, named)) return ofId(reader, named);
  const target = targetOf(reader, named);
  const id = folderIdOf(target, readRoots(reader));
  if (id !== undefined) return ofId(reader, id);
  return target.kind === 'place' && target.place !== 'all' ? { place: target.place } : {};
}

function ofId(reader: Reader, id: string): HistoryScope {
  return isSingleFile(reader, id) ? { file: id } : { folder: id };
}

function targetOf(reader: Reader, named: string): Target {
  try {
    return findTarget(reader, named);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, {
      hint: `${error.hint ?? 'name it as `gdrive-sync ls` does'}; name a removed file or folder by its id`,
      exitCode: error.exitCode,
    });
  }
}
