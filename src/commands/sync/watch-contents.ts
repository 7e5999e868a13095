import { setTimeout as delay } from 'node:timers/promises';
import { readContentProgress, type ContentProgress } from '../../content/store/content-outlook';
import { addSample, timeLeftMs, type Sample } from '../render/estimate';
import { countOf, formatCount, formatSpan, formatUntil } from '../render/text';
import { reasonOf } from '../jobs/reasons';
import type { Context } from '../shared/context';
import type { Session } from './session';

/** Why watching ended. `role-free`: the worker is gone, and this process can take over. */
export type ContentWatchEnd = 'complete' | 'interrupted' | 'role-free';

const LOOK_EVERY_MS = 500;
const LINE_EVERY_MS = 5_000;

/**
 * Waits until no text is due now, and shows the progress. What must wait longer is not waited for; the last line
 * names it. A failure is told and ends the watch: the metadata is current without the texts.
 */
export async function watchContents(
  context: Context,
  session: Pick<Session, 'jobs' | 'works' | 'stopped'>,
  { storeId, roleIsFree }: { storeId: string; roleIsFree: () => boolean },
): Promise<ContentWatchEnd> {
  const store = { account: context.config.account, storeId };
  const report = createReporter(context);
  const broken = new AbortController();
  // A worker that stops while it is watched has failed.
  session.stopped.catch((error: unknown) => broken.abort(error));
  const before = look(context);
  if (before?.on !== true || !isOpen(before)) return 'complete';
  await session.jobs.startBackground('content', store);
  for (;;) {
    if (context.signal.aborted) return 'interrupted';
    if (!session.works && roleIsFree()) return 'role-free';
    const run = await session.jobs.backgroundRun('content', store);
    const state = look(context);
    if (state !== undefined) report(state);
    if (!run.running) {
      tellEnd(context, { before, after: state, stopped: run.stopped });
      return 'complete';
    }
    await delay(LOOK_EVERY_MS, undefined, { signal: broken.signal }).catch(() => undefined);
    broken.signal.throwIfAborted();
  }
}

function look({ home, config: { account } }: Context): ContentProgress | undefined {
  const paths = { path: home.contentOf(account), metadataPath: home.storeOf(account) };
  return readContentProgress(paths, Date.now());
}

function isOpen({ unplanned, due }: ContentProgress): boolean {
  return unplanned || due > 0;
}

function tellEnd(
  { tell }: Context,
  {
    before,
    after,
    stopped,
  }: { before: ContentProgress; after: ContentProgress | undefined; stopped: string | undefined },
): void {
  if (after === undefined) return;
  if (stopped !== undefined) {
    const reason = reasonOf(stopped);
    tell(`The texts of files are not complete: ${reason?.says ?? 'the work stopped'}.`);
    if (reason?.hint !== undefined) tell(`hint: ${reason.hint}`);
    return;
  }
  const { done, waiting, nextAt } = after;
  const added = Math.max(0, done - before.done);
  const wait =
    nextAt === undefined
      ? ''
      : `; ${countOf(waiting, 'file')} must wait, the first is due ${formatUntil(nextAt)}`;
  tell(`Texts: ${countOf(done, 'file')}, ${formatCount(added)} new${wait}.`);
}

/** Shows progress: on a terminal as one line that is rewritten, otherwise as a new line every few seconds. */
function createReporter({ status, tell }: Context): (state: ContentProgress) => void {
  let samples: Sample[] = [];
  let lastAt = Date.now();
  return ({ done, settled, due, unplanned }) => {
    samples = addSample(samples, { at: Date.now(), pages: settled });
    const leftMs = unplanned ? undefined : timeLeftMs(samples, due);
    const left = leftMs === undefined ? '' : ` · about ${formatSpan(leftMs)} left`;
    const line = `Texts: ${formatCount(done)} files · ${formatCount(due)} due${left}`;
    if (status !== undefined) status(line);
    else if (Date.now() - lastAt >= LINE_EVERY_MS) {
      tell(line);
      lastAt = Date.now();
    }
  };
}
