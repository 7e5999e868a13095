import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../errors';
import type { Context } from './context';
import { openSession } from './session';

const LOOK_EVERY_MS = 500;

/** Holds the home's roles until it is stopped: runs the jobs that are there and those that come. Waits while another process holds them. */
export async function runUp(context: Context): Promise<number> {
  const { home, signal, tell } = context;
  let told = false;
  while (!signal.aborted) {
    const session = await openSession(context, { verify: false });
    try {
      if (session.works) {
        tell(`Working in ${home.path}. Ctrl-C stops; jobs go on at the next start.`);
        if (session.uiUrl !== undefined) tell(`Temporal Web UI: ${session.uiUrl}`);
        await session.stopped;
        return EXIT.ok;
      }
      if (!told) tell('Another process works in this home; taking over when it ends.');
      told = true;
    } finally {
      await session.close();
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return EXIT.ok;
}
