import type { JobView } from '../jobs/job-list';
import { spanCell, timeCell } from '../render/cells';
import { formatTable, type Cell } from '../render/table';
import { countOf, formatTime, zoneAt } from '../render/text';
import type { Output } from '../shared/host';

/** A job, or several jobs in a row that found nothing to do. */
export type JobRow = { kind: 'job'; job: JobView } | { kind: 'quiet'; jobs: JobView[] };

/** True for a job that found nothing to do. */
export function isQuiet({ state, changes, files, full }: JobView): boolean {
  return state === 'completed' && changes === 0 && files === 0 && !full;
}

/** Folds neighbors that found nothing to do, by account. `jobs`: newest first. */
export function foldQuiet(jobs: readonly JobView[]): JobRow[] {
  const rows: JobRow[] = [];
  const open = new Map<string, JobView[]>();
  for (const job of jobs) {
    const run = open.get(job.account);
    if (!isQuiet(job)) {
      open.delete(job.account);
      rows.push({ kind: 'job', job });
    } else if (run === undefined) {
      const started = [job];
      open.set(job.account, started);
      rows.push({ kind: 'quiet', jobs: started });
    } else run.push(job);
  }
  return rows;
}

/** The title of a column of local times names their zone, and is as wide as they are. */
const columns = () => [
  { title: 'JOB', whole: true },
  'ACCOUNT',
  { title: 'STATE', whole: true },
  { title: 'ATTEMPT', optional: true },
  'FILES',
  { title: 'PAGES', optional: true },
  { title: 'CHANGES' },
  { title: `REQUESTED ${zoneAt(Date.now())}`, whole: true },
  { title: 'TOOK', whole: true, optional: true },
  'REASON',
];

function cellsOf(row: JobRow): Cell[] {
  if (row.kind === 'quiet' && row.jobs.length > 1) return quietCells(row.jobs);
  const job = row.kind === 'job' ? row.job : row.jobs[0];
  if (job === undefined) return [];
  const { jobId, account, state, attempt, files, pages, changes, requestedAt, startedAt, endedAt } = job;
  const took = startedAt === undefined ? undefined : (endedAt ?? Date.now()) - startedAt;
  const numbers = [attempt, files, pages, changes];
  return [jobId, account, state, ...numbers, timeCell(requestedAt), spanCell(took), job.reason ?? ''];
}

function quietCells(jobs: readonly JobView[]): Cell[] {
  const [newest] = jobs;
  const since = shortTime(jobs.at(-1)?.requestedAt ?? 0, newest?.requestedAt ?? 0);
  const count = countOf(jobs.length, 'job');
  const said = `since ${since}`;
  return [count, newest?.account ?? '', 'completed', '', 0, '', 0, timeCell(newest?.requestedAt), '', said];
}

/** A time, without its day if that is also the day of `by`. */
function shortTime(at: number, by: number): string {
  const text = formatTime(at);
  return text.slice(0, 10) === formatTime(by).slice(0, 10) ? text.slice(11, 16) : text.slice(0, 16);
}

/** The lines of a table of jobs. */
export function jobTable(rows: readonly JobRow[], output: Pick<Output, 'isTTY' | 'columns'>): string[] {
  return formatTable(columns(), rows.map(cellsOf), output);
}
