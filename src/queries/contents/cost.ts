import { kindOf } from '../../content/model/kind';
import type { ContentReason } from '../../content/model/state';
import {
  extensionOf,
  isShared,
  verdictOf,
  type PlannedFile,
  type FileVerdict,
} from '../../content/planning/policy';
import type { ContentSettings } from '../../model/settings';
import type { Reader } from '../../store/reader';
import { plannedFiles } from './planned-files';

/** A number of files, and the bytes that Drive names for them. */
export interface FileSum {
  files: number;
  bytes: number;
}

/** What fetching files of a kind costs. `bytes`: of each content once. */
export interface KindCost extends FileSum {
  /** `DocumentKind`, or the type of one of Google's own documents. */
  kind: string;
  requests: number;
}

/** What fetching the texts of all files costs. `bytes`: of each content once. */
export interface ContentCost extends FileSum {
  requests: number;
  /** Files whose content another file has too. They cost nothing. */
  copies: number;
  /** The most expensive first. */
  kinds: KindCost[];
  /** Files that are left out, the most frequent reason first. */
  skipped: (FileSum & { reason: ContentReason })[];
}

/** Sums what the texts of an account cost with these settings, from the metadata alone. */
export function contentCost(reader: Reader, settings: ContentSettings): ContentCost {
  const kinds = new Map<string, KindCost>();
  const skipped = new Map<ContentReason, FileSum>();
  const stamps = new Set<string>();
  let copies = 0;
  for (const { file } of plannedFiles(reader, settings)) {
    const verdict = verdictOf(file, settings);
    if (verdict.kind === 'skip') addTo(skipped, verdict.reason, file.size ?? 0);
    if (verdict.kind !== 'fetch') continue;
    const isCopy = isShared(verdict.stamp) && stamps.has(verdict.stamp);
    stamps.add(verdict.stamp);
    if (isCopy) copies++;
    count(kinds, kindName(file, verdict), isCopy ? undefined : (file.size ?? 0));
  }
  const rows = [...kinds.values()].toSorted((a, b) => b.requests - a.requests);
  const sum = (of: (kind: KindCost) => number): number => rows.reduce((all, kind) => all + of(kind), 0);
  return {
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    requests: sum(({ requests }) => requests),
    copies,
    kinds: rows,
    skipped: [...skipped]
      .map(([reason, left]) => ({ reason, ...left }))
      .toSorted((a, b) => b.files - a.files),
  };
}

const GOOGLE_TYPE = 'application/vnd.google-apps.';

function kindName(
  { mimeType, name }: PlannedFile,
  { native }: Extract<FileVerdict, { kind: 'fetch' }>,
): string {
  if (native) return `google-${mimeType.slice(GOOGLE_TYPE.length)}`;
  return kindOf(mimeType, extensionOf(name)) ?? mimeType;
}

/** Counts a file. `fetched`: the bytes that are fetched for it; undefined if another file has its content. */
function count(kinds: Map<string, KindCost>, kind: string, fetched: number | undefined): void {
  const cost = kinds.get(kind) ?? { kind, files: 0, bytes: 0, requests: 0 };
  cost.files++;
  cost.bytes += fetched ?? 0;
  cost.requests += Number(fetched !== undefined);
  kinds.set(kind, cost);
}

function addTo(sums: Map<ContentReason, FileSum>, reason: ContentReason, bytes: number): void {
  const sum = sums.get(reason) ?? { files: 0, bytes: 0 };
  sums.set(reason, { files: sum.files + 1, bytes: sum.bytes + bytes });
}
