import { toFileRecord } from '../model/file';
import { FAILURES, SyncFailure } from '../model/failure';
import type { OpenCandidate } from '../store/candidates';
import type { Answer } from '../store/folder-pages';
import { answerInGroups } from './answer-groups';
import { itemFault, waitForItems, type ItemEnd } from './item-faults';
import type { Turn } from './source-turn';

const LOOKUPS_AT_ONCE = 20;

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
  const write = async (answers: readonly Answer[]): Promise<void> => {
    await turn.writer.commitAnswers(turn.source, answers, commitNo);
    turn.worked = true;
  };
  await answerInGroups<OpenCandidate, Answer>(files, {
    atOnce: LOOKUPS_AT_ONCE,
    async ask(file) {
      turn.signal.throwIfAborted();
      if (ends.length > 0 && Date.now() >= turn.endsAt) return undefined;
      const { answer, end } = await askForFile(turn, file);
      ends.push({ fileId: file.fileId, ...end });
      return answer;
    },
    write,
  });
  const waitMs = await waitForItems({ ends, probe: () => probeLookUp(turn) });
  const failed = ends.flatMap(({ fileId, ...end }) =>
    end.kind === 'failed' ? [{ ...end, kind: 'unknown' as const, fileId }] : [],
  );
  if (failed.length > 0) await write(failed);
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
