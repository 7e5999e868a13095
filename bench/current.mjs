// When the sources of a store become current, seen from outside while a sync runs.
import { createRequire } from 'node:module';
import { storeOf } from './sync-run.mjs';

const Database = createRequire(import.meta.url)('better-sqlite3');

const LOOK_EVERY_MS = 100;

/**
 * Looks until the returned function is called, which gives the seconds until the user's own source was current, and until all of at least `count`
 * sources were but the one named by `except`. Current is what has been so since now; undefined is what never was.
 */
export function watchCurrent(home, { count = 1, except = '' } = {}) {
  const since = Date.now();
  const seen = { user: undefined, all: undefined };
  let reader;
  const look = () => {
    try {
      reader ??= openSources(home);
      const { user, known, current } = reader.get({ since, except });
      const seconds = (Date.now() - since) / 1000;
      if (user === 1) seen.user ??= seconds;
      if (known >= count && known === current) seen.all ??= seconds;
    } catch {
      // There is no store yet, or it has no tables yet.
      reader = undefined;
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    reader?.close();
    return seen;
  };
}

function openSources(home) {
  const db = new Database(storeOf(home), { readonly: true, fileMustExist: true });
  const statement = db.prepare(`
    SELECT count(*) AS known, sum(coalesce(current_at, 0) >= @since) AS current,
      max(id = 'user' AND coalesce(current_at, 0) >= @since) AS user
    FROM source WHERE id <> @except`);
  return { get: (given) => statement.get(given), close: () => db.close() };
}
