import { CONTENT_REASONS, isContentReason } from '../../content/model/state';
import { verdictOf, type PlannedFile } from '../../content/planning/policy';
import type { ContentReader } from '../../content/store/reader';
import type { ContentSettings } from '../../model/settings';
import type { SqlValue } from '../../model/values';
import { accountSettings } from '../jobs/store-facts';
import { countFiles, plannedFiles } from './planned-files';

/** How many files are in each state. The states add up to `total`. */
export interface ContentCounts {
  done: number;
  due: number;
  skipped: number;
  refused: number;
  failed: number;
  needsOcr: number;
  /** Files that are neither removed nor folders. */
  total: number;
}

/** The files of a state and a reason. */
export interface ReasonCount {
  state: keyof Omit<ContentCounts, 'total'>;
  /** `ContentReason`, `off` for what is not fetched because the contents are off; undefined without one. */
  reason: string | undefined;
  files: number;
  bytes: number;
}

/** How the contents of an account stand. Times in ms since 1970. */
export interface ContentStatus {
  on: boolean;
  counts: ContentCounts;
  /** The largest first. */
  reasons: ReasonCount[];
  /** Files that are due later. */
  waiting: number;
  nextRetryAt: number | undefined;
  /** Since when the file is due that has been due the longest. */
  dueSince: number | undefined;
}

type State = ReasonCount['state'];

const STATES: Readonly<Record<string, State>> = {
  done: 'done',
  due: 'due',
  skipped: 'skipped',
  refused: 'refused',
  failed: 'failed',
  'needs-ocr': 'needsOcr',
};

/** Reads how the contents stand at `now`, in ms since 1970. */
export function contentStatus(reader: ContentReader, now: number): ContentStatus {
  const settings = accountSettings(reader).content;
  const total = countFiles(reader);
  const reasons = (tallied(reader, settings, total) ?? counted(reader, settings)).toSorted(
    (a, b) => b.files - a.files,
  );
  const counts: ContentCounts = { done: 0, due: 0, skipped: 0, refused: 0, failed: 0, needsOcr: 0, total };
  for (const { state, files } of reasons) counts[state] += files;
  return { on: settings.on, counts, reasons, ...(settings.on ? outlook(reader, now) : NO_OUTLOOK) };
}

const TALLY = "SELECT state, nullif(reason, ''), files, bytes FROM content.tally WHERE files > 0";
const IS_PLANNED = /* sql */ `
SELECT plan_pk IS NULL AND settings = ? AND planned_to >= (SELECT coalesce(max(changed_at), 0) FROM file) AS yes
FROM content.content_store`;

/** The sums that the store keeps; undefined unless the plan has seen every file as it is now. */
function tallied(reader: ContentReader, settings: ContentSettings, total: number): ReasonCount[] | undefined {
  if (reader.texts !== 'here') return undefined;
  if (reader.get(IS_PLANNED, JSON.stringify(settings))?.['yes'] !== 1n) return undefined;
  const rows = [...reader.iterateValues(TALLY)].map(([state, reason, files, bytes]) => ({
    state: stateOf(state),
    reason: typeof reason === 'string' ? reason : undefined,
    files: Number(files),
    bytes: Number(bytes),
  }));
  return rows.reduce((sum, { files }) => sum + files, 0) === total ? rows : undefined;
}

/** Looks at each file: the state of its document, or what a plan would make of it. */
function counted(reader: ContentReader, settings: ContentSettings): ReasonCount[] {
  const sums = new Map<string, ReasonCount>();
  const join =
    reader.texts === 'here'
      ? {
          columns: ['document.state', 'document.reason', 'document.stamp'],
          from: 'LEFT JOIN content.document ON document.file_id = file.id',
        }
      : {};
  for (const { file, values } of plannedFiles(reader, settings, join)) {
    const { state, reason } = standing(file, values, settings);
    const key = `${state} ${reason ?? ''}`;
    const sum = sums.get(key) ?? { state, reason, files: 0, bytes: 0 };
    sums.set(key, { ...sum, files: sum.files + 1, bytes: sum.bytes + (file.size ?? 0) });
  }
  return [...sums.values()];
}

/** While contents are off, nothing is due: what is missing is skipped. */
function standing(
  file: PlannedFile,
  [state, reason, stamp]: readonly SqlValue[],
  settings: ContentSettings,
): Pick<ReasonCount, 'state' | 'reason'> {
  const known = {
    state: stateOf(state ?? 'due'),
    reason: typeof reason === 'string' ? reason : undefined,
  };
  if (!settings.on) return known.state === 'due' ? { state: 'skipped', reason: 'off' } : known;
  if (typeof state !== 'string') return known;
  const verdict = verdictOf(file, settings);
  if (verdict.kind === 'skip')
    return { state: stateOf(CONTENT_REASONS[verdict.reason].state), reason: verdict.reason };
  return verdict.kind === 'fetch' && verdict.stamp !== stamp ? { state: 'due', reason: undefined } : known;
}

function stateOf(value: SqlValue | undefined): State {
  const state = STATES[String(value)];
  if (state === undefined) throw new Error(`the texts have an unknown state: ${String(value)}`);
  return state;
}

const OUTLOOK = /* sql */ `
SELECT count(*) FILTER (WHERE retry_at > ?) AS waiting, min(retry_at) FILTER (WHERE retry_at > ?) AS next,
  min(due_since) AS since
FROM content.document WHERE state = 'due'`;

const NO_OUTLOOK = { waiting: 0, nextRetryAt: undefined, dueSince: undefined };

function outlook(
  reader: ContentReader,
  now: number,
): Pick<ContentStatus, 'waiting' | 'nextRetryAt' | 'dueSince'> {
  if (reader.texts !== 'here') return NO_OUTLOOK;
  const row = reader.get(OUTLOOK, now, now);
  const time = (name: string): number | undefined => (row?.[name] == null ? undefined : Number(row[name]));
  return { waiting: Number(row?.['waiting']), nextRetryAt: time('next'), dueSince: time('since') };
}

/** Why files have this state, for people. */
export function reasonSays({ state, reason }: Pick<ReasonCount, 'state' | 'reason'>): string {
  if (isContentReason(reason)) return CONTENT_REASONS[reason].says;
  if (reason === 'off') return 'the texts are switched off';
  return state === 'done' ? 'its text is here' : 'its text is fetched with the next sync';
}
