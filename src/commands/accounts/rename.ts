import { existsSync, renameSync } from 'node:fs';
import { EXIT, UserError } from '../../errors';
import { checkAccountName } from '../../process/home';
import { closeContents, hasSideFiles, updateStore } from '../../process/stores';
import { commandFor } from '../../command-line';
import type { Context } from '../shared/context';
import { withIdleAccount, type AccountTraces } from './exclusive';

/**
 * Gives an account another name; its copy, texts, history, schedule and login stay. The store moves last, in one
 * step: a rename that was interrupted before can be repeated, and has ended after.
 */
export async function runAccountRename(context: Context, from: string, to: string): Promise<number> {
  const { home, json, out } = context;
  checkAccountName(to);
  return await withIdleAccount(context, from, async (traces) => {
    checkFree(context, from, to);
    closeStores(context, from);
    const isMoved = await moveSchedules(traces, to);
    for (const place of [home.credentialsOf, home.contentOf, home.storeOf])
      if (existsSync(place(from))) renameSync(place(from), place(to));
    const schedule = isMoved ? 'moved' : undefined;
    if (json) out(JSON.stringify({ account: to, from, result: 'renamed', schedule }));
    else
      out(`account "${from}" is now "${to}"; its ${isMoved ? 'schedule, ' : ''}copy, history and login stay`);
    return EXIT.ok;
  });
}

/** Allows what an interrupted rename leaves: the login under the new name, the store under the old one. */
function checkFree({ home }: Context, from: string, to: string): void {
  const isTaken = ([home.storeOf, home.credentialsOf] as const).some(
    (place) => existsSync(place(to)) && existsSync(place(from)),
  );
  const hasCopy = existsSync(home.storeOf(to));
  if (from !== to && !isTaken && !hasCopy) return;
  throw new UserError(from === to ? 'the two names are the same' : `there is an account "${to}" already`, {
    hint: 'choose another name; `gdrive-sync accounts` lists those that exist',
    exitCode: EXIT.usage,
  });
}

/** Moves the schedule, and ends what waits for a worker under the old name; returns true if there was one. */
async function moveSchedules({ temporal, stores }: AccountTraces, to: string): Promise<boolean> {
  if (temporal === undefined) return false;
  let isMoved = false;
  for (const store of stores) {
    const { schedules, jobs } = temporal;
    const schedule = await schedules.show(store);
    if (schedule !== undefined) {
      const { everyMs, paused } = schedule;
      if (everyMs === undefined) throw isCustom(store.account);
      const moved = { ...store, account: to };
      await schedules.set(moved, everyMs);
      if (paused) await schedules.pause(moved);
      await schedules.remove(store);
      isMoved = true;
    }
    // A worker that starts begins the walk and the texts under the new name.
    await jobs.removeRuns(store, ['walk', 'content', 'schedule']);
  }
  return isMoved;
}

function isCustom(account: string): UserError {
  return new UserError(`the schedule of account "${account}" was changed in Temporal and cannot be moved`, {
    hint: `remove it first with ${commandFor(account, 'schedule remove')}`,
  });
}

/** Makes sure that each store is one file: what a killed worker left in the log is written into it. */
function closeStores({ home }: Context, account: string): void {
  updateStore(home, account);
  closeContents(home, account);
  if (hasSideFiles(home.storeOf(account)) || hasSideFiles(home.contentOf(account)))
    throw new UserError(`another program has the store of account "${account}" open`, {
      hint: 'close it, then run this command again',
    });
}
