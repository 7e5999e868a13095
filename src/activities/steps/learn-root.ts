import type { Account } from '../accounts';

/** Asks Drive which folder is the root of My Drive, unless it has said so before: one small request in the life of a store. */
export async function learnRoot({ writer, drive }: Account, signal: AbortSignal): Promise<void> {
  if (!(await writer.missesRoot())) return;
  const rootId = await drive.rootId(signal);
  if (rootId !== undefined) await writer.noteRoot(rootId);
}
