import { EXIT, UserError } from '../../errors';
import { DRIVE_FIELDS } from '../../model/file';
import type { JsonObject } from '../../model/values';
import { driveJson, FILES_VIEW, fileRows, isFileColumn, type Wanted } from '../../queries/files/file-rows';
import { allPaths, pathsOf, type Paths } from '../../queries/files/paths';
import { readRoots } from '../../queries/files/places';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { findTarget } from '../files/target';
import { csvWriter } from '../render/csv';
import { visibleJson } from '../render/json';
import { writeLines } from '../render/line-stream';
import { writeToFile } from '../render/output-file';
import { countOf } from '../render/text';

/** What to export, and where. */
export interface ExportOptions {
  format: 'jsonl' | 'csv';
  trashed: boolean;
  output?: string | undefined;
  /** Overwrite an existing file. */
  force?: boolean | undefined;
  /** Include the path of each file, which is not a field of Drive's; by default only in CSV. */
  paths?: boolean | undefined;
  /** The fields to export, and their order. */
  columns?: string[] | undefined;
  /** Leave CSV cells as they are, even formulas. */
  raw?: boolean | undefined;
}

const PATH = 'path';

/**
 * Writes every live file, or those of a target: as Drive's JSON, one per line, or as CSV with the columns of
 * the view `files`.
 */
export async function runExport(
  context: Context,
  named: string | undefined,
  options: ExportOptions,
): Promise<number> {
  const { config, home, tell } = context;
  const { format, output, force = false } = options;
  checkColumns(options);
  const reader = requireStore(home, config.account);
  try {
    const tally = { files: 0 };
    const job = jobOf(reader, named, options);
    const isTerminal = output === undefined && context.streams.stdout.isTTY === true;
    const lines =
      format === 'csv'
        ? csvLines(job, tally, { raw: options.raw === true, isTerminal })
        : jsonLines(job, tally);
    if (output !== undefined) await writeToFile(lines, context, { path: output, force });
    else if (!(await writeLines(lines, context))) return EXIT.ok;
    tell(`exported ${countOf(tally.files, 'file')}`);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function checkColumns({ format, columns = [] }: ExportOptions): void {
  const known = [PATH, ...DRIVE_FIELDS];
  const isKnown = (name: string): boolean => known.includes(name) || (format === 'csv' && isFileColumn(name));
  const unknown = columns.find((name) => !isKnown(name));
  if (unknown === undefined) return;
  const more = format === 'csv' ? `, and the columns of the view files: ${FILES_VIEW.join(', ')}` : '';
  throw new UserError(`there is no column ${JSON.stringify(unknown)}`, {
    hint: `the columns are ${known.join(', ')}${more}`,
    exitCode: EXIT.usage,
  });
}

/** What to read, and what to write of it. */
interface Job {
  reader: Reader;
  wanted: Wanted;
  /** The columns or fields; undefined means all. */
  columns: readonly string[] | undefined;
  /** Add the path to them. */
  addsPath: boolean;
  paths: Paths;
}

function jobOf(reader: Reader, named: string | undefined, options: ExportOptions): Job {
  const { format, trashed, columns, paths: withPaths = format === 'csv' && columns === undefined } = options;
  const target = findTarget(reader, named ?? '/');
  const isAll = target.kind === 'place' && target.place === 'all';
  return {
    reader,
    wanted: { trashed, below: isAll ? undefined : { target, roots: readRoots(reader) } },
    columns,
    addsPath: withPaths && columns?.includes(PATH) !== true,
    paths: isAll ? allPaths(reader) : pathsOf(reader),
  };
}

function* csvLines(
  { reader, wanted, columns = FILES_VIEW, addsPath, paths }: Job,
  tally: { files: number },
  format: { raw: boolean; isTerminal: boolean },
): Generator<string> {
  const all = addsPath ? [...columns, PATH] : columns;
  const record = csvWriter(format);
  const pathAt = all.indexOf(PATH);
  yield record(all);
  for (const { values, item } of fileRows(reader, all, wanted)) {
    tally.files += 1;
    if (pathAt !== -1) values[pathAt] = paths.pathIn(item);
    yield record(values);
  }
}

function* jsonLines(
  { reader, wanted, columns, addsPath, paths }: Job,
  tally: { files: number },
): Generator<string> {
  const withPath = addsPath || columns?.includes(PATH) === true;
  for (const { json, item } of driveJson(reader, wanted)) {
    tally.files += 1;
    const whole = withPath ? `${json.slice(0, -1)},"path":${JSON.stringify(paths.pathIn(item))}}` : json;
    yield visibleJson(columns === undefined ? whole : picked(whole, addsPath ? [...columns, PATH] : columns));
  }
}

/** The named fields of an object, in their order; absent ones stay absent. */
function picked(json: string, names: readonly string[]): string {
  const file = JSON.parse(json) as JsonObject;
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, file[name]])));
}
