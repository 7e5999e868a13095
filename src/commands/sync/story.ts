import { setTimeout as delay } from 'node:timers/promises';
import { inWords } from '../../explain';
import { FAILURES } from '../../model/failure';
import { ENDED, USER_SOURCE } from '../../model/job';
import { readStore, storeMark } from '../../process/stores';
import { nextSyncAt } from '../../process/worker-record';
import { requestTrouble } from '../../queries/jobs/account-state';
import { eventCounts, inheritedCount } from '../../queries/jobs/event-counts';
import { jobsEndedAfter, newestJob, type StoredJob } from '../../queries/jobs/stored-jobs';
import { reasonText, remedyOf, waitsForPerson } from '../jobs/reasons';
import type { Reader } from '../../store/reader';
import { countOf, formatSpan } from '../render/text';
import type { Context } from '../shared/context';
import { accountRows } from '../status/account-rows';
import { accountTable } from '../status/account-table';
import {
  changesOf,
  foundNothing,
  homeLine,
  incompleteness,
  storyLine,
  whatHappened,
  type EndedSync,
} from './sync-line';

const LOOK_EVERY_MS = 1_000;
/** Accounts in the table: it has to fit the terminal. */
const MOST_ROWS = 15;
/** Syncs that find nothing are told of together. */
const HEARTBEAT_MS = 15 * 60_000;
/** Requests that fail for a shorter time are not worth a line. */
const TROUBLE_MS = 30_000;

/** What has been told about an account so far. */
interface Told {
  /** Jobs that ended up to here are told, ms since 1970. */
  endedAt: number;
  /** The store's mark at the last look. */
  mark: string | undefined;
  quiet: number;
  quietSince: number | undefined;
  trouble: string | undefined;
  /** What was incomplete in the last sync that has a line. */
  result: string | undefined;
  /** Trouble was told, and no sync has ended since. */
  isTroubled: boolean;
  /** Why the requests of the running job fail, and since when. */
  failing: { says: string; since: number } | undefined;
}

interface Look {
  ended: EndedSync[];
  job: StoredJob | undefined;
  failing: string | undefined;
}

function lookAt(home: Context['home'], account: string, endedAt: number): Look {
  const look = readStore(home, account, (reader): Look => ({
    ended: jobsEndedAfter(reader, endedAt).map((job) => {
      const span = { from: job.startedAt ?? job.requestedAt, to: job.endedAt ?? Date.now() };
      return { job, events: eventCounts(reader, span), inherited: inheritedCount(reader, span) };
    }),
    ...runningJob(reader),
  }));
  return look ?? { ended: [], job: undefined, failing: undefined };
}

function runningJob(reader: Reader): Pick<Look, 'job' | 'failing'> {
  const job = newestJob(reader);
  const trouble = job === undefined || ENDED.has(job.state) ? undefined : requestTrouble(reader);
  const who = trouble?.sourceId === USER_SOURCE ? 'waits' : 'a shared drive waits';
  return { job, failing: trouble && `${who}: ${FAILURES[trouble.kind].says}` };
}

/** Why a job does not go on, and what to do; undefined if it goes on. */
function troubleOf(job: StoredJob | undefined): string | undefined {
  if (job?.state !== 'waiting') return undefined;
  if (waitsForPerson(job)) return `waits for you: ${remedyOf(job)}`;
  return `waits: ${reasonText(job.message ?? job.reason) ?? 'see `gdrive-sync status`'}`;
}

/**
 * Tells what the syncs of all accounts do: a line for each sync that changed something or failed, one line
 * every 15 minutes for those that found nothing, and troubles at once.
 */
export class Story {
  readonly #context: Context;
  readonly #startedAt = Date.now();
  readonly #told = new Map<string, Told>();
  #isListed = true;
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
    for (const account of this.#accounts(now)) {
      const told = this.#toldOf(account);
      this.#tellHeartbeat(account, told, now);
      this.#tellFailing(account, told, now);
      try {
        const mark = storeMark(home.storeOf(account));
        if (mark === told.mark) continue;
        this.#tellNews(account, { told, look: lookAt(home, account, told.endedAt), now });
        told.mark = mark;
      } catch (error) {
        this.#tellTrouble(account, told, { says: inWords(error), now });
      }
    }
  }

  /** None while they cannot be listed, which is told once. */
  #accounts(now: number): string[] {
    const { home, tell } = this.#context;
    try {
      const accounts = home.accounts();
      this.#isListed = true;
      return accounts;
    } catch (error) {
      if (this.#isListed) tell(homeLine(now, `cannot list the accounts: ${inWords(error)}`));
      this.#isListed = false;
      return [];
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
      result: undefined,
      isTroubled: false,
      failing: undefined,
    };
    this.#told.set(account, told);
    return told;
  }

  #tellNews(account: string, { told, look, now }: { told: Told; look: Look; now: number }): void {
    for (const sync of look.ended) this.#tellSync(account, told, { sync, now });
    const { job, failing } = look;
    if (failing === undefined) told.failing = undefined;
    else if (failing !== told.failing?.says) told.failing = { says: failing, since: now };
    const trouble = troubleOf(job);
    if (trouble !== undefined) this.#tellTrouble(account, told, { says: trouble, now });
    else if (failing === undefined) told.trouble = undefined;
  }

  #tellSync(account: string, told: Told, { sync, now }: { sync: EndedSync; now: number }): void {
    this.#syncs += 1;
    this.#changes += changesOf(sync);
    const result = incompleteness(sync);
    const isNews = told.quietSince === undefined || told.isTroubled || result !== told.result;
    if (foundNothing(sync) && !isNews) told.quiet += 1;
    else {
      this.#tell(account, whatHappened(sync), sync.job.endedAt ?? now);
      told.quiet = 0;
      told.quietSince = now;
      told.result = result;
    }
    told.endedAt = sync.job.endedAt ?? told.endedAt;
    told.isTroubled = false;
  }

  #tellFailing(account: string, told: Told, now: number): void {
    const { failing } = told;
    if (failing !== undefined && now - failing.since >= TROUBLE_MS)
      this.#tellTrouble(account, told, { says: failing.says, now });
  }

  #tellHeartbeat(account: string, told: Told, now: number): void {
    if (told.quiet === 0 || now - (told.quietSince ?? now) < HEARTBEAT_MS) return;
    const trouble = told.result === undefined ? '' : `${told.result}: `;
    this.#tell(account, `${trouble}no changes in ${countOf(told.quiet, 'sync')}`, now);
    told.quiet = 0;
    told.quietSince = now;
  }

  #tellTrouble(account: string, told: Told, { says, now }: { says: string; now: number }): void {
    if (says === told.trouble) return;
    const { tell, complete } = this.#context;
    tell(storyLine(now, { account, says: complete(says, account) }));
    told.trouble = says;
    told.isTroubled = true;
  }

  #tell(account: string, says: string, at: number): void {
    const { home, tell, complete } = this.#context;
    tell(storyLine(at, { account, says: complete(says, account), nextAt: nextSyncAt(home) }));
  }

  /** On a terminal, a table below the lines shows how all accounts stand. */
  #showTable(): void {
    const { status, streams, home } = this.#context;
    if (status === undefined) return;
    try {
      const rows = accountRows(this.#context, MOST_ROWS);
      if (rows.length === 0) return;
      const lines = accountTable(rows, streams.stderr);
      const more = home.known().length - MOST_ROWS;
      if (more > 0) lines.push(`and ${countOf(more, 'more account')}: see \`gdrive-sync status\``);
      status(lines.join('\n'));
    } catch {
      // The accounts cannot be listed, which the next look tells.
    }
  }
}
