import { toFileRecord } from '../model/file';
import { FAILURES, SyncFailure } from '../model/failure';
import type { OpenCandidate } from '../store/candidates';
import type { Answer } from '../store/folder-pages';
import { itemFault, waitForItems, type ItemEnd } from './item-faults';
import { inParallel } from './parallel';
import type { Turn } from './source-turn';

const LOOKUPS_AT_ONCE = 20;
/** Answers that are written together. */
const ANSWERS_AT_ONCE = 50;

type FileEnd = ItemEnd & { fileId: string };

/**
 * Asks for files one by one, and writes the answers in groups. A file of which Drive does not tell holds up no other: its failure is counted in the
 * store. Returns how long to wait before the next turn, in ms.
 * @throws whatever concerns more than single files.
 */
export async function askForFiles(
  turn: Turn,
  files: readonly OpenCandidate[],
  commitNo: number,
): Promise<number> {
  const ends: FileEnd[] = [];
  let answers: Answer[] = [];
  const flush = async (): Promise<void> => {
    const group = answers;
    answers = [];
    if (group.length > 0) await turn.writer.commitAnswers(turn.source, group, commitNo);
    turn.worked ||= group.length > 0;
  };
  try {
    await inParallel(files, LOOKUPS_AT_ONCE, async (file) => {
      turn.signal.throwIfAborted();
      if (ends.length > 0 && Date.now() >= turn.endsAt) return;
      const { answer, end } = await askForFile(turn, file);
      ends.push({ fileId: file.fileId, ...end });
      // Only now: another lane may have put a new list in place meanwhile.
      if (answer !== undefined) answers.push(answer);
      if (answers.length >= ANSWERS_AT_ONCE) await flush();
    });
  } finally {
    await flush();
  }
  const waitMs = await waitForItems({ ends, probe: () => probeLookUp(turn) });
  for (const { fileId, ...end } of ends)
    if (end.kind === 'failed') answers.push({ ...end, kind: 'unknown', fileId });
  await flush();
  return waitMs;
}

async function askForFile(
  { drive, signal }: Turn,
  { fileId, resourceKey, tries }: OpenCandidate,
): Promise<{ answer?: Answer; end: ItemEnd }> {
  try {
    const file = toFileRecord(await drive.getFile(fileId, resourceKey, signal));
    if (file?.id !== fileId) throw new SyncFailure('malformed', { detail: 'the answer is another file' });
    return { answer: { kind: 'found', fileId, file }, end: { kind: 'done' } };
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'not-found')
      return { answer: { kind: 'gone', fileId }, end: { kind: 'done' } };
    return { end: itemFault(error, tries) };
  }
}

/** Asks for a file that every Drive has. That Drive refuses it is an answer too. */
async function probeLookUp({ drive, signal }: Turn): Promise<void> {
  try {
    await drive.getFile('root', undefined, signal);
  } catch (error) {
    if (!(error instanceof SyncFailure) || FAILURES[error.kind].retry !== 'fail') throw error;
  }
}
