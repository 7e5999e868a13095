import { EXIT } from '../../errors';
import { accountSettings } from '../../queries/jobs/store-facts';
import { requireStore, storeSize } from '../../process/stores';
import { formatSize } from '../render/text';
import type { Context } from '../shared/context';
import { changeSettingsAlone } from '../sync/settings';

/** Stops fetching the texts of files. The texts that are here stay. */
export async function runContentOff(context: Context): Promise<number> {
  const { home, config, json, out, tell } = context;
  const { account } = config;
  const reader = requireStore(home, account);
  const { content } = accountSettings(reader);
  reader.close();
  if (content.on) await changeSettingsAlone(context, { content: { ...content, on: false } });
  const size = storeSize(home.contentOf(account));
  if (json) out(JSON.stringify({ account, on: false, changed: content.on, size }));
  else out(`the texts of files are ${content.on ? '' : 'already '}off: no contents are fetched`);
  if (size !== undefined)
    tell(
      `The texts that were fetched (${formatSize(size)}) stay and are no longer brought up to date. \`gdrive-sync content purge\` deletes them.`,
    );
  return EXIT.ok;
}
