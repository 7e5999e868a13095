import { checkAccountExists } from '../../process/credentials';
import { ensureStore, readStore } from '../../process/stores';
import { EXIT, UserError } from '../../errors';
import type { ContentSettings } from '../../model/settings';
import { contentCost } from '../../queries/contents/cost';
import { accountSettings, storeFacts } from '../../queries/jobs/store-facts';
import { confirm } from '../shared/confirm';
import type { Context } from '../shared/context';
import { changeSettingsAlone } from '../sync/settings';
import { costText } from './cost-text';
import { requireContentLogin } from './login-scope';
import { describeChoice, settingsJson, withFlags, type ContentFlags } from './settings';

/** What to keep, and of which files. */
export interface ContentOnOptions extends ContentFlags {
  /** Keep the text of files. */
  text?: boolean | undefined;
  /** Do not ask. */
  yes?: boolean | undefined;
}

/** Switches the texts on, after saying what that means; if they are on, changes their settings. */
export async function runContentOn(context: Context, options: ContentOnOptions): Promise<number> {
  const { config, home, json, out, tell } = context;
  const { account } = config;
  checkAccountExists(config, home);
  ensureStore(home, account);
  const { before, wanted } = contentSettingsOf(context, options);
  if (!before.on && options.text !== true)
    throw new UserError('nothing says what to keep', {
      hint: 'keep the text of files with `gdrive-sync content on --text`',
      exitCode: EXIT.usage,
    });
  const after = { ...wanted, on: true };
  if (!before.on) {
    await requireContentLogin(context);
    explain(context, after, options.yes === true);
    await confirm(context, 'Nothing in Google Drive changes.', options.yes === true, 'nothing was changed');
  }
  const isChanged = JSON.stringify(before) !== JSON.stringify(after);
  if (isChanged) await changeSettingsAlone(context, { content: after });
  if (json) out(JSON.stringify({ account, on: true, changed: isChanged, settings: settingsJson(after) }));
  else out(`the texts of files are ${isChanged ? '' : 'already '}on: ${describeChoice(after)}`);
  if (isChanged) tell('`gdrive-sync sync` fetches them, behind all other work; `gdrive-sync up` does too.');
  return EXIT.ok;
}

/** The stored settings, and those with the options. */
function contentSettingsOf(
  { home, config }: Context,
  options: ContentFlags,
): Record<'before' | 'wanted', ContentSettings> {
  const settings = readStore(home, config.account, (reader) => {
    const before = accountSettings(reader).content;
    return { before, wanted: withFlags(reader, before, options) };
  });
  if (settings === undefined) throw new Error('the store of the account is gone');
  return settings;
}

/** Says what is read, where it is kept, and what it costs. */
function explain(context: Context, settings: ContentSettings, yes: boolean): void {
  const { home, config, ask, tell } = context;
  const say = yes ? tell : ask;
  const cost = readStore(home, config.account, (reader) =>
    storeFacts(reader).files === 0 ? undefined : contentCost(reader, settings),
  );
  say(`This reads the contents of ${describeChoice(settings)} from Google Drive.`);
  say(`Their text is kept in ${home.contentOf(config.account)}: not encrypted,`);
  say('readable by your user only (mode 0600), and sent nowhere.');
  if (cost === undefined) say('What it costs is known after the first sync: `gdrive-sync content plan`.');
  else say(`It costs, once: ${costText(cost, config)}.`);
}
