import { EXIT } from '../../errors';
import { accountSettings } from '../../queries/jobs/store-facts';
import { requireStore, storeSize } from '../../process/stores';
import { formatSize } from '../render/text';
import { confirm } from '../shared/confirm';
import type { Context } from '../shared/context';
import { deleteTexts } from './delete-texts';

/** Switches the texts of files off and deletes those that are here. */
export async function runContentPurge(
  context: Context,
  { yes = false }: { yes?: boolean } = {},
): Promise<number> {
  const { home, config, json, out, ask, tell } = context;
  const { account } = config;
  const reader = requireStore(home, account);
  const { content } = accountSettings(reader);
  reader.close();
  const size = storeSize(home.contentOf(account));
  if (size !== undefined) {
    const say = yes ? tell : ask;
    say(`This deletes the texts of files of account "${account}" (${formatSize(size)})`);
    say('and switches them off. To have them again, their contents are fetched again.');
    await confirm(context, 'Nothing in Google Drive changes, and the copy of the metadata stays.', yes);
  }
  await deleteTexts(context, content.on ? { ...content, on: false } : undefined);
  const isDeleted = size !== undefined;
  if (json) out(JSON.stringify({ account, on: false, deleted: isDeleted, size }));
  else
    out(
      isDeleted
        ? `the texts of account "${account}" are deleted`
        : `account "${account}" has no texts; they are off`,
    );
  return EXIT.ok;
}
