import { withStores } from '../../process/open-accounts';
import { deleteStore } from '../../process/stores';
import type { ContentSettings } from '../../model/settings';
import { workerRuns } from '../accounts/exclusive';
import type { Context } from '../shared/context';

/**
 * Deletes the texts of an account while no worker can use them. `settings`: written first, so that a deletion
 * that was interrupted can be repeated.
 * @throws UserError if a worker runs.
 */
export async function deleteTexts(context: Context, settings?: ContentSettings): Promise<void> {
  const { config, home } = context;
  await withStores(config, home, async (accounts) => {
    if (accounts === undefined) throw workerRuns(context);
    if (settings !== undefined) await accounts.writer(config.account).changeSettings({ content: settings });
    deleteStore(home.contentOf(config.account));
  });
}
