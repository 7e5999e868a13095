import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../errors';
import { addSample, timeLeftMs, type Sample } from '../render/estimate';
import { isWalkDue, isWalkUnfinished, walkState, type WalkState } from '../../queries/jobs/walk-state';
import { readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { reasonOf } from '../jobs/reasons';
import { formatSpan } from '../render/text';
import type { Session } from './session';
import { walkLine } from '../jobs/walk-text';

/** Why watching ended. `role-free`: the worker is gone, and this process can take over. */
export type WalkWatchEnd = 'complete' | 'interrupted' | 'role-free';

const LOOK_EVERY_MS = 500;
const LINE_EVERY_MS = 5_000;
/** How many runs in a row may end without progress before the watcher gives up. */
const MOST_VAIN_RUNS = 3;

interface Look {
  walk: WalkState | undefined;
  /** Something is due now or soon. */
  open: boolean;
}

/**
 * Waits until the walk is complete, and shows its progress.
 * @throws UserError if the walk stops before that.
 */
export async function watchWalk(
  context: Context,
  session: Pick<Session, 'jobs' | 'works' | 'stopped'>,
  { storeId, roleIsFree }: { storeId: string; roleIsFree: () => boolean },
): Promise<WalkWatchEnd> {
  const store = { account: context.config.account, storeId };
  const report = createReporter(context);
  const broken = new AbortController();
  // A worker that stops while it is watched has failed.
  session.stopped.catch((error: unknown) => broken.abort(error));
  let vainRuns = 0;
  let lastDone = -1;
  for (;;) {
    if (context.signal.aborted) return 'interrupted';
    if (!session.works && roleIsFree()) return 'role-free';
    const { walk, open } = lookAt(context);
    if (!open || walk === undefined) return 'complete';
    report(walk);
    const run = await session.jobs.backgroundRun('walk', store);
    if (!run.running) {
      vainRuns = walk.done > lastDone ? 0 : vainRuns + 1;
      lastDone = walk.done;
      if (vainRuns >= MOST_VAIN_RUNS) throw stoppedError(run.stopped);
      await session.jobs.startBackground('walk', store);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal: broken.signal }).catch(() => undefined);
    broken.signal.throwIfAborted();
  }
}

function lookAt({ home, config }: Context): Look {
  const look = readStore(home, config.account, (reader) => ({
    walk: walkState(reader),
    open: isWalkUnfinished(reader) || isWalkDue(reader, Date.now()),
  }));
  return look ?? { walk: undefined, open: false };
}

function stoppedError(stopped: string | undefined): UserError {
  const reason = reasonOf(stopped);
  return new UserError(`cannot list the folders shared with you: ${reason?.says ?? 'the work stops'}`, {
    hint: reason?.hint ?? '`gdrive-sync status` shows the progress; the Temporal Web UI shows details',
  });
}

/** Shows progress: on a terminal as one line that is rewritten, otherwise as a new line every few seconds. */
function createReporter({ status, tell }: Context): (walk: WalkState) => void {
  let samples: Sample[] = [];
  let lastAt = Date.now();
  return (walk) => {
    samples = addSample(samples, { at: Date.now(), pages: walk.done });
    const leftMs = timeLeftMs(samples, walk.left);
    const line = walkLine(walk) + (leftMs === undefined ? '' : ` · about ${formatSpan(leftMs)} left`);
    if (status !== undefined) status(line);
    else if (Date.now() - lastAt >= LINE_EVERY_MS) {
      tell(line);
      lastAt = Date.now();
    }
  };
}
