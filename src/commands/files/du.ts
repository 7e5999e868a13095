import { EXIT } from '../../errors';
import { freshness } from '../../queries/jobs/freshness';
import { readRoots } from '../../queries/files/places';
import {
  scopeOf,
  spaceBy,
  spaceByFolder,
  totalSpace,
  type Space,
  type SpaceKey,
  type SpacePart,
} from '../../queries/files/space';
import { storedQuota, type StoredQuota } from '../../queries/jobs/store-facts';
import { requireStore } from '../../process/stores';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { sizeCell } from '../render/cells';
import { formatTable, type Cell } from '../render/table';
import { formatAge, formatCount, formatSize } from '../render/text';
import { findTarget } from './target';

/** How to group the files. */
export interface DuOptions {
  by: SpaceKey | 'folder';
  limit: number;
}

/** Shows what uses storage: the items of a folder with everything in them, or files by another property. */
export function runDu(context: Context, named: string | undefined, { by, limit }: DuOptions): number {
  const { home, config, json, out } = context;
  const reader = requireStore(home, config.account);
  try {
    const roots = readRoots(reader);
    const target = findTarget(reader, named ?? '/');
    const scope = scopeOf(reader, target, roots);
    const parts =
      by === 'folder' ? spaceByFolder(reader, target, roots) : spaceBy(reader, by, scope, Date.now());
    const rows = parts.toSorted((a, b) => b.bytes - a.bytes || b.files - a.files);
    const { all, trashed } = totalSpace(reader, scope);
    const quota = scope === undefined ? storedQuota(reader) : undefined;
    if (json) {
      const asOf = freshness(reader);
      out(JSON.stringify({ by, target: named ?? '/', rows, total: all, trashed, quota, asOf }));
      return EXIT.ok;
    }
    for (const line of describe(context, { by, rows, limit, all, trashed })) out(line);
    if (quota !== undefined) for (const line of quotaLines(quota, all)) out(line);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function describe(
  { streams }: Context,
  answer: { by: string; rows: readonly SpacePart[]; limit: number; all: Space; trashed: Space },
): string[] {
  const { by, rows, limit, all, trashed } = answer;
  const hidden = rows.slice(limit);
  const cells = rows.slice(0, limit).map((row) => cellsOf(row.key, row));
  if (hidden.length > 0) cells.push(cellsOf(`${formatCount(hidden.length)} others`, sumOf(hidden)));
  cells.push(cellsOf('total', all));
  if (trashed.files > 0) cells.push(cellsOf('of this in the trash', trashed));
  return formatTable([by.toUpperCase(), 'SIZE', 'YOURS', 'FILES'], cells, streams.stdout);
}

function cellsOf(key: string, { bytes, ownBytes, files }: Space): Cell[] {
  return [key, sizeCell(bytes), sizeCell(ownBytes), files];
}

function sumOf(parts: readonly Space[]): Space {
  const sum = { bytes: 0, ownBytes: 0, files: 0 };
  for (const { bytes, ownBytes, files } of parts) {
    sum.bytes += bytes;
    sum.ownBytes += ownBytes;
    sum.files += files;
  }
  return sum;
}

/** Google counts more than files: photos, mail, old revisions. */
function quotaLines({ limit, usage, usageInDrive, usageInTrash, at }: StoredQuota, all: Space): string[] {
  const used = `Google counted ${formatSize(usage)} of ${limit === undefined ? 'unlimited storage' : formatSize(limit)}`;
  const parts = `${formatSize(usageInDrive)} in Drive, ${formatSize(usageInTrash)} in its trash`;
  return [`${used} ${formatAge(at)} (${parts})`, `Your files here use ${formatSize(all.ownBytes)}`];
}
