import { setTimeout as delay } from 'node:timers/promises';
import { inWords } from '../../explain';
import { readStore, storeMark } from '../../process/stores';
import { nextSyncAt } from '../../process/worker-record';
import { eventCounts } from '../../queries/jobs/event-counts';
import { jobsEndedAfter, newestJob, type StoredJob } from '../../queries/jobs/stored-jobs';
import { reasonText, waitsForPerson } from '../jobs/reasons';
import { countOf, formatSpan } from '../render/text';
import type { Context } from '../shared/context';
import { accountRows } from '../status/account-rows';
import { accountTable } from '../status/account-table';
import { changesOf, foundNothing, storyLine, whatHappened, type EndedSync } from './sync-line';

const LOOK_EVERY_MS = 1_000;
/** Accounts in the table: it has to fit the terminal. */
const MOST_ROWS = 15;
/** Syncs that find nothing are told of together. */
const HEARTBEAT_MS = 15 * 60_000;

/** What has been told about an account so far. */
interface Told {
  /** Jobs that ended up to here are told, ms since 1970. */
  endedAt: number;
  /** The store's mark at the last look. */
  mark: string | undefined;
  quiet: number;
  quietSince: number | undefined;
  trouble: string | undefined;
}

interface Look {
  ended: EndedSync[];
  job: StoredJob | undefined;
}

function lookAt(home: Context['home'], account: string, endedAt: number): Look {
  const look = readStore(home, account, (reader): Look => ({
    ended: jobsEndedAfter(reader, endedAt).map((job) => {
      const span = { from: job.startedAt ?? job.requestedAt, to: job.endedAt ?? Date.now() };
      return { job, events: eventCounts(reader, span) };
    }),
    job: newestJob(reader),
  }));
  return look ?? { ended: [], job: undefined };
}

/** Why a job does not go on; undefined if it does. */
function troubleOf(job: StoredJob | undefined): string | undefined {
  if (job?.state !== 'waiting') return undefined;
  const why = reasonText(job.message ?? job.reason) ?? 'see `gdrive-sync status`';
  return waitsForPerson(job) ? `waits for you: ${why}` : `waits: ${why}`;
}

/**
 * Tells what the syncs of all accounts do: a line for each sync that changed something or failed, one line
 * every 15 minutes for those that found nothing, and troubles at once.
 */
export class Story {
  readonly #context: Context;
  readonly #startedAt = Date.now();
  readonly #told = new Map<string, Told>();
  #syncs = 0;
  #changes = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Looks at the stores until the signal aborts, and then once more. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.look();
      this.#showTable();
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.look();
  }

  /** Tells what is new since the last look. */
  look(now = Date.now()): void {
    const { home } = this.#context;
    for (const account of home.accounts()) {
      const told = this.#toldOf(account);
      this.#tellHeartbeat(account, told, now);
      const mark = storeMark(home.storeOf(account));
      if (mark === told.mark) continue;
      try {
        this.#tellNews(account, { told, look: lookAt(home, account, told.endedAt), now });
        told.mark = mark;
      } catch (error) {
        this.#tellTrouble(account, told, { says: inWords(error), now });
      }
    }
  }

  /** What all syncs did since the story began. */
  summary(): string {
    const took = formatSpan(Date.now() - this.#startedAt);
    return `Stopped after ${took}: ${countOf(this.#syncs, 'sync')}, ${countOf(this.#changes, 'change')}.`;
  }

  #toldOf(account: string): Told {
    const known = this.#told.get(account);
    if (known !== undefined) return known;
    const told = {
      endedAt: this.#startedAt,
      mark: undefined,
      quiet: 0,
      quietSince: undefined,
      trouble: undefined,
    };
    this.#told.set(account, told);
    return told;
  }

  #tellNews(account: string, { told, look, now }: { told: Told; look: Look; now: number }): void {
    for (const sync of look.ended) {
      told.endedAt = sync.job.endedAt ?? told.endedAt;
      this.#syncs += 1;
      this.#changes += changesOf(sync);
      if (foundNothing(sync) && told.quietSince !== undefined) told.quiet += 1;
      else {
        this.#tell(account, whatHappened(sync), sync.job.endedAt ?? now);
        told.quiet = 0;
        told.quietSince = now;
      }
    }
    this.#tellTrouble(account, told, { says: troubleOf(look.job), now });
  }

  #tellHeartbeat(account: string, told: Told, now: number): void {
    if (told.quiet === 0 || now - (told.quietSince ?? now) < HEARTBEAT_MS) return;
    this.#tell(account, `no changes in ${countOf(told.quiet, 'sync')}`, now);
    told.quiet = 0;
    told.quietSince = now;
  }

  #tellTrouble(account: string, told: Told, { says, now }: { says: string | undefined; now: number }): void {
    if (says !== undefined && says !== told.trouble) this.#tell(account, says, now);
    told.trouble = says;
  }

  #tell(account: string, says: string, at: number): void {
    const { home, tell, complete } = this.#context;
    tell(storyLine(at, { account, says: complete(says, account), nextAt: nextSyncAt(home) }));
  }

  /** On a terminal, a table below the lines shows how all accounts stand. */
  #showTable(): void {
    const { status, streams, home } = this.#context;
    if (status === undefined) return;
    const lines = accountTable(accountRows(this.#context, MOST_ROWS), streams.stderr);
    const more = home.known().length - MOST_ROWS;
    if (more > 0) lines.push(`and ${countOf(more, 'more account')}: see \`gdrive-sync status\``);
    status(lines.join('\n'));
  }
}
