import { FAILURES, isFailureKind } from '../model/failure';
import { USER_SOURCE } from '../model/job';
import type { Progress, SourceProgress } from '../model/progress';
import type { JobReason } from '../model/reasons';

/** Formats a count with thousands separators; the sandbox has no locale data. */
function count(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Temporal takes summaries of at most 400 bytes. */
const MOST_CHARACTERS = 60;

/**
 * A source in Markdown: a shared drive by name, if Temporal may learn it, and id. Other people choose the name,
 * so it is code: it cannot become a link.
 */
export function titleOf({ sourceId, name }: { sourceId: string; name?: string | undefined }): string {
  if (sourceId === USER_SOURCE) return 'My Drive';
  if (name === undefined) return `shared drive \`${sourceId}\``;
  const characters = Array.from(name.replaceAll(/[`\p{Cc}\p{Cf}]/gu, ' '));
  return `\`${characters.slice(0, MOST_CHARACTERS).join('')}\` (\`${sourceId}\`)`;
}

function describeSource(source: SourceProgress): string {
  const { files, pages, windows, windowsDone, pagesLeft, failure, failures } = source;
  const parts: string[] = [];
  if (windows > 0) {
    parts.push(`${count(files)} files on ${count(pages)} pages`);
    parts.push(`${String(windowsDone)} of ${String(windows)} windows done`);
  }
  if (source.foldersLeft > 0) parts.push(`${count(source.foldersLeft)} folders to look through`);
  if (source.filesToAsk > 0) parts.push(`${count(source.filesToAsk)} files to ask for`);
  if (source.filesGone > 0) parts.push(`${count(source.filesGone)} files gone`);
  if (pagesLeft !== undefined) parts.push(`about ${count(pagesLeft)} pages left`);
  if (failure !== undefined) {
    const times = failures > 0 ? ` (${String(failures)}x)` : '';
    parts.push(`**${isFailureKind(failure) ? FAILURES[failure].says : failure}**${times}`);
  }
  return `- ${titleOf(source)}: ${parts.join(', ')}`;
}

/** Describes a running job in Markdown, the most important line first, without file names or addresses. */
export function describeProgress(progress: Progress): string {
  const { state, files, pages, changes, units, sources, sourcesOpen, open } = progress;
  const head = `**${state ?? 'running'}**: ${count(files)} files on ${count(pages)} pages, ${count(changes)} changes, ${count(units)} quota units; ${String(sources - sourcesOpen)} of ${String(sources)} sources through`;
  return [head, '', ...open.map(describeSource)].join('\n');
}

/** Describes a job that builds the indexes, in Markdown. */
export function describeIndexing(indexed: number): string {
  return `**running**: everything is listed; building the search index: ${count(indexed)} files`;
}

/** Describes a waiting job in Markdown: what it waits for, and what a person can do. */
export function describeWait(reason: JobReason): string {
  if (!isFailureKind(reason)) return `**waiting**: ${reason}; goes on after \`gdrive-sync resume\``;
  const { says, hint } = FAILURES[reason];
  return `**waiting**: ${says}${hint === undefined ? '' : `; ${hint}`}`;
}
