import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, EXIT, UserError } from '../../errors';
import {
  countInherited,
  eventsOf,
  knowsFolder,
  lastEvent,
  newestOf,
  type HistoryEvent,
  type HistoryFilter,
} from '../../queries/history';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import type { Output } from '../shared/host';
import { historyLine } from '../render/history-line';
import { jsonLine } from '../render/json';
import { writeLines } from '../render/line-stream';
import { formatCount } from '../render/text';
import { changeSettingsAlone, toSettingsChange } from '../sync/settings';
import { typedSpan } from '../render/span';

/** Which part of the history to show, and how. */
export interface HistoryOptions {
  /** Ms since 1970. */
  since?: number | undefined;
  /** The id of a folder, or of a shared drive. */
  folder?: string | undefined;
  follow?: boolean | undefined;
  limit: number;
  /** Include events that a file inherited from a parent folder. */
  all?: boolean | undefined;
  /** How long to keep events from now on, in ms. */
  keep?: number | undefined;
}

const LOOK_EVERY_MS = 300;

/** Lists what happened to the account's files, newest last; with `follow`, keeps listing new events. */
export async function runHistory(context: Context, options: HistoryOptions): Promise<number> {
  const { config, home, tell } = context;
  const { since, limit } = options;
  const change = toSettingsChange({ keep: options.keep });
  const reader = requireStore(home, config.account);
  try {
    if (change !== undefined) {
      await changeSettingsAlone(context, change);
      tell(`From now on, events are kept for ${typedSpan(change.historyMs ?? 0)}.`);
    }
    const last = lastEvent(reader);
    const filter = { since, folder: folderOf(reader, options.folder), upTo: last };
    const inherited = options.all === true;
    const newest = newestOf(reader, filter, { limit, inherited });
    if (!(await show(context, eventsOf(reader, newest, { inherited })))) return EXIT.ok;
    if (!inherited) tellHidden(context, reader, newest);
    tellAsOf(context, reader);
    if (options.follow === true) await follow(context, reader, { filter, inherited });
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function folderOf(reader: Reader, id: string | undefined): string | undefined {
  if (id === undefined || knowsFolder(reader, id)) return id;
  throw new UserError(`there is no folder with the id ${JSON.stringify(id)} in the store`, {
    hint: 'the id is the last part of the address of the folder in the browser; the view `folders` lists all ids',
    exitCode: EXIT.usage,
  });
}

/** False if the reader has closed the pipe. */
async function show(context: Context, events: Iterable<HistoryEvent>): Promise<boolean> {
  return await writeLines(lines(events, context.json), context);
}

function* lines(events: Iterable<HistoryEvent>, json: boolean): Generator<string> {
  for (const event of events) yield json ? jsonLine(event) : historyLine(event);
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
  { filter, inherited }: { filter: HistoryFilter & { upTo: number }; inherited: boolean },
): Promise<void> {
  const over = AbortSignal.any([context.signal, readerGone(context.streams.stdout)]);
  for (let last = filter.upTo; !over.aborted;) {
    await delay(LOOK_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    const newest = lastEvent(reader);
    if (newest === last) continue;
    const events = eventsOf(reader, { ...filter, after: last, upTo: newest }, { inherited });
    await show(context, events).catch((error: unknown) => {
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
