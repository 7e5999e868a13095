import type { DriveClient } from '../../drive/client';
import type { Log } from '../../log';
import { toFileRecord } from '../../model/file';
import { FAILURES, SyncFailure } from '../../model/failure';
import type { ItemFault } from '../../planning/patience';
import type { OpenCandidate } from '../../store/removals/candidates';
import type { FileAnswer } from '../../store/folders/folder-pages';
import { itemFault, workOnItems } from './item-faults';

/** Answers per transaction. */
const ANSWERS_A_COMMIT = 50;

/** How to look up files. */
export interface LookUpWork {
  drive: DriveClient;
  log: Log;
  signal: AbortSignal;
  /** When the turn is over, in ms since 1970. */
  endsAt: number;
  /** Requests in flight. */
  atOnce: number;
  /** Writes a group of answers; never an empty one. */
  write: (answers: readonly FileAnswer[]) => Promise<void>;
}

/**
 * Looks up files one by one, and writes the answers in groups. A file without an answer blocks no other.
 * Returns how long to wait before the next turn, in ms.
 * @throws what concerns more than single files; the answers until then are written.
 */
export async function lookUpFiles(
  files: readonly OpenCandidate[],
  { drive, write, ...turn }: LookUpWork,
): Promise<number> {
  let answers: FileAnswer[] = [];
  const flush = async (): Promise<void> => {
    const group = answers;
    answers = [];
    if (group.length > 0) await write(group);
  };
  const add = async (answer: FileAnswer): Promise<void> => {
    // Read `answers` only now: another request may have flushed it.
    answers.push(answer);
    if (answers.length >= ANSWERS_A_COMMIT) await flush();
  };
  try {
    return await workOnItems(files, {
      ...turn,
      what: 'look-ups',
      async ask(file) {
        const answer = await lookUpFile(drive, file, turn.signal);
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

async function lookUpFile(
  drive: DriveClient,
  { fileId, resourceKey }: OpenCandidate,
  signal: AbortSignal,
): Promise<FileAnswer | ItemFault> {
  try {
    const file = toFileRecord(await drive.getFile(fileId, resourceKey, signal));
    if (file?.id !== fileId) throw new SyncFailure('malformed', { detail: 'the answer is another file' });
    return { kind: 'found', fileId, file };
  } catch (error) {
    if (error instanceof SyncFailure && error.kind === 'not-found') return { kind: 'gone', fileId };
    return itemFault(error);
  }
}

/** Requests a file that every Drive has. A refusal is an answer too. */
async function probeLookUp(drive: DriveClient, signal: AbortSignal): Promise<void> {
  try {
    await drive.getFile('root', undefined, signal);
  } catch (error) {
    if (!(error instanceof SyncFailure) || FAILURES[error.kind].retry !== 'fail') throw error;
  }
}
