import type { Home } from './home';
import { storeIdOf } from '../queries/jobs/store-facts';
import { isWalkDue } from '../queries/jobs/walk-state';
import { readStore } from './stores';
import type { BackgroundStarts } from '../temporal/background-starts';

/** Starts the walk of shared folders for each store of a home where it is due; for a worker that starts. */
export async function startDueWalks(
  home: Home,
  starts: Pick<BackgroundStarts, 'startBackground'>,
): Promise<void> {
  for (const account of home.accounts()) {
    const storeId = dueStore(home, account);
    if (storeId !== undefined) await starts.startBackground('walk', { account, storeId });
  }
}

/** Undefined also for a store that cannot be read now: the account's next job starts its walk. */
function dueStore(home: Home, account: string): string | undefined {
  try {
    return readStore(home, account, (reader) =>
      isWalkDue(reader, Date.now()) ? storeIdOf(reader) : undefined,
    );
  } catch {
    return undefined;
  }
}
