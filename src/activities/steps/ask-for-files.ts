import type { DriveClient } from '../../drive/client';
import type { Log } from '../../log';
import { toFileRecord } from '../../model/file';
import { FAILURES, SyncFailure } from '../../model/failure';
import type { ItemFault } from '../../planning/patience';
import type { OpenCandidate } from '../../store/removals/candidates';
import type { Answer } from '../../store/folders/folder-pages';
import { itemFault, workOnItems } from './item-faults';

/** Answers that are written together. */
const ANSWERS_AT_ONCE = 50;

/** How files are asked for. */
export interface FileQuestions {
  drive: DriveClient;
  log: Log;
  signal: AbortSignal;
  /** When the turn is over, in ms since 1970. */
  endsAt: number;
  /** Requests in flight. */
  atOnce: number;
  /** Writes a group of answers; never an empty one. */
  write: (answers: readonly Answer[]) => Promise<void>;
}

/**
 * Asks for files one by one, and writes the answers in groups. A file of which Drive does not tell holds up no other. Returns how long to wait before
 * the next turn, in ms.
 * @throws whatever concerns more than single files; answers that have come are written.
 */
export async function askForFiles(
  files: readonly OpenCandidate[],
  { drive, write, ...turn }: FileQuestions,
): Promise<number> {
  let answers: Answer[] = [];
  const flush = async (): Promise<void> => {
    const group = answers;
    answers = [];
    if (group.length > 0) await write(group);
  };
  const add = async (answer: Answer): Promise<void> => {
    // Only now: another request may have put a new list in place meanwhile.
    answers.push(answer);
    if (answers.length >= ANSWERS_AT_ONCE) await flush();
  };
  try {
    return await workOnItems(files, {
      ...turn,
      what: 'look-ups',
      async ask(file) {
        const answer = await askForFile(drive, file, turn.signal);
        if (!('kind' in answer)) return answer;
        await add(answer);
        return undefined;
      },
      probe: () => probeLookUp(drive, turn.signal),
      fail: async ({ fileId }, fault) => await add({ ...fault, kind: 'unknown', fileId }),
    });
  } finally {
    await flush();
  }
}

async function askForFile(
  drive: DriveClient,
  { fileId, resourceKey }: OpenCandidate,
  signal: AbortSignal,
): Promise<Answer | ItemFault> {
  try {
    const file = toFileRecord(await drive.getFile(fileId, resourceKey, signal));
    if (file?.id !== fileId) throw new SyncFailure('malformed', { detail: 'the answer is another file' });
    return { kind: 'found', fileId, file };
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'not-found') return { kind: 'gone', fileId };
    return itemFault(error);
  }
}

/** Asks for a file that every Drive has. That Drive refuses it is an answer too. */
async function probeLookUp(drive: DriveClient, signal: AbortSignal): Promise<void> {
  try {
    await drive.getFile('root', undefined, signal);
  } catch (error) {
    if (!(error instanceof SyncFailure) || FAILURES[error.kind].retry !== 'fail') throw error;
  }
}
