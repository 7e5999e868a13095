import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, EXIT, UserError } from '../errors';
import { MOMENT_EXAMPLES, toMoment } from '../model/moment';
import {
  countInherited,
  historyEvents,
  knowsFolder,
  lastEvent,
  type HistoryEvent,
  type HistoryFilter,
} from '../queries/history';
import { requireStore } from '../stores';
import type { Reader } from '../store/reader';
import { tellAsOf } from './as-of';
import type { Context } from './context';
import { parseLimit } from './limit';
import { historyLine } from './render/history-line';
import { formatCount } from './render/text';
import { changeSettingsAlone, toSettingsChange } from './settings';
import { typedSpan } from './span';

/** Which part of the history to show, and how. */
export interface HistoryOptions {
  /** A time span before now, or a moment in local time; see `toMoment`. */
  since?: string | undefined;
  /** The id of a folder, or of a shared drive. */
  folder?: string | undefined;
  follow?: boolean | undefined;
  limit?: string | undefined;
  /** With what only follows from what happened to a folder. */
  all?: boolean | undefined;
  /** How long events are to be kept from now on. */
  keep?: string | undefined;
}

const DEFAULT_LIMIT = 50;
const LOOK_EVERY_MS = 300;
/** Events that are read at once while following. */
const MOST_AT_ONCE = 1_000_000;

/** Lists what happened to the account's files, newest last, and goes on with it if asked to. */
export async function runHistory(context: Context, options: HistoryOptions): Promise<number> {
  const { config, home, tell } = context;
  const limit = parseLimit(options.limit, DEFAULT_LIMIT);
  const since = options.since === undefined ? undefined : parseSince(options.since);
  const change = toSettingsChange({ keep: options.keep });
  const reader = requireStore(home, config.account);
  try {
    if (change !== undefined) {
      await changeSettingsAlone(context, change);
      tell(`Events are kept for ${typedSpan(change.historyMs ?? 0)} from now on.`);
    }
    const filter = { since, folder: folderOf(reader, options.folder) };
    const inherited = options.all === true;
    // Before the events are read, so that none is missed between the list and what follows.
    const before = lastEvent(reader);
    const events = historyEvents(reader, filter, { limit, inherited });
    show(context, events);
    const last = Math.max(before, events.at(-1)?.number ?? 0);
    const [oldest] = events;
    const isCut = oldest !== undefined && events.length === limit;
    if (!inherited) tellHidden(context, reader, isCut ? { ...filter, after: oldest.number } : filter);
    tellAsOf(context, reader);
    if (options.follow === true) await follow(context, reader, { filter, inherited, last });
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function parseSince(text: string): number {
  const at = toMoment(text, Date.now());
  if (at !== undefined) return at;
  throw new UserError(`--since takes a time span or a time, not ${JSON.stringify(text)}`, {
    hint: `for example ${MOMENT_EXAMPLES}`,
    exitCode: EXIT.usage,
  });
}

function folderOf(reader: Reader, id: string | undefined): string | undefined {
  if (id === undefined || knowsFolder(reader, id)) return id;
  throw new UserError(`the store knows no folder ${JSON.stringify(id)}`, {
    hint: 'the id of a folder is the last part of its address in the browser, and the view folders names them all',
    exitCode: EXIT.usage,
  });
}

function show({ json, out }: Context, events: readonly HistoryEvent[]): void {
  for (const event of events) out(json ? JSON.stringify(event) : historyLine(event));
}

/** Counts what is left out of the list, so that nobody takes it for all there is. */
function tellHidden({ tell }: Context, reader: Reader, filter: HistoryFilter): void {
  const hidden = countInherited(reader, filter);
  if (hidden > 0)
    tell(
      `and ${formatCount(hidden)} more that only followed from what happened to a folder; --all shows them`,
    );
}

async function follow(
  { signal, ...context }: Context,
  reader: Reader,
  { filter, inherited, last }: { filter: HistoryFilter; inherited: boolean; last: number },
): Promise<void> {
  const over = AbortSignal.any([signal, readerGone()]);
  for (let after = last; !over.aborted;) {
    await delay(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    const newest = lastEvent(reader);
    if (newest === after) continue;
    const events = historyEvents(reader, { ...filter, after }, { limit: MOST_AT_ONCE, inherited });
    show({ signal, ...context }, events);
    after = Math.max(newest, events.at(-1)?.number ?? 0);
  }
}

/** Aborts when whoever read the output has seen enough, as `head` does. */
function readerGone(): AbortSignal {
  const gone = new AbortController();
  process.stdout.on('error', (error: unknown) => {
    if (errorCode(error) === 'EPIPE') gone.abort();
  });
  return gone.signal;
}
