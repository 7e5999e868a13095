import { FAILURES, isFailureKind } from '../../model/failure';
import type { Progress } from '../../model/progress';
import type { StoredJob } from '../../queries/jobs/stored-jobs';
import { addSample, timeLeftMs, type Sample } from '../render/estimate';
import { countOf, formatCount, formatSpan, printable } from '../render/text';
import type { Context } from '../shared/context';

const LINE_EVERY_MS = 5_000;
const SEPARATOR = ' · ';

/** What is measured while a job is watched. Times in ms. */
export interface Pace {
  /** Files per second. */
  rate: number;
  leftMs?: number | undefined;
  elapsedMs: number;
  state: string | undefined;
  /** The width of the terminal; undefined in a pipe. */
  width?: number | undefined;
}

/** A part of the line. Where the line is too long, the part with the highest `optional` goes first. */
interface Part {
  text: string;
  optional?: number;
}

/** Shows progress: on a terminal as one line that is rewritten, otherwise as a new line every few seconds. */
export function createReporter({
  status,
  tell,
  streams,
}: Pick<Context, 'status' | 'tell' | 'streams'>): (look: {
  stored: StoredJob | undefined;
  progress: Progress | undefined;
}) => void {
  const startedAt = Date.now();
  let firstFiles: number | undefined;
  let samples: Sample[] = [];
  let lastLine = '';
  let lastAt = Date.now();
  return ({ stored, progress }) => {
    if (progress === undefined) return;
    firstFiles ??= progress.files;
    const elapsedMs = Date.now() - startedAt;
    const rate = elapsedMs > 1000 ? (progress.files - firstFiles) / (elapsedMs / 1000) : 0;
    samples = addSample(samples, { at: Date.now(), pages: progress.pages });
    const leftMs = timeLeftMs(samples, pagesLeftOf(progress));
    const width = status === undefined ? undefined : streams.stderr.columns;
    const line = progressLine(progress, { rate, leftMs, elapsedMs, state: stored?.state, width });
    if (status !== undefined) status(line);
    else if (line !== lastLine && Date.now() - lastAt >= LINE_EVERY_MS) {
      tell(line);
      lastLine = line;
      lastAt = Date.now();
    }
  };
}

/** One line on the progress of a job, and on what it waits for. */
export function progressLine(progress: Progress, pace: Pace): string {
  const { files, changes, open, indexing } = progress;
  const { rate, leftMs, elapsedMs, state, width } = pace;
  const parts: Part[] = [];
  const share = shareOf(progress);
  if (share !== undefined) parts.push({ text: `${share} %` });
  parts.push({ text: `${countOf(files, 'file')} listed` });
  if (changes > 0) parts.push({ text: countOf(changes, 'change') });
  if (rate > 0) parts.push({ text: `${formatCount(Math.round(rate))} files/s`, optional: 3 });
  parts.push(...drivesLeft(progress));
  if (leftMs !== undefined) parts.push({ text: `about ${roughSpan(leftMs)} left` });
  parts.push(...stepsLeft(open));
  if (indexing !== undefined)
    parts.push({ text: `building the search index (${percentOf(indexing.done, indexing.of)} %)` });
  parts.push({ text: formatSpan(elapsedMs), optional: 4 });
  const trouble = troubleOf(open);
  if (trouble !== undefined) parts.push({ text: trouble });
  else if (state === 'waiting') parts.push({ text: 'waiting: see `gdrive-sync status`' });
  return fitted(parts, width);
}

function fitted(parts: readonly Part[], width = Infinity): string {
  const line = parts.map(({ text }) => text).join(SEPARATOR);
  const least = Math.max(...parts.map(({ optional = 0 }) => optional));
  if (line.length < width || least === 0) return line;
  return fitted(
    parts.filter(({ optional = 0 }) => optional < least),
    width,
  );
}

function percentOf(done: number, of: number): string {
  return String(of === 0 ? 0 : Math.min(99, Math.floor((100 * done) / of)));
}

/** The share of the pages that is listed, in percent; undefined without an estimate of the rest. */
function shareOf(progress: Progress): string | undefined {
  const left = pagesLeftOf(progress);
  return left === undefined ? undefined : percentOf(progress.pages, progress.pages + left);
}

/** How many shared drives are done, and the names of the last ones. My Drive counts as one. */
function drivesLeft({ sources, sourcesOpen, open }: Progress): Part[] {
  if (sources < 2) return [];
  const parts: Part[] = [
    { text: `${formatCount(sources - sourcesOpen)} of ${formatCount(sources)} drives`, optional: 1 },
  ];
  const names = open.map(({ name = 'My Drive' }) => printable(name));
  if (sourcesOpen > 0 && sourcesOpen <= 2) parts.push({ text: `left: ${names.join(', ')}`, optional: 2 });
  return parts;
}

/**
 * Why there is no progress: a wait, or a page that is requested again because it is too slow or too large.
 */
function troubleOf(open: Progress['open']): string | undefined {
  const now = Date.now();
  const waits = open.find(({ failure, retryAt }) => failure !== undefined && (retryAt ?? 0) > now);
  if (waits !== undefined && isFailureKind(waits.failure))
    return `${FAILURES[waits.failure].says}, next try in ${formatSpan((waits.retryAt ?? now) - now)}`;
  const slow = open.find(({ failure }) => failure === 'too-slow' || failure === 'too-large');
  return slow !== undefined && isFailureKind(slow.failure)
    ? `${FAILURES[slow.failure].says}: requesting smaller pages`
    : undefined;
}

/** Undefined if a source that is being listed has no estimate, or if not all open sources are known. */
function pagesLeftOf({ open, sourcesOpen }: Progress): number | undefined {
  const listed = open.filter(({ windows, windowsDone }) => windows > windowsDone);
  const known = listed.flatMap(({ pagesLeft }) => (pagesLeft === undefined ? [] : [pagesLeft]));
  const isKnown = known.length > 0 && known.length === listed.length && open.length >= sourcesOpen;
  return isKnown ? known.reduce((sum, pages) => sum + pages, 0) : undefined;
}

/** Rounds up to 10 seconds, a minute or an hour: an estimate is no more exact than that. */
function roughSpan(ms: number): string {
  if (ms < 120_000) return `${String(Math.max(10, Math.ceil(ms / 10_000) * 10))} s`;
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.ceil(minutes / 60))} h`;
}

/** The work that is left after listings and change logs. */
function stepsLeft(open: Progress['open']): Part[] {
  const total = (read: (source: Progress['open'][number]) => number): number =>
    open.reduce((sum, source) => sum + read(source), 0);
  const folders = total(({ foldersLeft }) => foldersLeft);
  const files = total(({ filesToAsk }) => filesToAsk);
  return [
    ...(folders > 0 ? [{ text: `${countOf(folders, 'folder')} left to list` }] : []),
    ...(files > 0 ? [{ text: `${countOf(files, 'file')} left to verify` }] : []),
  ];
}
