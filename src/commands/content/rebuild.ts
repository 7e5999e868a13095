import { EXIT, UserError } from '../../errors';
import { contentCost } from '../../queries/contents/cost';
import { accountSettings } from '../../queries/jobs/store-facts';
import { requireStore } from '../../process/stores';
import { confirm } from '../shared/confirm';
import type { Context } from '../shared/context';
import { costText } from './cost-text';
import { deleteTexts } from './delete-texts';

/** Deletes the texts of files, so that the next sync fetches all of them again. */
export async function runContentRebuild(
  context: Context,
  { yes = false }: { yes?: boolean } = {},
): Promise<number> {
  const { config, json, out, ask, tell } = context;
  const { account } = config;
  const cost = costOf(context);
  const say = yes ? tell : ask;
  say(`This deletes the texts of files of account "${account}". The next sync fetches all again:`);
  say(`${costText(cost, config)}.`);
  await confirm(context, 'Until then, searches find names only. Nothing in Google Drive changes.', yes);
  await deleteTexts(context);
  if (json) out(JSON.stringify({ account, files: cost.files, requests: cost.requests }));
  else out(`the texts of account "${account}" are deleted, and will be fetched again`);
  tell('`gdrive-sync sync` fetches them, behind all other work; `gdrive-sync up` does too.');
  return EXIT.ok;
}

function costOf({ home, config }: Context): ReturnType<typeof contentCost> {
  const reader = requireStore(home, config.account);
  try {
    const { content } = accountSettings(reader);
    if (content.on) return contentCost(reader, content);
    throw new UserError('the texts of files are off, so they would not be fetched again', {
      hint: 'switch them on with `gdrive-sync content on --text`, or delete them with `gdrive-sync content purge`',
    });
  } finally {
    reader.close();
  }
}
