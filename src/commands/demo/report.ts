import type { Emulator } from '#emulator';
import { historyEvents } from '../../queries/history';
import { storeFacts } from '../../queries/jobs/store-facts';
import { storedJobs } from '../../queries/jobs/stored-jobs';
import { readStore, requireStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { compareWithTruth, type Comparison } from './check';
import type { DemoChanges } from './changes';
import { nextCommand } from './next';
import { DEMO_ACCOUNT } from './process';
import { eventLines } from '../render/history-line';
import { countOf, formatCount, formatSpan } from '../render/text';

/** The result of a sync of the demo. */
export interface DemoResult extends Comparison {
  exact: boolean;
  files: number;
  trashed: number;
  /** Pages committed and changes applied by the job. */
  pages: number;
  changes: number;
  /** Requests for listings, and of every kind. */
  requests: number;
  allRequests: number;
  tookMs: number;
}

/** How many events to read in order to show one of each kind. */
const LAST_EVENTS = 1_000;

/** Counts the requests that the emulated Drive has received: for listings, and of every kind. */
export function requestsSoFar({ counts }: Emulator): { requests: number; allRequests: number } {
  const allRequests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { requests: counts['files.list'] ?? 0, allRequests };
}

/** Compares every row with the emulated Drive. */
export function checkDemo(
  { home }: Context,
  emulator: Emulator,
  { since, tookMs }: { since: { requests: number; allRequests: number }; tookMs: number },
): DemoResult {
  const reader = requireStore(home, DEMO_ACCOUNT);
  try {
    const comparison = compareWithTruth(reader, emulator.truth());
    const { different, missing, extra } = comparison;
    const { files, trashed } = storeFacts(reader);
    const job = storedJobs(reader, 1)[0];
    const now = requestsSoFar(emulator);
    return {
      exact: different + missing + extra === 0,
      ...comparison,
      files,
      trashed,
      pages: job?.pages ?? 0,
      changes: job?.changes ?? 0,
      requests: now.requests - since.requests,
      allRequests: now.allRequests - since.allRequests,
      tookMs,
    };
  } finally {
    reader.close();
  }
}

/** Prints how the copy compares after the first crawl. */
export function tellCrawl({ out }: Context, result: DemoResult, killed: boolean): void {
  out(comparisonLine(result));
  const { pages, requests, tookMs } = result;
  out(
    `${formatCount(pages)} pages committed with ${formatCount(requests)} list requests, in ${formatSpan(tookMs)}${killed ? ', including the kill' : ''}`,
  );
}

/** Prints how the copy compares after the changes, what they cost, and one event of each kind. */
export function tellChanges(
  { out, home, config, streams }: Context,
  result: DemoResult,
  made: DemoChanges,
): void {
  const { changes, allRequests, tookMs } = result;
  out(comparisonLine(result));
  out(
    `${countOf(changes, 'change')} applied with ${formatCount(allRequests)} requests, in ${formatSpan(tookMs)}`,
  );
  if (made.trashed !== undefined)
    out(`One of them moved a folder with ${countOf(made.trashed.files, 'file')} to the trash.`);
  out('');
  out(`What happened? One of each kind, from ${nextCommand(config, 'history')}:`);
  const width = (streams.stdout.columns ?? 80) - 2;
  const last = { limit: LAST_EVENTS, inherited: false };
  const events = readStore(home, DEMO_ACCOUNT, (reader) => historyEvents(reader, {}, last)) ?? [];
  const ofEachKind = [...new Map(events.map((event) => [event.kind, event])).values()];
  for (const event of ofEachKind.toSorted((a, b) => a.number - b.number))
    for (const line of eventLines(event, { nameOnly: true, width })) out(`  ${line}`);
}

function comparisonLine({ exact, equal, different, missing, extra }: DemoResult): string {
  return `${exact ? 'EXACT' : 'NOT EXACT'}: ${formatCount(equal)} files equal in every field, ${String(different)} different, ${String(missing)} missing, ${String(extra)} too many`;
}
