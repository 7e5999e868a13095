import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, EXIT, UserError } from '../../errors';
import type { EventKind } from '../../model/event';
import {
  countInherited,
  eventsOf,
  lastEvent,
  newestOf,
  type HistoryEvent,
  type HistoryFilter,
} from '../../queries/history';
import type { SummaryKey } from '../../queries/history-summary';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import type { Output } from '../shared/host';
import { eventLines } from '../render/history-line';
import { jsonLine } from '../render/json';
import { writeLines } from '../render/line-stream';
import { formatCount } from '../render/text';
import { changeSettingsAlone, toSettingsChange } from '../sync/settings';
import { typedSpan } from '../render/span';
import { scopeOf } from './history-scope';
import { showSummary } from './history-summary';

/** Which part of the history to show, and how. */
export interface HistoryOptions {
  /** Ms since 1970. */
  since?: number | undefined;
  /** Before, ms since 1970. */
  until?: number | undefined;
  kind?: EventKind[] | undefined;
  /** The same as the target. */
  folder?: string | undefined;
  /** Count the events instead. */
  by?: SummaryKey | undefined;
  follow?: boolean | undefined;
  limit: number;
  /** Include events that a file inherited from a parent folder. */
  all?: boolean | undefined;
  ids?: boolean | undefined;
  /** How long to keep events from now on, in ms. */
  keep?: number | undefined;
}

const LOOK_EVERY_MS = 300;
/** Wide enough for a path and an id. */
const WIDE = 120;

/** Lists what happened to the account's files, newest last; with `follow`, keeps listing new events. */
export async function runHistory(
  context: Context,
  named: string | undefined,
  options: HistoryOptions,
): Promise<number> {
  const { config, home, tell } = context;
  checkOptions(named, options);
  const change = toSettingsChange({ keep: options.keep });
  const reader = requireStore(home, config.account);
  try {
    if (change !== undefined) {
      await changeSettingsAlone(context, change);
      tell(`From now on, events are kept for ${typedSpan(change.historyMs ?? 0)}.`);
    }
    const { since, until, kind: kinds } = options;
    const scope = scopeOf(reader, named ?? options.folder);
    return await answer(context, reader, { filter: { since, until, kinds, ...scope }, options });
  } finally {
    reader.close();
  }
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { hint, exitCode: EXIT.usage });
}

function checkOptions(
  named: string | undefined,
  { folder, by, follow: follows, since, until }: HistoryOptions,
): void {
  if (named !== undefined && folder !== undefined)
    throw usage('history takes one folder or file', 'leave out --folder: it means the same as the argument');
  if (by !== undefined && follows === true)
    throw usage('--by and --follow exclude each other', 'leave out --follow to count events');
  if (since !== undefined && until !== undefined && since >= until)
    throw usage('--since is not before --until', 'swap the two times');
}

async function answer(
  context: Context,
  reader: Reader,
  { filter: wanted, options }: { filter: HistoryFilter; options: HistoryOptions },
): Promise<number> {
  const last = lastEvent(reader);
  const filter = { ...wanted, upTo: last };
  const { limit, by, all: inherited = false, ids } = options;
  const tally = { shown: 0 };
  if (by !== undefined) tally.shown = showSummary(context, reader, { filter, by, inherited, limit });
  const newest = by === undefined ? newestOf(reader, filter, { limit, inherited }) : filter;
  if (by === undefined) {
    const events = counted(eventsOf(reader, newest, { inherited }), tally);
    if (!(await show(context, events, ids))) return EXIT.ok;
  }
  if (tally.shown === 0) context.tell(last === 0 ? NOTHING_YET : 'No events match.');
  if (!inherited) tellHidden(context, reader, newest);
  tellAsOf(context, reader);
  if (options.follow === true) await follow(context, reader, { filter, inherited, ids });
  return EXIT.ok;
}

const NOTHING_YET =
  'There are no events yet. The history begins with the first complete copy and tells what has changed since.';

function* counted<T>(items: Iterable<T>, tally: { shown: number }): Generator<T> {
  for (const item of items) {
    tally.shown += 1;
    yield item;
  }
}

/** False if the reader has closed the pipe. */
async function show(
  context: Context,
  events: Iterable<HistoryEvent>,
  ids: boolean | undefined,
): Promise<boolean> {
  return await writeLines(lines(events, context, ids), context);
}

function* lines(
  events: Iterable<HistoryEvent>,
  { json, streams: { stdout } }: Context,
  ids: boolean | undefined,
): Generator<string> {
  const width = stdout.isTTY === true ? stdout.columns : undefined;
  const shown = { width, ids: ids === true || (width ?? Infinity) >= WIDE };
  for (const event of events)
    if (json) yield jsonLine(event);
    else yield* eventLines(event, shown);
}

/** Says how many events were left out, so that nobody takes the list for complete. */
function tellHidden({ tell }: Context, reader: Reader, filter: HistoryFilter): void {
  const hidden = countInherited(reader, filter);
  if (hidden > 0)
    tell(`and ${formatCount(hidden)} more that were inherited from a parent folder; --all shows them`);
}

/** Shows new events until Ctrl-C or until the reader closes the pipe. */
async function follow(
  context: Context,
  reader: Reader,
  {
    filter,
    inherited,
    ids,
  }: { filter: HistoryFilter & { upTo: number }; inherited: boolean; ids: boolean | undefined },
): Promise<void> {
  const over = AbortSignal.any([context.signal, readerGone(context.streams.stdout)]);
  for (let last = filter.upTo; !over.aborted;) {
    await delay(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    const newest = lastEvent(reader);
    if (newest === last) continue;
    const events = eventsOf(reader, { ...filter, after: last, upTo: newest }, { inherited });
    await show(context, events, ids).catch((error: unknown) => {
      if (!over.aborted) throw error;
    });
    last = newest;
  }
}

/** Aborts when the reader closes the pipe early, as `head` does. */
function readerGone(stdout: Output): AbortSignal {
  const gone = new AbortController();
  stdout.on('error', (error: unknown) => {
    if (errorCode(error) === 'EPIPE') gone.abort();
  });
  return gone.signal;
}
