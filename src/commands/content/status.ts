import { EXIT } from '../../errors';
import type { TextsState } from '../../content/store/reader';
import {
  contentStatus,
  reasonSays,
  type ContentStatus,
  type ReasonCount,
} from '../../queries/contents/counts';
import { freshness } from '../../queries/jobs/freshness';
import { requireContents } from '../../process/stores';
import { sizeCell } from '../render/cells';
import { formatTable } from '../render/table';
import { countOf, formatAge, formatCount, formatUntil } from '../render/text';
import type { Context } from '../shared/context';

/**
 * Shows how many files are in which state. While the texts are on, exits with 3 as long as a file is due or has
 * failed.
 */
export function runContentStatus(context: Context, { reasons = false }: { reasons?: boolean } = {}): number {
  const { home, config, json, out } = context;
  const reader = requireContents(home, config.account);
  try {
    const status = contentStatus(reader, Date.now());
    const { currentAt } = freshness(reader);
    if (json) {
      const { on, counts, waiting, nextRetryAt, dueSince } = status;
      const rows = reasons ? status.reasons : undefined;
      const { account } = config;
      out(
        JSON.stringify({ account, on, ...counts, waiting, nextRetryAt, dueSince, currentAt, reasons: rows }),
      );
    } else {
      if (reasons) for (const line of reasonTable(context, status.reasons)) out(line);
      else out(countsText(status));
      tellMore(context, status, { texts: reader.texts, currentAt });
    }
    return exitCodeOf(status);
  } finally {
    reader.close();
  }
}

function exitCodeOf({ on, counts: { due, failed } }: ContentStatus): number {
  return on && due + failed > 0 ? EXIT.partial : EXIT.ok;
}

const WORDS = {
  done: 'done',
  due: 'due',
  skipped: 'skipped',
  refused: 'refused',
  failed: 'failed',
  needsOcr: 'needs OCR',
} as const;

function countsText({ counts }: ContentStatus): string {
  const states = Object.entries(WORDS).map(
    ([state, word]) => `${word} ${formatCount(counts[state as keyof typeof WORDS])}`,
  );
  return `${states.join(' · ')} = ${countOf(counts.total, 'file')}`;
}

const COLUMNS = ['STATE', { title: 'REASON', whole: true }, 'FILES', 'SIZE', 'WHY'];

function reasonTable({ streams }: Context, reasons: readonly ReasonCount[]): string[] {
  const rows = reasons.map((row) => [
    WORDS[row.state],
    row.reason ?? '',
    row.files,
    sizeCell(row.bytes),
    reasonSays(row),
  ]);
  return formatTable(COLUMNS, rows, streams.stdout);
}

const TROUBLES: Partial<Record<TextsState, string>> = {
  'other-store':
    'The texts belong to another copy of this account and are not counted. `gdrive-sync content purge` deletes them.',
  outdated:
    'The texts have an older format and are not counted. The next `gdrive-sync sync` brings them up to date.',
};

function tellMore(
  { tell }: Context,
  { on, counts, waiting, nextRetryAt, dueSince }: ContentStatus,
  { texts, currentAt }: { texts: TextsState; currentAt: number | undefined },
): void {
  const trouble = TROUBLES[texts];
  if (trouble !== undefined) tell(trouble);
  if (!on) {
    tell('The texts of files are off, so none is due. `gdrive-sync content on --text` switches them on.');
    return;
  }
  const since = counts.due === 0 ? currentAt : dueSince;
  if (since !== undefined) tell(`text as of ${formatAge(since)}`);
  if (waiting > 0 && nextRetryAt !== undefined)
    tell(`${countOf(waiting, 'file')} must wait; the next try is due ${formatUntil(nextRetryAt)}`);
  if (counts.due > waiting) tell('`gdrive-sync sync` fetches what is due.');
  if (counts.failed > 0)
    tell(
      '`gdrive-sync content status --reasons` says why files failed, and `gdrive-sync content retry failed` tries them again.',
    );
}
