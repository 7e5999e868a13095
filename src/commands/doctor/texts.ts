import { statSync } from 'node:fs';
import { openContentReader, type TextsState } from '../../content/store/reader';
import type { HomePlaces } from '../../process/home';
import { storeSize } from '../../process/stores';
import { accountSettings } from '../../queries/jobs/store-facts';
import { formatSize } from '../render/text';
import { fromError, ok, quoted, warning, type Finding } from './finding';

const CHECK = 'texts';

/** Checks the texts of an account's files; nothing if there are none and they are off. */
export function checkTexts(home: HomePlaces, account: string): Finding[] {
  const path = home.contentOf(account);
  const size = storeSize(path);
  try {
    const reader = openContentReader(home.storeOf(account), path);
    if (reader === undefined) return [];
    const { on } = accountSettings(reader).content;
    const { texts } = reader;
    reader.close();
    if (size === undefined) return on ? [ok(CHECK, 'on; `gdrive-sync sync` fetches the first ones')] : [];
    return [describe(texts, { on, size, path }), ...checkSecrecy(path)];
  } catch (error) {
    // A broken metadata store has a line of its own.
    return size === undefined ? [] : [fromError(CHECK, error)];
  }
}

function describe(
  texts: TextsState,
  { on, size, path }: { on: boolean; size: number; path: string },
): Finding {
  if (texts === 'other-store')
    return warning(
      CHECK,
      `${path} belongs to another copy of this account`,
      on ? 'replace it: `gdrive-sync content rebuild`' : 'delete it: `gdrive-sync content purge`',
    );
  if (texts === 'outdated')
    return warning(CHECK, `${path} has an older format`, 'the next `gdrive-sync sync` brings it up to date');
  return ok(CHECK, `${on ? 'on' : 'off, but kept'}: ${path}, ${formatSize(size)}, not encrypted`);
}

function checkSecrecy(path: string): Finding[] {
  const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    warning(CHECK, `other users can access ${path} (mode ${mode.toString(8)})`, `chmod 600 ${quoted(path)}`),
  ];
}
