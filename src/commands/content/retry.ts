import { CONTENT_REASONS, CONTENT_STATES, isContentReason } from '../../content/model/state';
import type { ContentReader } from '../../content/store/reader';
import { retryDocuments, type RetryChoice } from '../../content/store/retry';
import { EXIT, UserError } from '../../errors';
import { readRoots } from '../../queries/files/places';
import { keysBelow } from '../../queries/files/keys-below';
import { accountSettings, storeIdOf } from '../../queries/jobs/store-facts';
import { requireContents } from '../../process/stores';
import { openTemporal } from '../../process/temporal-access';
import { findTarget } from '../files/target';
import { workerRuns } from '../jobs/job-list';
import { countOf } from '../render/text';
import type { Context } from '../shared/context';

/** States whose files can be tried again. */
const RETRIED_STATES: readonly string[] = CONTENT_STATES.filter(
  (state) => !['done', 'due', 'skipped'].includes(state),
);

/**
 * Makes files due again whose text could not be kept: those of a reason or state, a file, or all files below a
 * folder.
 */
export async function runContentRetry(context: Context, named: string): Promise<number> {
  const { home, config, json, out, tell } = context;
  const { account } = config;
  const { choice, storeId } = read(context, named);
  const files = retryDocuments(home.contentOf(account), choice, Date.now());
  const started = files > 0 && workerRuns(context);
  if (started) await start(context, storeId);
  if (json) out(JSON.stringify({ account, files, started }));
  else out(files === 0 ? 'there is nothing to retry' : `${countOf(files, 'file')} will be tried again`);
  if (started) tell('The running worker fetches them.');
  else if (files > 0) tell('The next `gdrive-sync sync` fetches them.');
  return EXIT.ok;
}

function read({ home, config }: Context, named: string): { choice: RetryChoice; storeId: string } {
  const reader = requireContents(home, config.account);
  try {
    checkTexts(reader);
    return { choice: choiceOf(reader, named), storeId: storeIdOf(reader) };
  } finally {
    reader.close();
  }
}

function checkTexts(reader: ContentReader): void {
  if (!accountSettings(reader).content.on)
    throw new UserError('the texts of files are off', {
      hint: 'switch them on with `gdrive-sync content on --text`',
    });
  if (reader.texts === 'other-store')
    throw new UserError('the texts belong to another copy of this account', {
      hint: 'replace them with `gdrive-sync content rebuild`',
    });
  if (reader.texts === 'outdated')
    throw new UserError('the texts have an older format', { hint: 'run `gdrive-sync sync` first' });
}

/** A word is a reason or a state; anything else names a file or folder. */
function choiceOf(reader: ContentReader, named: string): RetryChoice {
  if (RETRIED_STATES.includes(named) || isContentReason(named)) return { word: named };
  try {
    return { filePks: [...keysBelow(reader, findTarget(reader, named), readRoots(reader))] };
  } catch (error) {
    if (!(error instanceof UserError) || !/^[a-z-]+$/.test(named)) throw error;
    throw new UserError(`${JSON.stringify(named)} is neither a reason nor a file or folder`, {
      hint: `reasons and states are ${[...RETRIED_STATES, ...Object.keys(CONTENT_REASONS)].join(', ')}`,
      exitCode: EXIT.usage,
      cause: error,
    });
  }
}

async function start({ config, home, tell, signal }: Context, storeId: string): Promise<void> {
  const temporal = await openTemporal(config, home, { supervise: false, announce: tell, signal });
  try {
    await temporal.jobs.startBackground('content', { account: config.account, storeId });
  } finally {
    await temporal.close();
  }
}
