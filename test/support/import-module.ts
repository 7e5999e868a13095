import { pathToFileURL } from 'node:url';
import { constants, runInThisContext } from 'node:vm';

/**
 * Imports an ES module. Jest cannot follow an import() from CommonJS without flags, so Node's own loader does it, outside of the
 * test's context.
 */
export async function importModule<T>(path: string): Promise<T> {
  const load = runInThisContext('(url) => import(url)', {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (url: string) => Promise<T>;
  return load(pathToFileURL(path).href);
}
