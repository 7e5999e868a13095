import type { Account } from '../accounts';

/** Requests the id of My Drive's root, unless the store has it: one small request in the life of a store. */
export async function learnRoot({ writer, drive }: Account, signal: AbortSignal): Promise<void> {
  if (!(await writer.missesRoot())) return;
  const rootId = await drive.rootId(signal);
  if (rootId !== undefined) await writer.noteRoot(rootId);
}
