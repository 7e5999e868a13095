import { closeSync, constants, ftruncateSync, openSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** A scratch file that its holder fills and has extracted. */
export interface Slot {
  /** The open file. It is empty. Write at explicit positions, from 0. */
  readonly fd: number;
  /** Empties the file and gives the slot back. Later calls do nothing. */
  release(): void;
}

/** A scratch file, for its whole life. */
export interface SlotFile {
  readonly number: number;
  readonly fd: number;
  /** The descriptor that extractors inherit: they may only read. */
  readonly readOnlyFd: number;
}

/** Creates scratch files without names, so that nothing stays when the process dies. */
export function openSlotFiles(folder: string, count: number): SlotFile[] {
  return Array.from({ length: count }, (_, number) => {
    const path = join(folder, `slot-${randomUUID()}`);
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      return { number, fd, readOnlyFd: openSync(path, constants.O_RDONLY) };
    } finally {
      rmSync(path);
    }
  });
}

/** Removes what the last holder left in a file. */
export function emptySlotFile({ fd }: SlotFile): void {
  ftruncateSync(fd, 0);
}

/** Closes the files, and with that removes them. */
export function closeSlotFiles(files: readonly SlotFile[]): void {
  for (const { fd, readOnlyFd } of files) {
    closeSync(fd);
    closeSync(readOnlyFd);
  }
}
