import { inParallel } from './parallel';

/** Answers that are written together. */
const ANSWERS_AT_ONCE = 50;

/** How files are asked for. */
export interface AnswerGroups<File, Answer> {
  /** Requests in flight. */
  atOnce: number;
  /** Asks for one file; undefined if it was left out. */
  ask(file: File): Promise<Answer | undefined>;
  /** Writes a group of answers; never an empty one. */
  write(answers: readonly Answer[]): Promise<void>;
}

/** Asks for files one by one, and writes the answers in groups. Answers that have come are written even if another request fails. */
export async function answerInGroups<File, Answer>(
  files: readonly File[],
  { atOnce, ask, write }: AnswerGroups<File, Answer>,
): Promise<void> {
  let answers: Answer[] = [];
  const flush = async (): Promise<void> => {
    const group = answers;
    answers = [];
    if (group.length > 0) await write(group);
  };
  try {
    await inParallel(files, atOnce, async (file) => {
      const answer = await ask(file);
      // Only now: another request may have put a new list in place meanwhile.
      if (answer !== undefined) answers.push(answer);
      if (answers.length >= ANSWERS_AT_ONCE) await flush();
    });
  } finally {
    await flush();
  }
}
