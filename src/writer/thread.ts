/** The writer's thread: opens the store and carries out what the main thread asks for. */
import { workerData } from 'node:worker_threads';
import { openForWriting } from '../store/open';
import { createTransactor } from '../store/transactor';
import { memoryOf } from './packed-files';
import type { PageNote } from './page-tasks';
import { createPageWriter, type Passage, type PageWriter } from './page-writer';
import { serveCalls } from './thread-calls';
import type { ThreadData } from './thread-writer';

let opened: PageWriter | undefined;

/** A store that cannot be opened is an answer like any other, and may be mended by the next call. */
function writer(): PageWriter {
  const { path } = workerData as ThreadData;
  opened ??= createPageWriter(createTransactor(openForWriting(path)));
  return opened;
}

/** Memory goes back to where pages are decoded. */
function movedWith(note: PageNote): ArrayBuffer[] {
  return note.kind === 'written' && note.spare !== undefined ? memoryOf(note.spare) : [];
}

serveCalls(async ({ method, args }, tell) => {
  if (method === 'close') return await opened?.close();
  const write = writer()[method as keyof PageWriter] as (...given: unknown[]) => Promise<unknown>;
  if (method !== 'commitPage' && method !== 'commitChanges') return await write(...args);
  const onNote = (note: PageNote): void => tell(note, movedWith(note));
  return await write(...args.slice(0, -1), { moreCome: args.at(-1) === true, onNote } satisfies Passage);
});
