import type { openDrive } from '../../process/drive-access';
import { errorMessage, EXIT, UserError } from '../../errors';
import type { SharedDrive } from '../../model/change';
import { FAILURES, SyncFailure } from '../../model/failure';
import { knownDrives } from '../../queries/jobs/known-drives';
import { isWalkWanted } from '../../queries/jobs/walk-state';
import { OutdatedStore, readStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { formatCount } from '../render/text';
import { toSettingsChange, type SettingsChange, type SettingsFlags } from './settings';

type DriveClient = Awaited<ReturnType<typeof openDrive>>;

const ASK_LIMIT_MS = 15_000;
const MOST_NAMED = 20;

/**
 * Reads the options that change settings; undefined if they change nothing. A mistyped drive id would remove
 * the files of all other drives from the copy, so named drives are checked against the store and then against
 * Drive.
 * @throws UserError if an option is not valid, or if the account cannot see a drive.
 */
export async function checkedSettingsChange(
  context: Context,
  flags: SettingsFlags,
): Promise<SettingsChange | undefined> {
  const change = newSettings(context, toSettingsChange(flags));
  const drives = change?.drives;
  if (drives !== undefined && typeof drives !== 'string') await requireDrives(context, drives);
  return change;
}

/** Drops a `walk` that changes nothing: people repeat `sync --walk`. */
function newSettings(
  { home, config }: Context,
  change: SettingsChange | undefined,
): SettingsChange | undefined {
  if (change?.walk === undefined) return change;
  const { walk, ...others } = change;
  if (walk !== readIfCurrent(() => readStore(home, config.account, isWalkWanted))) return change;
  return Object.keys(others).length === 0 ? undefined : others;
}

async function requireDrives(context: Context, ids: readonly string[]): Promise<void> {
  const known = storedDrives(context);
  const unknown = ids.filter((id) => known.every((drive) => drive.id !== id));
  if (unknown.length === 0) return;
  try {
    const { visible, unseen } = await askDrive(context, unknown);
    if (unseen.length > 0) throw unseenDrives(unseen, merged(visible, known));
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof UserError && error.exitCode === EXIT.usage) throw error;
    context.tell(
      `Cannot check the shared drives given with --drives now: ${errorMessage(error)}. If the account cannot see ${unknown.join(' or ')}, the copy will hold no files of it.`,
    );
  }
}

function storedDrives({ home, config }: Context): SharedDrive[] {
  return readIfCurrent(() => readStore(home, config.account, knownDrives)) ?? [];
}

/** Undefined for a store of an older version, which the next sync migrates. */
function readIfCurrent<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof OutdatedStore) return undefined;
    throw error;
  }
}

interface Look {
  /** All shared drives that the account's login may list. */
  visible: SharedDrive[];
  /** The requested drives that the account cannot see. */
  unseen: string[];
}

async function askDrive({ config, home, signal }: Context, ids: readonly string[]): Promise<Look> {
  const { openDrive } = await import('../../process/drive-access.js');
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('Google Drive does not answer')), ASK_LIMIT_MS);
  try {
    const drive = await openDrive(config, home, config.account);
    return await lookFor(drive, ids, AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** A metadata-only login may not list shared drives, but it may request one by its id. */
async function lookFor(drive: DriveClient, ids: readonly string[], signal: AbortSignal): Promise<Look> {
  try {
    const visible = await drive.sharedDrives(signal);
    return { visible, unseen: ids.filter((id) => visible.every((each) => each.id !== id)) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const unseen: string[] = [];
    for (const id of ids) if (!(await canSee(drive, id, signal))) unseen.push(id);
    return { visible: [], unseen };
  }
}

async function canSee(drive: DriveClient, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await drive.startPageToken(id, signal);
    return true;
  } catch (error) {
    if (error instanceof SyncFailure && (error.kind === 'source-gone' || error.kind === 'bad-request'))
      return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof SyncFailure && FAILURES[error.kind].retry === 'fail';
}

function merged(...lists: readonly SharedDrive[][]): SharedDrive[] {
  return [...new Map(lists.flat().map((drive) => [drive.id, drive])).values()];
}

/** Lists drives first whose id differs from the typed one only in case. */
function unseenDrives(unseen: readonly string[], drives: readonly SharedDrive[]): UserError {
  const typed = new Set(unseen.map((id) => id.toLowerCase()));
  const isAlike = ({ id }: SharedDrive): number => Number(typed.has(id.toLowerCase()));
  const sorted = drives.toSorted(
    (a, b) => isAlike(b) - isAlike(a) || (a.name ?? a.id).localeCompare(b.name ?? b.id),
  );
  const named = sorted
    .slice(0, MOST_NAMED)
    .map(({ id, name }) => (name === undefined ? id : `${id} (${name})`));
  const more = drives.length - named.length;
  if (more > 0) named.push(`and ${formatCount(more)} more`);
  return new UserError(`the account cannot see a shared drive with the id ${unseen.join(' or ')}`, {
    hint:
      named.length === 0
        ? 'no shared drives of the account are known; --drives takes all, none or ids separated by commas'
        : `its shared drives are ${named.join(', ')}`,
    exitCode: EXIT.usage,
  });
}
