/** The writer's thread: opens the store and carries out what the main thread asks for. */
import { workerData } from 'node:worker_threads';
import { pagesBehind } from '../store/sqlite/checkpoint';
import { openForWriting } from '../store/sqlite/open';
import { createTransactor } from '../store/transactor';
import { Checkpointer } from './checkpointer';
import { memoryOf } from './packed-files';
import type { PageNote } from './page-tasks';
import { createPageWriter, type Passage, type PageWriter } from './page-writer';
import { postLog, serveCalls, type Call } from './thread-calls';
import type { ThreadData } from './thread-writer';

interface OpenStore {
  writer: PageWriter;
  checkpointer: Checkpointer;
}

/** A store that cannot be opened is an answer like any other, and may be mended by the next call. */
let opened: OpenStore | undefined;

function openStore(): OpenStore {
  const { path } = workerData as ThreadData;
  const db = openForWriting(path);
  return {
    writer: createPageWriter(createTransactor(db)),
    checkpointer: new Checkpointer(pagesBehind(db), path, {
      onFailure: () => postLog('warn', 'the write-ahead log could not be copied by its thread'),
    }),
  };
}

/** Memory goes back to where pages are decoded. */
function movedWith(note: PageNote): ArrayBuffer[] {
  return note.kind === 'written' && note.spare !== undefined ? memoryOf(note.spare) : [];
}

type Tell = (note: PageNote, memory: ArrayBuffer[]) => void;

async function carryOut(writer: PageWriter, { method, args }: Call, tell: Tell): Promise<unknown> {
  const write = writer[method as keyof PageWriter] as (...given: unknown[]) => Promise<unknown>;
  if (method !== 'commitPage' && method !== 'commitChanges') return await write(...args);
  const onNote = (note: PageNote): void => tell(note, movedWith(note));
  return await write(...args.slice(0, -1), { moreCome: args.at(-1) === true, onNote } satisfies Passage);
}

serveCalls(async (call, tell) => {
  if (call.method === 'close') {
    await opened?.checkpointer.close();
    return await opened?.writer.close();
  }
  opened ??= openStore();
  const { writer, checkpointer } = opened;
  const answer = await carryOut(writer, call, tell);
  checkpointer.look();
  return answer;
});
