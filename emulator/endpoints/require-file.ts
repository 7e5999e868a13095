import type { EmulatedDrive } from '../drive/emulated-drive';
import { fileNotFound } from '../http/api-error';

/** The slot of a file that the user can access. @throws ApiError 404 for any other. */
export function requireFile(drive: EmulatedDrive, fileId: string): number {
  const slot = drive.corpus.slotOf(fileId);
  if (slot === undefined || !drive.visibility.isAccessible(slot)) throw fileNotFound(fileId);
  return slot;
}

/**
 * The slot of a file that the user can access, for methods with the parameter `supportsAllDrives`. Without it, Drive
 * does not find items of shared drives.
 */
export function requireSupportedFile(drive: EmulatedDrive, fileId: string, supportsDrives: boolean): number {
  const slot = requireFile(drive, fileId);
  if (drive.corpus.driveId(slot) !== undefined && !supportsDrives) throw fileNotFound(fileId);
  return slot;
}
