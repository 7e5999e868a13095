import { instant } from '../corpus/instant';
import type { ChangeLog } from '../drive/change-log';
import type { DriveFile } from '../drive/drive-file';
import type { DriveState } from './drive-state';

const MOST_VERSION = 2n ** 63n - 1n;

/** Changes files, and adds an entry to the change log of every corpus that the file was or is in. */
export class Ledger {
  readonly drive: DriveState;

  constructor(drive: DriveState) {
    this.drive = drive;
  }

  /** The current time in RFC 3339. */
  get time(): string {
    return instant(Math.floor(this.drive.now()));
  }

  /** @throws Error for an unknown id. */
  slotOf(id: string): number {
    const slot = this.drive.corpus.slotOf(id);
    if (slot === undefined) throw new Error(`the file ${id} does not exist`);
    return slot;
  }

  /** Runs a change of a file and adds change log entries for it. */
  record(slot: number, act: () => void): void {
    const before = this.#logsOf(slot);
    act();
    const after = this.#logsOf(slot);
    const { user } = this.drive.logs;
    const at = this.drive.now();
    for (const log of new Set([...before.keys(), ...after.keys()])) {
      const drivesOnly = log === user && before.get(log) !== false && after.get(log) !== false;
      log.append({ kind: 'file', slot }, at, drivesOnly);
    }
  }

  /** Adds a change log entry for a shared drive itself. */
  recordDrive(driveId: string): void {
    this.drive.logs.user.append({ kind: 'drive', driveId }, this.drive.now());
  }

  /** Changes the fields of a file, increments its version and adds change log entries. */
  update(slot: number, change: (file: DriveFile) => DriveFile): void {
    this.record(slot, () => this.write(slot, change));
  }

  /** Changes the fields of a file and increments its version, without change log entries. */
  write(slot: number, change: (file: DriveFile) => DriveFile): void {
    const { corpus } = this.drive;
    const file = corpus.fields(slot);
    const changed = { ...change(file), version: nextVersion(file.version) };
    corpus.put(slot, { file: changed, marks: corpus.marks(slot) });
  }

  mark(slot: number, bit: number, isOn: boolean): void {
    const { corpus } = this.drive;
    const marks = corpus.marks(slot);
    const wanted = isOn ? marks | bit : marks & ~bit;
    if (wanted !== marks) corpus.mark(slot, wanted);
  }

  /** The change logs that cover a file; true if only as a file of a shared drive. */
  #logsOf(slot: number): Map<ChangeLog, boolean> {
    const { corpus, visibility, drives, logs } = this.drive;
    const found = new Map<ChangeLog, boolean>();
    // The file does not exist yet.
    if (slot >= corpus.slotCount) return found;
    const driveId = corpus.driveId(slot);
    const drive = driveId === undefined ? undefined : drives.get(driveId);
    if (drive !== undefined && visibility.isInDrive(slot, drive.id)) found.set(drive.log, false);
    if (visibility.isListed(slot, true)) found.set(logs.user, drive !== undefined);
    return found;
  }
}

function nextVersion(version: string): string {
  const next = BigInt(version) + 1n;
  return String(next > MOST_VERSION ? MOST_VERSION : next);
}
